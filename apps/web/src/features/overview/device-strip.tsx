'use client';
import type { Overview } from '@hikyaku/contracts';
import { Card, classNames } from '@hikyaku/ui';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';

const KINDS = [
  { name: 'refused', look: 'bg-bad' },
  { name: 'stuck', look: 'bg-bad' },
  { name: 'quiet', look: 'bg-warn' },
  { name: 'unused', look: 'bg-ai' },
  { name: 'disabled', look: 'bg-line-strong' },
  { name: 'fine', look: 'bg-ok' },
] as const;

/** All devices in one strip, what needs a look first. */
export function DeviceStrip({ devices }: { devices: Overview['devices'] }) {
  const t = useTranslations('overview');
  const format = useFormatter();
  const shown = KINDS.filter(({ name }) => devices[name] > 0);
  return (
    <Card title={t('devicesTitle')} action={<Link href="/devices">{t('devicesAll')}</Link>}>
      <div aria-hidden="true" className="flex h-3 gap-0.5 overflow-hidden rounded-full">
        {shown.map(({ name, look }) => (
          <span key={name} className={classNames('min-w-2', look)} style={{ flexGrow: devices[name] }} />
        ))}
      </div>
      <ul className="mt-3 flex flex-wrap gap-x-5 gap-y-1.5">
        {shown.map(({ name, look }) => (
          <li key={name} className="flex items-center gap-2">
            <span aria-hidden="true" className={classNames('size-3 rounded-full', look)} />
            {t(`devices.${name}`, { count: devices[name], number: format.number(devices[name]) })}
          </li>
        ))}
      </ul>
    </Card>
  );
}

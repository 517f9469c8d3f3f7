'use client';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useDates } from '../../i18n/use-dates.ts';
import type { DeviceRow } from './columns.tsx';
import { DeviceState } from './device-state.tsx';

/** The devices on a phone. */
export function DeviceCards({ rows }: { rows: readonly DeviceRow[] }) {
  const t = useTranslations('devices');
  const dates = useDates();
  return (
    <ul className="grid gap-3 md:hidden">
      {rows.map(({ device, mailbox }) => (
        <li key={device.id} className="relative grid gap-1.5 rounded-lg border border-line bg-surface p-4 shadow-lift">
          <Link
            href={`/devices/${device.id}`}
            className="text-lg font-semibold text-ink no-underline after:absolute after:inset-0"
          >
            {device.name}
          </Link>
          <p className="text-sm text-ink-soft">{mailbox?.address ?? t('noMailbox')}</p>
          <div className="mt-1 flex flex-wrap items-center justify-between gap-2">
            <DeviceState device={device} mailbox={mailbox} />
            {device.lastMessageAt ? (
              <span className="text-sm text-ink-soft">
                {t('lastMail', { when: dates.short(device.lastMessageAt) })}
              </span>
            ) : null}
          </div>
        </li>
      ))}
    </ul>
  );
}

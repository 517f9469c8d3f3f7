'use client';
import { EmptyState } from '@hikyaku/ui';
import { Inbox } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { LiveDot } from '../messages/live-dot.tsx';
import { LogList } from '../messages/log-list.tsx';

/** What a device has sent, and what was refused, newest first. */
export function DeviceMails({ deviceId }: { deviceId: string }) {
  const t = useTranslations('devices');
  const filter = useMemo(() => ({ deviceId }), [deviceId]);
  return (
    <div className="grid gap-4">
      <LiveDot />
      <p className="text-sm text-ink-soft">{t('noPictures')}</p>
      <LogList
        filter={filter}
        hasDevice={false}
        empty={
          <EmptyState icon={<Inbox aria-hidden="true" className="size-6" />} title={t('mailsEmptyTitle')}>
            {t('mailsEmptyText')}
          </EmptyState>
        }
      />
    </div>
  );
}

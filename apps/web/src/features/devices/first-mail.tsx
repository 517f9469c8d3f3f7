'use client';
import { Card } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { MessageCards } from '../messages/message-cards.tsx';
import { useMessages } from '../messages/queries.ts';
import { useNewcomers } from '../messages/use-newcomers.ts';

const SHOWN = 3;

/** Shows live what the device is doing while its owner presses "test". */
export function FirstMail({ deviceId }: { deviceId: string }) {
  const t = useTranslations('credentials');
  const { data } = useMessages({ deviceId }, SHOWN);
  const newest = useMemo(() => data?.pages[0]?.items ?? [], [data]);
  const isNew = useNewcomers(data && newest, deviceId);
  // Mail from before this page was opened is not what its reader is waiting for.
  const messages = newest.filter(isNew);

  if (!messages.length) {
    return (
      <Card title={t('waitingTitle')}>
        <p className="flex items-center gap-3 text-ink-soft max-sm:text-sm">
          <span aria-hidden="true" className="relative grid size-4 shrink-0 place-items-center">
            <span className="absolute size-4 animate-ping rounded-full bg-ai opacity-40" />
            <span className="size-2.5 rounded-full bg-ai" />
          </span>
          {t('waitingText')}
        </p>
      </Card>
    );
  }
  return (
    <Card title={t('arrivedTitle')}>
      <div className="grid gap-4" aria-live="polite">
        <p className="text-ink-soft">{t('arrivedText')}</p>
        <MessageCards messages={messages} hasDevice={false} isNew={isNew} />
      </div>
    </Card>
  );
}

'use client';
import type { AlertChannel, AlertDelivery } from '@hikyaku/contracts';
import { Badge, Button, SkeletonRows } from '@hikyaku/ui';
import { Check, ChevronRight, Clock, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useDates } from '../../i18n/use-dates.ts';
import { useCanEdit } from '../session/me-context.tsx';
import { LoadFailed } from '../shell/load-failed.tsx';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { useAlerts, useDeliveries, useTellAgain } from './queries.ts';
import { useFailureText } from './use-failure-text.ts';

/** What was told by a channel lately, and what became of it. Read when somebody opens it. */
export function ChannelRecord({ channel }: { channel: AlertChannel }) {
  const t = useTranslations('alerts');
  const common = useTranslations('common');
  const [isOpen, setIsOpen] = useState(false);
  const { data, error, refetch } = useDeliveries(channel.id, isOpen);
  return (
    <details
      className="group min-w-0 border-t border-line pt-2"
      onToggle={(event) => setIsOpen(event.currentTarget.open)}
    >
      <summary className="flex min-h-12 cursor-pointer list-none items-center gap-2 rounded-md font-semibold">
        <ChevronRight aria-hidden="true" className="size-5 text-ink-soft transition-transform group-open:rotate-90" />
        {t('record.title')}
      </summary>
      {error && !data ? <LoadFailed error={error} onRetry={refetch} /> : null}
      {isOpen && !(data || error) ? <SkeletonRows count={2} label={common('loading')} /> : null}
      {data?.items.length === 0 ? <p className="text-ink-soft">{t('record.empty')}</p> : null}
      {data?.items.length ? (
        <ul className="grid max-h-96 divide-y divide-line overflow-y-auto">
          {data.items.map((delivery) => (
            <RecordRow key={delivery.id} channel={channel} delivery={delivery} />
          ))}
        </ul>
      ) : null}
    </details>
  );
}

const LOOKS = {
  told: { tone: 'ok', Icon: Check },
  waiting: { tone: 'warn', Icon: Clock },
  given_up: { tone: 'bad', Icon: TriangleAlert },
} as const;

function RecordRow({ channel, delivery }: { channel: AlertChannel; delivery: AlertDelivery }) {
  const t = useTranslations('alerts');
  const failureText = useFailureText(channel);
  const dates = useDates();
  const canEdit = useCanEdit();
  const { data: alerts } = useAlerts();
  const { mutate, isPending, error } = useTellAgain(channel.id);
  const { state, telling, alertId, failure, status, nextTryAt, tries } = delivery;
  const { tone, Icon } = LOOKS[state];
  const title = alerts?.items.find(({ id }) => id === alertId)?.title;
  return (
    <li className="grid gap-1.5 py-3">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <Badge tone={tone} icon={<Icon aria-hidden="true" className="size-4" />}>
          {t(`record.state.${state}`)}
        </Badge>
        <span className="text-sm text-ink-soft">{dates.short(delivery.at)}</span>
      </div>
      <p className="break-words">{[t(`record.telling.${telling}`), title].filter(Boolean).join(' · ')}</p>
      {state !== 'told' && failure ? (
        <p className="text-sm text-ink-soft">
          {failureText(failure)}
          {status ? ` (HTTP ${status})` : ''}
        </p>
      ) : null}
      {state === 'waiting' && nextTryAt && tries > 0 ? (
        <p className="text-sm text-ink-soft">{t('record.nextTry', { at: dates.short(nextTryAt) })}</p>
      ) : null}
      {state === 'waiting' || !canEdit ? null : (
        <Button
          tone="quiet"
          size="sm"
          className="justify-self-start"
          isBusy={isPending}
          onClick={() => mutate(delivery.id)}
        >
          {t('record.again')}
        </Button>
      )}
      <ProblemNotice error={error} />
    </li>
  );
}

'use client';
import type { Arrival } from '@hikyaku/contracts';
import { Badge, Card } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useDates } from '../../i18n/use-dates.ts';
import { arrivalState, TONES } from './arrival-state.ts';
import { useArrivals } from './queries.ts';

/** Whether the mail of a device reaches each inbox; nothing until something was asked. */
export function ArrivalsCard({ deviceId }: { deviceId: string }) {
  const t = useTranslations('arrivals');
  const { data } = useArrivals({ deviceId });
  if (!data?.items.length) return null;
  return (
    <Card title={t('title')}>
      <p className="mb-3 max-w-prose text-ink-soft">{t('lead')}</p>
      <ul className="divide-y divide-line">
        {data.items.map((arrival) => (
          <Line key={arrival.recipient} arrival={arrival} />
        ))}
      </ul>
    </Card>
  );
}

function Line({ arrival }: { arrival: Arrival }) {
  const t = useTranslations('arrivals');
  const dates = useDates();
  const { recipient, askedAt, confirmedAt, deniedAt } = arrival;
  const state = arrivalState(arrival, Date.now());
  const when = dates.short((state === 'denied' ? deniedAt : state === 'asked' ? askedAt : confirmedAt) ?? askedAt);
  return (
    <li className="flex flex-wrap items-center justify-between gap-2 py-3 first:pt-0 last:pb-0">
      <span className="font-semibold wrap-anywhere">{recipient}</span>
      <Badge tone={TONES[state]}>{t(state, { recipient, when })}</Badge>
    </li>
  );
}

'use client';
import type { MessageState } from '@hikyaku/contracts';
import { Skeleton } from '@hikyaku/ui';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { useMessages } from '../messages/queries.ts';
import { ATTENTION, ATTENTION_STATES, HANDED_OVER_STATES, WAITING, WAITING_STATES } from '../messages/state-groups.ts';

// The api's largest page: beyond it the numbers say "200+", which is answer enough for a glance.
const COUNTED = 200;

function startOfToday(): string {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate()).toISOString();
}

/** The day in four numbers, since midnight where the reader is. */
export function TodayNumbers() {
  const t = useTranslations('overview');
  const format = useFormatter();
  const [from] = useState(startOfToday);
  const page = useMessages({ from }, COUNTED).data?.pages[0];
  const count = (states: readonly MessageState[] | null) =>
    page?.items.filter((message) => !states || states.includes(message.state)).length;
  const numbers = [
    { label: t('todayAccepted'), value: count(null), href: '/messages' },
    { label: t('todayHandedOver'), value: count(HANDED_OVER_STATES), href: '/messages?state=sent' },
    { label: t('todayWaiting'), value: count(WAITING_STATES), href: `/messages?state=${WAITING}` },
    { label: t('todayAttention'), value: count(ATTENTION_STATES), href: `/messages?state=${ATTENTION}` },
  ];
  return (
    <section aria-labelledby="today">
      <h2 id="today" className="mb-3 text-lg">
        {t('todayTitle')}
      </h2>
      <ul className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        {numbers.map(({ label, value, href }) => (
          <li key={label}>
            <Link
              href={href}
              className="grid gap-0.5 rounded-lg border border-line bg-surface p-4 text-ink no-underline shadow-lift transition-colors hover:border-line-strong"
            >
              <span className="text-3xl font-semibold tabular-nums">
                {value === undefined ? (
                  <Skeleton className="my-1.5 h-7 w-10" />
                ) : page?.nextCursor && value ? (
                  t('atLeast', { count: format.number(value) })
                ) : (
                  format.number(value)
                )}
              </span>
              <span className="text-sm text-ink-soft">{label}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

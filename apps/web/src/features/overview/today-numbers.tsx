'use client';
import type { Overview } from '@hikyaku/contracts';
import { useFormatter, useTimeZone, useTranslations } from 'next-intl';
import { dayIn } from '../../i18n/day-in.ts';
import { ATTENTION } from '../messages/state-groups.ts';
import { ItemLink } from '../shell/item-link.tsx';

/** The day in numbers since midnight where the reader is, and what waits now. */
export function TodayNumbers({ overview: { days, waiting, gathered, held } }: { overview: Overview }) {
  const t = useTranslations('overview');
  const format = useFormatter();
  const today = days.at(-1);
  const zone = useTimeZone();
  const from = today ? `from=${today.day}` : '';
  // What is counted is kept, or failed today: the list behind the number begins where the oldest of it does, not with what failed weeks ago.
  const oldest = held.oldestAt ? dayIn(new Date(held.oldestAt), zone) : '';
  const since = today && oldest && oldest < today.day ? `from=${oldest}` : from;
  const numbers: { label: string; value: number; more?: string | undefined; href: string }[] = [
    { label: t('todayAccepted'), value: today?.accepted ?? 0, href: `/messages?${from}` },
    { label: t('todayHandedOver'), value: today?.sent ?? 0, href: `/messages?state=sent&${from}` },
    {
      label: t('todayWaiting'),
      value: waiting.count,
      more: gathered.count > 0 ? t('todayGathered', { count: gathered.count }) : undefined,
      href: '/messages?state=queued,deferred,in_doubt',
    },
    {
      label: t('todayAttention'),
      value: held.count + (today?.failed ?? 0),
      href: `/messages?state=${ATTENTION}&${since}`,
    },
  ];
  return (
    <section aria-labelledby="today">
      <h2 id="today" className="mb-3 text-lg">
        {t('todayTitle')}
      </h2>
      <ul className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        {numbers.map(({ label, value, more, href }) => (
          <li key={label}>
            <ItemLink
              href={href}
              className="grid gap-0.5 rounded-lg border border-line bg-surface p-4 text-ink no-underline shadow-lift transition-colors hover:border-line-strong"
            >
              <span className="text-3xl font-semibold tabular-nums">{format.number(value)}</span>
              <span className="text-sm text-ink-soft">{label}</span>
              {more && <span className="text-sm text-ink-soft">{more}</span>}
            </ItemLink>
          </li>
        ))}
      </ul>
    </section>
  );
}

'use client';
import { useFormatter, useNow } from 'next-intl';
import { useDates } from './use-dates.ts';

/** Often enough for minutes. */
const TICK_MS = 30_000;

/** "5 minutes ago", and so it stays while the page is open; the moment itself when pointed at. */
export function Ago({ at }: { at: string }) {
  const format = useFormatter();
  const dates = useDates();
  const now = useNow({ updateInterval: TICK_MS });
  const date = new Date(at);
  // The clock of the relay may be a moment ahead: nothing has happened "in two seconds".
  const text = format.relativeTime(date, { now: date > now ? date : now });
  return (
    <time dateTime={at} title={dates.full(at)} className="tabular-nums">
      {text.replace(/(\d) /g, '$1\u00A0')}
    </time>
  );
}

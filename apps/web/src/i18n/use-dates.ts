'use client';
import { useFormatter, useTimeZone } from 'next-intl';
import { useMemo } from 'react';
import { dayIn } from './day-in.ts';

// A log reads the same in every language with hours from 0 to 23.
const TIME = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const DAY_AND_TIME = { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

/** Times of the api (RFC 3339, UTC) in the reader's words and the account's zone. */
export function useDates() {
  const format = useFormatter();
  const zone = useTimeZone();
  return useMemo(() => {
    const isToday = (at: Date) => dayIn(at, zone) === dayIn(new Date(), zone);
    return {
      /** `14:03:22`, with the day before it unless that is today. */
      short(at: string): string {
        const date = new Date(at);
        if (isToday(date)) return format.dateTime(date, TIME);
        return format.dateTime(date, DAY_AND_TIME);
      },
      /** `14:03:22`, where the day stands above. */
      time: (at: string): string => format.dateTime(new Date(at), TIME),
      /** Day and time to the second. */
      full: (at: string): string =>
        format.dateTime(new Date(at), { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' }),
      /** `13:50`, with the day before it unless that is today. */
      clock(at: string): string {
        const date = new Date(at);
        return format.dateTime(date, isToday(date) ? CLOCK : DAY_AND_TIME);
      },
      day: (at: string): string => format.dateTime(new Date(at), { dateStyle: 'medium' }),
      /** `11月28日(土)`, with the year where it is not this one. */
      weekday(at: string): string {
        const date = new Date(at);
        const isThisYear = dayIn(date, zone).slice(0, 4) === dayIn(new Date(), zone).slice(0, 4);
        const year = isThisYear ? {} : ({ year: 'numeric' } as const);
        return format.dateTime(date, { month: 'long', day: 'numeric', weekday: 'short', ...year });
      },
    };
  }, [format, zone]);
}

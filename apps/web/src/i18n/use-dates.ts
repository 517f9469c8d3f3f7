'use client';
import { useFormatter } from 'next-intl';
import { useMemo } from 'react';

/** Times of the api (RFC 3339, UTC) in the reader's words and zone. */
export function useDates() {
  const format = useFormatter();
  return useMemo(() => {
    const isToday = (at: Date) => at.toDateString() === new Date().toDateString();
    return {
      /** `14:03:22`, with the day before it unless that is today. */
      short(at: string): string {
        const date = new Date(at);
        if (isToday(date)) return format.dateTime(date, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
        return format.dateTime(date, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
      },
      /** Day and time to the second. */
      full: (at: string): string => format.dateTime(new Date(at), { dateStyle: 'medium', timeStyle: 'medium' }),
      day: (at: string): string => format.dateTime(new Date(at), { dateStyle: 'medium' }),
      time: (at: string): string =>
        format.dateTime(new Date(at), { hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    };
  }, [format]);
}

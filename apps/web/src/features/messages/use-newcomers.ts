'use client';
import { useRef } from 'react';
import { type Arrival, arrivalOf, newestAt } from './newcomers.ts';

/**
 * Tells which mails were accepted while the list was open, so that they can be pointed out. What a first load, a filter or "load more"
 * brings is not news: `list` names the list, and another one begins anew.
 */
export function useNewcomers(rows: readonly Arrival[] | undefined, list: string): (row: Arrival) => boolean {
  const seen = useRef<{ list: string; newest: string } | null>(null);
  if (rows && seen.current?.list !== list) seen.current = { list, newest: newestAt(rows) };
  return (row) => seen.current?.list === list && arrivalOf(row) > seen.current.newest;
}

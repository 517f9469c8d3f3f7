'use client';
import { usePathname, useSearchParams } from 'next/navigation';
import { useCallback, useEffect, useMemo } from 'react';
import type { MessageFilter } from './queries.ts';

const NAMES = ['deviceId', 'state', 'q', 'from', 'to'] as const;
const LAST = 'hikyaku.log';

/** The log as it was left in this tab, with its filter: where the way back from a story leads. */
export const lastLog = (): string => sessionStorage.getItem(LAST) ?? '/messages';

/** The log's filter, kept in the address so that it can be shared and the way back finds it; days as `2026-11-28`. */
export function useMessageFilter() {
  const search = useSearchParams();
  const path = usePathname();
  const filter = useMemo<MessageFilter>(
    () => Object.fromEntries(NAMES.map((name) => [name, search.get(name) || undefined])),
    [search],
  );
  useEffect(() => {
    sessionStorage.setItem(LAST, search.size ? `/messages?${search}` : '/messages');
  }, [search]);
  const change = useCallback(
    (part: MessageFilter) => {
      const next = new URLSearchParams();
      for (const name of NAMES) {
        const value = { ...filter, ...part }[name];
        if (value) next.set(name, value);
      }
      const text = next.toString();
      // No round trip to the server: the page is the same, only its data differ.
      const address = text ? `${path}?${text}` : path;
      window.history.replaceState(null, '', address);
    },
    [filter, path],
  );
  return { filter, change };
}

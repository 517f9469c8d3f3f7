'use client';
import { usePathname, useSearchParams } from 'next/navigation';
import { useCallback, useMemo } from 'react';
import type { MessageFilter } from './queries.ts';

const NAMES = ['deviceId', 'state', 'q'] as const;

/** The log's filter, kept in the address so that it can be shared and the way back finds it. */
export function useMessageFilter() {
  const search = useSearchParams();
  const path = usePathname();
  const filter = useMemo<MessageFilter>(
    () => Object.fromEntries(NAMES.map((name) => [name, search.get(name) || undefined])),
    [search],
  );
  const change = useCallback(
    (part: MessageFilter) => {
      const next = new URLSearchParams();
      for (const name of NAMES) {
        const value = { ...filter, ...part }[name];
        if (value) next.set(name, value);
      }
      const text = next.toString();
      // No round trip to the server: the page is the same, only its data differ.
      window.history.replaceState(null, '', text ? `${path}?${text}` : path);
    },
    [filter, path],
  );
  return { filter, change };
}

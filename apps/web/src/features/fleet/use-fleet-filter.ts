'use client';
import { usePathname, useSearchParams } from 'next/navigation';
import { useCallback, useMemo } from 'react';
import { CONDITIONS, type Condition } from './device-order.ts';

interface FleetFilter {
  words: string;
  conditions: Condition[];
  /** Id of a site, or `NO_SITE`; empty: all. */
  site: string;
}

/** The list's search, site and conditions, kept in the address. */
export function useFleetFilter(): FleetFilter & { change: (part: Partial<FleetFilter>) => void } {
  const search = useSearchParams();
  const path = usePathname();
  const filter = useMemo(() => {
    const asked = search.get('is')?.split(',') ?? [];
    const conditions = CONDITIONS.filter((name) => asked.includes(name));
    return { words: search.get('q') ?? '', site: search.get('site') ?? '', conditions };
  }, [search]);
  const change = useCallback(
    (part: Partial<FleetFilter>) => {
      const { words, conditions, site } = { ...filter, ...part };
      const next = new URLSearchParams();
      if (words) next.set('q', words);
      if (site) next.set('site', site);
      if (conditions.length) next.set('is', conditions.join(','));
      window.history.replaceState(null, '', next.size ? `${path}?${next}` : path);
    },
    [filter, path],
  );
  return { ...filter, change };
}

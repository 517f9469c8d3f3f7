'use client';
import type { Overview } from '@hikyaku/contracts';
import { useQuery } from '@tanstack/react-query';
import { useTimeZone } from 'next-intl';
import { keys } from '../../api/keys.ts';
import { query, request } from '../../api/request.ts';

/** While mail waits: the counts are kept behind the mails, and the last change may have been asked about too early on a busy relay. */
const WAITING_MS = 10_000;

/** The server's own numbers; days begin in the account's zone. */
export function useOverview() {
  const timeZone = useTimeZone();
  return useQuery({
    queryKey: [...keys.overview, timeZone],
    queryFn: ({ signal }) => request<Overview>('GET', `/api/v1/overview${query({ timeZone })}`, undefined, signal),
    refetchInterval: ({ state }) => (state.data?.waiting.count ? WAITING_MS : false),
  });
}

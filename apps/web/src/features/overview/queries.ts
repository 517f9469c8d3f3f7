'use client';
import type { Overview } from '@hikyaku/contracts';
import { useQuery } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { query, request } from '../../api/request.ts';

/** The server's own numbers; days begin where the reader is. */
export function useOverview() {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return useQuery({
    queryKey: keys.overview,
    queryFn: ({ signal }) => request<Overview>('GET', `/api/v1/overview${query({ timeZone })}`, undefined, signal),
  });
}

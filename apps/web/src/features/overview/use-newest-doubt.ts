'use client';
import type { MessageSummary, Page } from '@hikyaku/contracts';
import { useQuery } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { query, request } from '../../api/request.ts';

/** The newest mail of which nobody knows whether it arrived; asked for only where there is one. */
export function useNewestDoubt(isAsked: boolean): string | undefined {
  const { data } = useQuery({
    // Under the overview, whose number it belongs to.
    queryKey: [...keys.overview, 'newest-doubt'],
    queryFn: ({ signal }) =>
      request<Page<MessageSummary>>(
        'GET',
        `/api/v1/messages${query({ state: 'in_doubt', limit: 1 })}`,
        undefined,
        signal,
      ),
    enabled: isAsked,
  });
  return isAsked ? data?.items[0]?.id : undefined;
}

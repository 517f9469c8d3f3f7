'use client';
import type { MessageDetail, MessageSummary, Page } from '@hikyaku/contracts';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { useIsLive } from '../../api/live.tsx';
import { query, request } from '../../api/request.ts';

export interface MessageFilter {
  deviceId?: string | undefined;
  /** States separated by commas. */
  state?: string | undefined;
  q?: string | undefined;
  /** RFC 3339. */
  from?: string | undefined;
}

const PAGE_SIZE = 30;
// Without the event stream the list still moves, only slower.
const POLL_MS = 8_000;

/** The delivery log, newest first. */
export function useMessages(filter: MessageFilter, pageSize = PAGE_SIZE) {
  const isLive = useIsLive();
  const values = { ...filter, limit: String(pageSize) };
  return useInfiniteQuery({
    queryKey: keys.messages(values),
    queryFn: ({ pageParam, signal }) =>
      request<Page<MessageSummary>>(
        'GET',
        `/api/v1/messages${query({ ...values, cursor: pageParam })}`,
        undefined,
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: isLive ? false : POLL_MS,
  });
}

export function useMessage(id: string) {
  const isLive = useIsLive();
  return useQuery({
    queryKey: keys.message(id),
    queryFn: ({ signal }) => request<MessageDetail>('GET', `/api/v1/messages/${id}`, undefined, signal),
    refetchInterval: isLive ? false : POLL_MS,
  });
}

export function useRetryMessage(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request('POST', `/api/v1/messages/${id}/retry`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['messages'] }),
  });
}

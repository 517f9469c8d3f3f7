'use client';
import type { LogEntry, MessageDetail, MessageSummary, Page } from '@hikyaku/contracts';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import { keys } from '../../api/keys.ts';
import { query, request } from '../../api/request.ts';
import { cutAtTop, isFull, type ListRow, type LoadedPages, MAX_PAGE } from './loaded-pages.ts';
import { noteRetried, refreshList } from './refresh-messages.ts';

export interface MessageFilter {
  deviceId?: string | undefined;
  /** States separated by commas; in the log also `refused`. */
  state?: string | undefined;
  q?: string | undefined;
  /** RFC 3339; `to` is not in it any more. */
  from?: string | undefined;
  to?: string | undefined;
}

/** Two screens: what is folded makes it less. */
const LOG_PAGE = 50;
/** Whoever reads on wants more of it. */
const LATER_PAGE = String(MAX_PAGE);

/** Mails, newest first: the newest `pageSize` of them and what is loaded behind. */
export const useMessages = (filter: MessageFilter, pageSize: number) =>
  useMailList<MessageSummary>('messages', filter, pageSize);

/** Mails and refused devices, newest first. */
export const useLog = (filter: MessageFilter) => useMailList<LogEntry>('log', filter, LOG_PAGE);

/** Lets go of what a reader who is back at the top of the log has left far below. */
export function useCutLog(filter: MessageFilter): () => void {
  const client = useQueryClient();
  const hash = JSON.stringify(keys.log({ ...filter, limit: String(LOG_PAGE) }));
  return useCallback(
    () => void client.setQueryData<LoadedPages>(JSON.parse(hash), (loaded) => loaded && cutAtTop(loaded)),
    [client, hash],
  );
}

/** A list, newest first. Once loaded it is kept up to date by its head, and never loaded as a whole again. */
function useMailList<Row extends ListRow>(route: 'messages' | 'log', filter: MessageFilter, pageSize: number) {
  const client = useQueryClient();
  const values = { ...filter, limit: String(pageSize) };
  const queryKey = keys[route](values);
  const hash = JSON.stringify(queryKey);
  useEffect(() => {
    // A list that was left and is shown again knows nothing of what came in between.
    void refreshList(client, JSON.parse(hash)).catch(() => undefined);
  }, [client, hash]);
  return useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      request<Page<Row>>(
        'GET',
        `/api/v1/${route}${query({ ...values, ...(pageParam ? { limit: LATER_PAGE } : {}), cursor: pageParam })}`,
        undefined,
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page, pages) => (isFull(pages) ? null : page.nextCursor),
    refetchOnMount: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

export function useMessage(id: string) {
  return useQuery({
    queryKey: keys.message(id),
    queryFn: ({ signal }) => request<MessageDetail>('GET', `/api/v1/messages/${id}`, undefined, signal),
  });
}

export function useRetryMessage(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request('POST', `/api/v1/messages/${id}/retry`),
    onSuccess: () => noteRetried(client, id),
  });
}

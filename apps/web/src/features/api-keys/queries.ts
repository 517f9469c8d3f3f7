'use client';
import type { ApiKey, ApiKeyCreate, ApiKeyMade, Page } from '@hikyaku/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { request } from '../../api/request.ts';

/** All of them: there are at most twenty. Not for viewers, whom the api refuses. */
export function useApiKeys() {
  return useQuery({
    queryKey: keys.apiKeys,
    queryFn: ({ signal }) => request<Page<ApiKey>>('GET', '/api/v1/api-keys', undefined, signal),
  });
}

export function useMakeApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: ApiKeyCreate) => request<ApiKeyMade>('POST', '/api/v1/api-keys', wanted),
    // The answer holds the secret: it is not kept beyond the form that asked for it.
    gcTime: 0,
    // Also after an error: an answer that was lost on its way may have made one.
    onSettled: () => client.invalidateQueries({ queryKey: keys.apiKeys }),
  });
}

export function useRemoveApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request('DELETE', `/api/v1/api-keys/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.apiKeys }),
  });
}

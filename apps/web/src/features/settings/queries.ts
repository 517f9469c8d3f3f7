'use client';
import type { Tenant, TenantDeletions, TenantUpdate } from '@hikyaku/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { request } from '../../api/request.ts';

export function useTenant() {
  return useQuery({
    queryKey: keys.tenant,
    queryFn: ({ signal }) => request<Tenant>('GET', '/api/v1/tenant', undefined, signal),
  });
}

export function useUpdateTenant() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: TenantUpdate) => request<Tenant>('PATCH', '/api/v1/tenant', change),
    onSuccess: async (tenant) => {
      client.setQueryData(keys.tenant, tenant);
      await client.invalidateQueries({ queryKey: keys.me });
    },
  });
}

/** While something is being erased the page looks how much is left. */
const ERASING_POLL_MS = 3_000;

/** What the person has deleted and is not erased as a whole yet. */
export function useDeletions() {
  return useQuery({
    queryKey: keys.deletions,
    queryFn: ({ signal }) => request<TenantDeletions>('GET', '/api/v1/tenant/deletions', undefined, signal),
    refetchInterval: ({ state }) => (state.data?.items.length ? ERASING_POLL_MS : false),
  });
}

/** `name`: that of what is deleted, as it was typed. */
export function useDeleteTenant() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => request('DELETE', '/api/v1/tenant', { name }),
    onSuccess: async () => {
      // Nothing that was shown exists any more; the person goes on with an empty one.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.me[0] });
      await client.invalidateQueries();
    },
  });
}

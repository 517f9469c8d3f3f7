'use client';
import type { Tenant, TenantUpdate } from '@hikyaku/contracts';
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

'use client';
import type { Instance, Me, MeUpdate } from '@hikyaku/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { askMe } from '../../api/early-me.ts';
import { keys } from '../../api/keys.ts';
import { request } from '../../api/request.ts';

/** Who is signed in, and what this instance is. 401 when nobody is. */
export function useMeQuery() {
  return useQuery({
    queryKey: keys.me,
    queryFn: ({ signal }) => askMe(signal),
    staleTime: 60_000,
  });
}

export function useUpdateMe() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: MeUpdate) => request<Me>('PATCH', '/api/v1/me', change),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.me }),
  });
}

export function useClaimOperator() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (code: string) => request('POST', '/api/v1/operator', { code }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.me }),
  });
}

/** What a stranger may know of this instance: whether it only pretends to send. */
export function useInstance() {
  return useQuery({
    queryKey: keys.instance,
    queryFn: ({ signal }) => request<Instance>('GET', '/api/v1/instance', undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

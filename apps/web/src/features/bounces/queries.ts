import type { BounceAddress } from '@hikyaku/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { request } from '../../api/request.ts';

/** Gmail's code comes while its owner stands before the page, and no live event tells of it. */
const LOOK_EVERY_MS = 10_000;

export function useBounceAddress() {
  return useQuery({
    queryKey: keys.bounceAddress,
    queryFn: ({ signal }) => request<BounceAddress>('GET', '/api/v1/bounce-address', undefined, signal),
    refetchInterval: ({ state }) => (state.data?.address && !state.data.lastReportAt ? LOOK_EVERY_MS : false),
  });
}

export function useRenewBounceAddress() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<BounceAddress>('POST', '/api/v1/bounce-address'),
    onSuccess: (fresh) => client.setQueryData(keys.bounceAddress, fresh),
  });
}

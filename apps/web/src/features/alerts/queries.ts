'use client';
import type {
  Alert,
  AlertChannel,
  AlertChannelCreate,
  AlertChannelList,
  AlertChannelMade,
  AlertChannelUpdate,
  AlertDelivery,
  Page,
  WebhookSecret,
} from '@hikyaku/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { query, request } from '../../api/request.ts';

/** What goes on now changes by itself, and no live event tells it. */
const REFRESH_MS = 15_000;
/** A test is told within a second or two; its answer may take ten. */
const TEST_EVERY_MS = 1_000;
const SHOWN = 50;

export function useAlerts() {
  return useQuery({
    queryKey: keys.alerts,
    queryFn: ({ signal }) => request<Page<Alert>>('GET', `/api/v1/alerts${query({ limit: SHOWN })}`, undefined, signal),
    refetchInterval: REFRESH_MS,
  });
}

export function useSeeAlert() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request('POST', `/api/v1/alerts/${id}/seen`),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.alerts }),
  });
}

export function useChannels() {
  return useQuery({
    queryKey: keys.alertChannels,
    queryFn: ({ signal }) => request<AlertChannelList>('GET', '/api/v1/alert-channels', undefined, signal),
  });
}

export function useAddChannel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (channel: AlertChannelCreate) => request<AlertChannelMade>('POST', '/api/v1/alert-channels', channel),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.alertChannels }),
  });
}

/** One after the other, as they were asked for. */
export function useChangeChannel(id: string) {
  const client = useQueryClient();
  return useMutation({
    scope: { id: `channel ${id}` },
    mutationFn: (change: AlertChannelUpdate) => request<AlertChannel>('PATCH', `/api/v1/alert-channels/${id}`, change),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.alertChannels }),
  });
}

export function useRemoveChannel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request('DELETE', `/api/v1/alert-channels/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.alertChannels }),
  });
}

export function useTestChannel(id: string) {
  return useMutation({
    mutationFn: () => request<{ id: string }>('POST', `/api/v1/alert-channels/${id}/test`),
  });
}

/** One telling of a channel, asked for until it came to something; with it the channel's own state is read anew. */
export function useTelling(channelId: string, deliveryId: string | undefined) {
  const client = useQueryClient();
  return useQuery({
    queryKey: [...keys.alertChannels, channelId, deliveryId],
    queryFn: async ({ signal }) => {
      const path = `/api/v1/alert-channels/${channelId}/deliveries`;
      const { items } = await request<{ items: AlertDelivery[] }>('GET', path, undefined, signal);
      const found = items.find(({ id }) => id === deliveryId) ?? null;
      if (found && isOver(found)) await client.invalidateQueries({ queryKey: keys.alertChannels, exact: true });
      return found;
    },
    enabled: deliveryId !== undefined,
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : TEST_EVERY_MS),
  });
}

/** It was taken, or refused at least once. */
export const isOver = ({ state, failure }: AlertDelivery): boolean => state !== 'waiting' || failure !== null;

export function useNewSecret(id: string) {
  return useMutation({
    mutationFn: () => request<WebhookSecret>('POST', `/api/v1/alert-channels/${id}/secret`),
  });
}

const deliveriesOf = (channelId: string) => [...keys.alertChannels, channelId, 'deliveries'];

/** The newest tellings of a channel, while somebody looks at them. */
export function useDeliveries(channelId: string, isShown: boolean) {
  return useQuery({
    queryKey: deliveriesOf(channelId),
    queryFn: ({ signal }) =>
      request<{ items: AlertDelivery[] }>('GET', `/api/v1/alert-channels/${channelId}/deliveries`, undefined, signal),
    enabled: isShown,
    refetchInterval: ({ state }) =>
      state.data?.items.some((delivery) => !isOver(delivery)) ? TEST_EVERY_MS : REFRESH_MS,
  });
}

/** Tells once more what was told or given up. */
export function useTellAgain(channelId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (deliveryId: string) => request('POST', `/api/v1/alert-deliveries/${deliveryId}/retry`),
    onSuccess: () => client.invalidateQueries({ queryKey: deliveriesOf(channelId) }),
  });
}

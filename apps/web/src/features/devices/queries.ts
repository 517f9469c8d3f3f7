'use client';
import type {
  Device,
  DeviceContentChannel,
  DeviceCreate,
  DeviceHours,
  DeviceUpdate,
  DeviceWithCredential,
  Page,
  RecipientsConfirm,
  TestMailAnswer,
  TestMailRequest,
} from '@hikyaku/contracts';
import { type MutationScope, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../api/keys.ts';
import { keyOfAsking } from '../../api/new-key.ts';
import { query, request } from '../../api/request.ts';
import { ensureGroup } from '../groups/ensure-group.ts';
import { refreshMessages } from '../messages/refresh-messages.ts';

/** Devices, newest first, page by page. */
export function useDevices() {
  return useInfiniteQuery({
    queryKey: keys.devices,
    queryFn: ({ pageParam, signal }) =>
      request<Page<Device>>('GET', `/api/v1/devices${query({ limit: 100, cursor: pageParam })}`, undefined, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** `null`: none is known, and none is asked for. */
export function useDevice(id: string | null) {
  return useQuery({
    queryKey: keys.device(id ?? ''),
    enabled: id !== null,
    queryFn: ({ signal }) => request<Device>('GET', `/api/v1/devices/${id}`, undefined, signal),
  });
}

/** A minute more or less does not show in a week. */
const HOURS_STALE_MS = 60_000;

/** When it wrote in the last seven days. */
export function useDeviceHours(id: string) {
  return useQuery({
    queryKey: keys.deviceHours(id),
    staleTime: HOURS_STALE_MS,
    queryFn: ({ signal }) => request<DeviceHours>('GET', `/api/v1/devices/${id}/hours`, undefined, signal),
  });
}

function useDeviceChange<Input, Answer>(mutationFn: (input: Input) => Promise<Answer>, scope?: MutationScope) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    ...(scope ? { scope } : {}),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.devices }),
  });
}

interface AtSite<Body> {
  body: Body;
  /** Name of its site; empty: none. */
  group: string;
}

export function useCreateDevice() {
  const [keyOf] = useState(keyOfAsking);
  return useDeviceChange(async ({ body, group }: AtSite<DeviceCreate>) => {
    const asked = { ...body, groupId: await ensureGroup(group) };
    return request<DeviceWithCredential>('POST', '/api/v1/devices', { ...asked, creationKey: keyOf(asked) });
  });
}

export function useSaveDevice(id: string) {
  return useDeviceChange(async ({ body, group }: AtSite<DeviceUpdate>) =>
    request<Device>('PATCH', `/api/v1/devices/${id}`, { ...body, groupId: await ensureGroup(group) }),
  );
}

/** One after the other, as they were asked for. */
export function useUpdateDevice(id: string) {
  return useDeviceChange((body: DeviceUpdate) => request<Device>('PATCH', `/api/v1/devices/${id}`, body), {
    id: `device ${id}`,
  });
}

export function useDeleteDevice(id: string) {
  return useDeviceChange(() => request('DELETE', `/api/v1/devices/${id}`));
}

export function useConfirmRecipients(id: string) {
  return useDeviceChange((body: RecipientsConfirm) =>
    request<Device>('POST', `/api/v1/devices/${id}/recipients/confirm`, body),
  );
}

export function useContentChannel(id: string) {
  return useDeviceChange((body: DeviceContentChannel) =>
    request<Device>('PUT', `/api/v1/devices/${id}/content-channel`, body),
  );
}

export function useRotateCredential(id: string) {
  return useDeviceChange((keepOldMinutes: number) =>
    request<DeviceWithCredential>('POST', `/api/v1/devices/${id}/credentials`, { keepOldMinutes }),
  );
}

export function useSendTestMail(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: TestMailRequest) => request<TestMailAnswer>('POST', `/api/v1/devices/${id}/test`, body),
    onSuccess: () =>
      Promise.all([refreshMessages(client), client.invalidateQueries({ queryKey: keys.arrivals({ deviceId: id }) })]),
  });
}

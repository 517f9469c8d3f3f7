'use client';
import type { DeviceGroup, DeviceGroupChange, DeviceGroupList } from '@hikyaku/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { request } from '../../api/request.ts';

/** All sites, by name. */
export function useGroups() {
  return useQuery({
    queryKey: keys.groups,
    queryFn: ({ signal }) => request<DeviceGroupList>('GET', '/api/v1/groups', undefined, signal),
  });
}

function useGroupChange<Input>(mutationFn: (input: Input) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => client.invalidateQueries({ queryKey: keys.devices }) });
}

export function useChangeGroup(id: string) {
  return useGroupChange((body: DeviceGroupChange) => request<DeviceGroup>('PATCH', `/api/v1/groups/${id}`, body));
}

export function useRemoveGroup(id: string) {
  return useGroupChange(() => request('DELETE', `/api/v1/groups/${id}`));
}

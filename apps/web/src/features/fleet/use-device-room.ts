'use client';
import type { Usage } from '@hikyaku/contracts';
import { useQuery } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { request } from '../../api/request.ts';

/** How many devices there may be, and how many more; undefined until it is known. */
export function useDeviceRoom(): { limit: number; left: number } | undefined {
  const { data } = useQuery({
    queryKey: keys.usage,
    queryFn: ({ signal }) => request<Usage>('GET', '/api/v1/usage', undefined, signal),
  });
  const devices = data?.items.find(({ name }) => name === 'devices');
  return devices && { limit: devices.limit, left: Math.max(0, devices.limit - devices.used) };
}

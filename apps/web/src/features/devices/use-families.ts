'use client';
import type { DeviceFamily } from '@hikyaku/devices';
import { useQuery } from '@tanstack/react-query';

/** The catalogue of device families; too large for a first load, fetched where it is shown. Undefined until then. */
export function useFamilies(): readonly DeviceFamily[] | undefined {
  const { data } = useQuery({
    queryKey: ['families'],
    queryFn: () => import('@hikyaku/devices').then(({ deviceFamilies }) => deviceFamilies),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}

/** The family of a device; null for none or one that is not in the catalogue. */
export function useFamily(id: string | null): DeviceFamily | null {
  return useFamilies()?.find((family) => family.id === id) ?? null;
}

'use client';
import type { DeviceFamily } from '@hikyaku/devices';
import { useQuery } from '@tanstack/react-query';

/** The catalogue of device families; too large for a first load, fetched where it is shown and `isWanted`. Undefined until then. */
export function useFamilies({ isWanted }: { isWanted: boolean }): readonly DeviceFamily[] | undefined {
  const { data } = useQuery({
    queryKey: ['families'],
    enabled: isWanted,
    queryFn: () => import('@hikyaku/devices').then(({ deviceFamilies }) => deviceFamilies),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}

/** The family of a device; null for none, for one that is not in the catalogue, and until that is there. */
export function useFamily(id: string | null): DeviceFamily | null {
  return useFamilies({ isWanted: id !== null })?.find((family) => family.id === id) ?? null;
}

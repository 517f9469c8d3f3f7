'use client';
import { useQuery } from '@tanstack/react-query';

/** The catalogue of mail services; fetched where it is needed, like that of device families. Undefined until then. */
export function useSmtpServices() {
  const { data } = useQuery({
    queryKey: ['smtp-services'],
    queryFn: () =>
      import('@hikyaku/devices').then(({ smtpPresets, presetOfAddress }) => ({ smtpPresets, presetOfAddress })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}

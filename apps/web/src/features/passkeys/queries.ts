'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { request } from '../../api/request.ts';

/** As Better Auth lists them. */
export interface Passkey {
  id: string;
  name: string | null;
  createdAt: string;
  lastUsedAt: string | null;
}

/** The person's passkeys, the one used last first. */
export function usePasskeys() {
  return useQuery({
    queryKey: keys.passkeys,
    queryFn: async ({ signal }) => {
      const all = await request<Passkey[]>('GET', '/api/auth/passkey/list-user-passkeys', undefined, signal);
      const lastOf = ({ lastUsedAt, createdAt }: Passkey) => lastUsedAt ?? createdAt;
      return all.sort((a, b) => lastOf(b).localeCompare(lastOf(a)));
    },
  });
}

/** Loaded with the browser's part of it, when a passkey is made. */
export function useAddPasskey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (passkey: { name: string; password: string }) =>
      (await import('./passkey-requests.ts')).addPasskey(passkey),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.passkeys }),
  });
}

export function useRemovePasskey() {
  const client = useQueryClient();
  return (proof: { id: string; password: string }) =>
    request('POST', '/api/auth/passkey/delete-passkey', proof).then(() =>
      client.invalidateQueries({ queryKey: keys.passkeys }),
    );
}

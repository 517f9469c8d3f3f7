'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { request } from '../../api/request.ts';

/** As Better Auth lists them. `token` names a session to end it; without the server's signature it signs nobody in. */
interface SignIn {
  id: string;
  token: string;
  updatedAt: string;
  ipAddress?: string | null;
  userAgent?: string | null;
}

/** The person's sessions, this browser's first, then the one used last. */
export function useSignIns() {
  return useQuery({
    queryKey: keys.signIns,
    queryFn: async ({ signal }) => {
      const [all, here] = await Promise.all([
        request<SignIn[]>('GET', '/api/auth/list-sessions', undefined, signal),
        request<{ session: { id: string } } | null>('GET', '/api/auth/get-session', undefined, signal),
      ]);
      return all
        .map((one) => ({ ...one, isHere: one.id === here?.session.id }))
        .sort((a, b) => Number(b.isHere) - Number(a.isHere) || b.updatedAt.localeCompare(a.updatedAt));
    },
  });
}

function useEnd<Input>(mutationFn: (input: Input) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => client.invalidateQueries({ queryKey: keys.signIns }) });
}

export function useEndSession() {
  return useEnd((token: string) => request('POST', '/api/auth/revoke-session', { token }));
}

export function useEndOtherSessions() {
  return useEnd(() => request('POST', '/api/auth/revoke-other-sessions', {}));
}

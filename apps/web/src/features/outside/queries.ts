'use client';
import type { LinkedSignIn, Newcomer, OAuthProviderName } from '@hikyaku/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { request } from '../../api/request.ts';

/** Whom a provider has named in this browser a moment ago, and who has no account yet. */
export function useNewcomer() {
  return useQuery({
    queryKey: keys.newcomer,
    queryFn: ({ signal }) => request<Newcomer>('GET', '/api/auth/newcomer', undefined, signal),
  });
}

export const signUpAsNewcomer = (typed: { email: string; password: string }) =>
  request<{ token: string | null }>('POST', '/api/auth/newcomer', typed);

/** The person's sign-ins at providers, the one used last first. */
export function useLinkedSignIns() {
  return useQuery({
    queryKey: keys.linkedSignIns,
    queryFn: ({ signal }) => request<LinkedSignIn[]>('GET', '/api/auth/linked-sign-ins/list', undefined, signal),
  });
}

/** Leaves the dashboard for the provider, which sends the browser back to the settings. */
export async function linkSignIn(way: { provider: OAuthProviderName; password: string }): Promise<void> {
  const { url } = await request<{ url: string }>('POST', '/api/auth/linked-sign-ins/add', way);
  location.assign(url);
}

export function useRemoveSignIn() {
  const client = useQueryClient();
  return (proof: { id: string; password: string }) =>
    request('POST', '/api/auth/linked-sign-ins/remove', proof).then(() =>
      client.invalidateQueries({ queryKey: keys.linkedSignIns }),
    );
}

'use client';
import type { AppOnlySetup, ConnectAppOnly, MailboxProofSent } from '@hikyaku/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { request } from '../../api/request.ts';

/** The api asks Microsoft three things one after the other, for up to 15 seconds each. */
const PROOF_MS = 50_000;

export const APPROVE_URL = '/api/v1/mailboxes/app-only/approve';

export function useAppOnlySetup(isWanted: boolean) {
  return useQuery({
    queryKey: keys.appOnlySetup,
    queryFn: ({ signal }) => request<AppOnlySetup>('GET', '/api/v1/mailboxes/app-only', undefined, signal),
    enabled: isWanted,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Sends a code to the mailbox. */
export function useSendProof() {
  return useMutation({
    mutationFn: (address: string) =>
      request<MailboxProofSent>('POST', '/api/v1/mailboxes/app-only/proofs', { address }, undefined, PROOF_MS),
  });
}

export function useConnectAppOnly() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (proof: ConnectAppOnly) => request<{ id: string }>('POST', '/api/v1/mailboxes/app-only', proof),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.mailboxes }),
  });
}

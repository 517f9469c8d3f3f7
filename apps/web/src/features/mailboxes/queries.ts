'use client';
import type { ConnectSmtp, Mailbox, Page, SmtpAccess, TestMailAnswer } from '@hikyaku/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { query, request } from '../../api/request.ts';

/** The api asks the server for 25 seconds at most: its answer has to be waited for. */
const SMTP_TEST_MS = 30_000;

/** A tenant has a handful of mailboxes: one page holds them. */
export function useMailboxes() {
  return useQuery({
    queryKey: keys.mailboxes,
    queryFn: ({ signal }) =>
      request<Page<Mailbox>>('GET', `/api/v1/mailboxes${query({ limit: 200 })}`, undefined, signal),
  });
}

export function useDisconnectMailbox() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request('DELETE', `/api/v1/mailboxes/${id}`),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.mailboxes }),
        client.invalidateQueries({ queryKey: keys.devices }),
      ]),
  });
}

/** Proposes a mailbox for new devices. */
export function useDefaultMailbox() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (defaultMailboxId: string) => request('PATCH', '/api/v1/tenant', { defaultMailboxId }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.mailboxes }),
  });
}

/** Tries again with a mailbox that was closed for something mended at its provider. */
export function useResumeMailbox() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request('POST', `/api/v1/mailboxes/${id}/resume`),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.mailboxes }),
  });
}

/** Sends a mailbox a mail through itself. */
export function useMailboxTest() {
  return useMutation({
    mutationFn: (id: string) => request<TestMailAnswer>('POST', `/api/v1/mailboxes/${id}/test`),
  });
}

/** Where a mailbox signs in by SMTP. It is asked for once: the form that it fills must not change under its reader. */
export function useSmtpAccess(mailboxId: string | null) {
  return useQuery({
    queryKey: keys.smtpAccess(mailboxId ?? ''),
    queryFn: ({ signal }) => request<SmtpAccess>('GET', `/api/v1/mailboxes/${mailboxId}/smtp`, undefined, signal),
    enabled: mailboxId !== null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

export function useConnectSmtp() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (account: ConnectSmtp) =>
      request<{ id: string }>('POST', '/api/v1/mailboxes/smtp', account, undefined, SMTP_TEST_MS),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.mailboxes }),
  });
}

/** Where the browser goes to give the permission to send as shared mailboxes too. */
export const sharedUrl = (mailbox: Pick<Mailbox, 'id' | 'address'>): string =>
  `/api/v1/mailboxes/connect/microsoft${query({ mailboxId: mailbox.id, login_hint: mailbox.address, shared: 'true' })}`;

/** Where it goes to let large mails leave whole, by SMTP. */
export const largeUrl = (mailbox: Pick<Mailbox, 'id' | 'address'>): string =>
  `/api/v1/mailboxes/connect/microsoft${query({ mailboxId: mailbox.id, login_hint: mailbox.address, large: 'true' })}`;

/** Where the browser goes to connect; with a mailbox, to connect that one again; with an address alone, to find it typed already. */
export function connectUrl(
  provider: 'microsoft' | 'google',
  mailbox?: Partial<Pick<Mailbox, 'id' | 'address'>>,
): string {
  const hint = query({ mailboxId: mailbox?.id, login_hint: mailbox?.address });
  return `/api/v1/mailboxes/connect/${provider}${hint}`;
}

'use client';
import type { Mailbox, Page } from '@hikyaku/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { query, request } from '../../api/request.ts';

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

/** Where the browser goes to connect; with a mailbox, to connect that one again. */
export function connectUrl(provider: 'microsoft' | 'google', mailbox?: Pick<Mailbox, 'id' | 'address'>): string {
  const hint = query({ mailboxId: mailbox?.id, login_hint: mailbox?.address });
  return `/api/v1/mailboxes/connect/${provider}${hint}`;
}

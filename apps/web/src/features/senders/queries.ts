'use client';
import type { MailboxSender, MailboxSenderList, SenderCreate, TestMailAnswer } from '@hikyaku/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { request } from '../../api/request.ts';

/** A test's result takes a few seconds, and no live event tells it. */
const WATCH_MS = 5_000;

/** The further addresses of a mailbox. Empty: of none is asked. `isWatched`: as long as somebody looks at their tests. */
export function useSenders(mailboxId: string, { isWatched = false } = {}) {
  return useQuery({
    queryKey: keys.senders(mailboxId),
    queryFn: ({ signal }) =>
      request<MailboxSenderList>('GET', `/api/v1/mailboxes/${mailboxId}/senders`, undefined, signal),
    enabled: mailboxId !== '',
    refetchInterval: isWatched ? WATCH_MS : false,
  });
}

function useSenderChange<Input, Answer>(mutationFn: (input: Input) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => client.invalidateQueries({ queryKey: keys.allSenders }) });
}

/** Adds an address and sends its test at once: until then nobody can use it. */
export function useAddSender(mailboxId: string) {
  return useSenderChange(async (body: SenderCreate) => {
    const { id } = await request<MailboxSender>('POST', `/api/v1/mailboxes/${mailboxId}/senders`, body);
    return testSender(id);
  });
}

const testSender = (id: string) => request<TestMailAnswer>('POST', `/api/v1/senders/${id}/test`);

export function useSenderTest() {
  return useSenderChange(testSender);
}

export function useConfirmSender() {
  return useSenderChange((id: string) => request('POST', `/api/v1/senders/${id}/confirm`));
}

export function useRemoveSender() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request('DELETE', `/api/v1/senders/${id}`),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.allSenders }),
        client.invalidateQueries({ queryKey: keys.devices }),
      ]),
  });
}

import type { ErrorCode, FailedSend, MailSender, ProviderName, SendResult } from '@hikyaku/core';
import type { SenderResult } from '@hikyaku/db';

/** Refusals of an address beside the mailbox's own; they say nothing of the mailbox itself. */
const OF_ANY_SENDER: readonly ErrorCode[] = ['upstream.sender_refused', 'smtp.sender_refused'];
/** A shared mailbox is another one: it may be gone, full or not open to this account, while the account's own is well. */
const OF_SHARED: readonly ErrorCode[] = [
  ...OF_ANY_SENDER,
  'upstream.scope_missing',
  'upstream.no_mailbox',
  'upstream.mailbox_full',
];

/** Graph, of a user that is not there, whatever code stands beside it. */
const NOT_FOUND = 404;

/** Soon: the next attempt takes another way. */
const NEXT_ATTEMPT_MS = 1_000;

/**
 * What an answer means where a mail left from a sender of the owner's choice: the result as the mail's life takes it, and what is kept of the sender
 * (undefined: nothing new). A refused sender costs no mail: the device's next attempt leaves from the mailbox's own address, and only a test of the
 * sender itself fails with it. Gmail writes its own address over a From that it does not know and says nothing, so that there its owner has to look.
 */
export function senderOutcome(
  result: SendResult,
  sent: { sender: MailSender; provider: ProviderName; isTest: boolean },
): { result: SendResult; kept?: Omit<SenderResult, 'senderId'> } {
  const { sender, provider, isTest } = sent;
  if (result.outcome === 'accepted') {
    if (!isTest) return { result };
    return { result, kept: { state: provider === 'google' ? 'untested' : 'works', code: null } };
  }
  if (!isRefusal(result, sender)) return { result };
  const { code, status, text } = result;
  const said = { ...(status === undefined ? {} : { status }), ...(text === undefined ? {} : { text }) };
  const kept = { state: 'refused', code } as const;
  if (isTest) return { result: { outcome: 'rejected', code, ...said }, kept };
  const fallback = { outcome: 'deferred', code: 'upstream.sender_fallback', scope: 'message' } as const;
  return { result: { ...fallback, ...said, retryAfterMs: NEXT_ATTEMPT_MS }, kept };
}

function isRefusal(result: FailedSend, { kind }: MailSender): boolean {
  if (kind === 'shared' && result.outcome === 'rejected' && result.status === NOT_FOUND) return true;
  return result.outcome === 'auth_lost' && (kind === 'shared' ? OF_SHARED : OF_ANY_SENDER).includes(result.code);
}

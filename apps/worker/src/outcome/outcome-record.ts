import { moveOf, type Outcome } from '@hikyaku/core';
import type { OutcomeRecord } from '@hikyaku/db';

/** An outcome as the database writes it. */
export function outcomeRecord(
  claim: { id: string; fence: number; attemptNumber?: number },
  outcome: Outcome,
  about: {
    accountKey: string | null;
    providerId: string | null;
    /** The secret that was used: a mailbox connected anew since then is not closed. */
    secret: { mailboxId: string; version: number } | null;
  },
): OutcomeRecord {
  const { accountKey, secret } = about;
  const code = outcome.stateCode ?? outcome.attempt.code;
  return {
    messageId: claim.id,
    fence: claim.fence,
    state: outcome.state,
    stateCode: outcome.stateCode,
    dueInMs: outcome.dueInMs,
    contentForMs: outcome.contentForMs,
    attempt: outcome.attempt,
    providerId: about.providerId,
    event: {
      kind: moveOf(outcome.event).story ?? outcome.event,
      data: {
        ...(claim.attemptNumber ? { attempt: claim.attemptNumber } : {}),
        ...(code ? { code } : {}),
        ...(outcome.attempt.status ? { status: outcome.attempt.status } : {}),
      },
    },
    accountRest: outcome.accountRestMs !== null && accountKey ? { accountKey, ms: outcome.accountRestMs } : null,
    reconnect:
      outcome.reconnectCode && secret
        ? { mailboxId: secret.mailboxId, secretVersion: secret.version, code: outcome.reconnectCode }
        : null,
  };
}

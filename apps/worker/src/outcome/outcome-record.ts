import type { OutcomeRecord } from '@hikyaku/db';
import type { Outcome } from './decide-outcome.ts';

/** Kinds in the message's story, by what happened. */
const STORY: Partial<Record<Outcome['event'], string>> = {
  accepted: 'sent',
  auth_lost: 'held',
  doubted: 'in_doubt',
  lease_lost_committed: 'in_doubt',
  lease_lost_uncommitted: 'interrupted',
};

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
      kind: STORY[outcome.event] ?? outcome.event,
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

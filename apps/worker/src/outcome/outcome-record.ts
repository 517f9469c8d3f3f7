import { type AttemptOutcome, moveOf, type Outcome, type RecipientVerdict } from '@hikyaku/core';
import type { OutcomeRecord } from '@hikyaku/db';
import type { MailChange } from '@hikyaku/mail';
import { dayCounts } from '@hikyaku/upstreams';

/** Refused recipients that a line of the story names; the part has them all. */
const MAX_NAMED = 10;
const LEFT: readonly AttemptOutcome[] = ['accepted', 'in_doubt'];

/** What a mail's size became before it was handed over, in bytes, and how many of its pictures are smaller. */
export interface Fitting {
  fromBytes: number;
  toBytes: number;
  pictures: number;
  /** Which of the mails that it became. */
  slice?: { number: number; of: number };
}

/** An outcome as the database writes it. */
export function outcomeRecord(
  claim: { id: string; fence: number; partNumber: number; attemptNumber?: number; places?: number[] },
  outcome: Outcome,
  about: {
    accountKey: string | null;
    providerId: string | null;
    results: RecipientVerdict[] | null;
    /** What preparing changed in the mail. */
    changes: readonly MailChange[];
    fitting: Fitting | null;
    failedContentMs: number;
    /** The secret that was used: a mailbox connected anew since then is not closed. */
    secret: { mailboxId: string; version: number } | null;
  },
): OutcomeRecord {
  const { accountKey, secret } = about;
  const code = outcome.stateCode ?? outcome.attempt.code;
  const refused =
    about.results?.filter(({ outcome }) => outcome !== 'accepted').map(({ recipient }) => recipient) ?? [];
  return {
    messageId: claim.id,
    fence: claim.fence,
    partNumber: claim.partNumber,
    state: outcome.state,
    stateCode: outcome.stateCode,
    dueInMs: outcome.dueInMs,
    contentForMs: about.failedContentMs,
    attempt: outcome.attempt,
    providerId: about.providerId,
    results: about.results,
    event: {
      kind: moveOf(outcome.event).story ?? outcome.event,
      data: {
        ...(claim.places?.length ? { part: claim.partNumber } : {}),
        ...(claim.attemptNumber ? { attempt: claim.attemptNumber } : {}),
        ...(code ? { code } : {}),
        ...(outcome.attempt.status ? { status: outcome.attempt.status } : {}),
        ...(refused.length ? { refused: refused.slice(0, MAX_NAMED) } : {}),
        // An attempt that only waits is followed by another that says the same.
        ...(about.changes.length && outcome.attempt.outcome !== 'deferred' ? { changes: about.changes } : {}),
        ...(about.fitting && outcome.attempt.outcome !== 'deferred' ? { fitting: about.fitting } : {}),
      },
    },
    // What the provider has, or may have, it counts.
    dayRefund:
      accountKey && !LEFT.includes(outcome.attempt.outcome) ? { accountKey, counts: dayCounts(accountKey) } : null,
    accountRest: outcome.accountRestMs !== null && accountKey ? { accountKey, ms: outcome.accountRestMs } : null,
    reconnect:
      outcome.reconnectCode && secret
        ? { mailboxId: secret.mailboxId, secretVersion: secret.version, code: outcome.reconnectCode }
        : null,
  };
}

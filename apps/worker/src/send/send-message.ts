import {
  type Clock,
  decideOutcome,
  faultPoint,
  type OutcomePlans,
  openRecipients,
  type ProviderName,
  RelayError,
  recipientsOfPart,
  settleRecipients,
} from '@hikyaku/core';
import { type AccountMailbox, type Claim, type ClaimedMessage, type Database, viewAccount } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';
import { providerOf } from '@hikyaku/upstreams';
import type { OpenedMailbox } from '../mailbox/open-mailbox.ts';
import type { WorkerMetrics } from '../metrics.ts';
import { outcomeRecord } from '../outcome/outcome-record.ts';
import { type OutcomeWriter, recordUntil } from '../outcome/record-until.ts';
import type { Tell } from '../tell.ts';
import type { SendMessage } from '../turn/send-while-allowed.ts';
import type { Attempted } from './attempt-send.ts';
import { failureResult } from './failure-result.ts';
import { LeaseLost } from './lease-lost.ts';

export interface SendTools {
  database: Database;
  outcomes: OutcomeWriter;
  /** A mail in this spool object was sent. */
  destroy(object: string): void;
  clock: Clock;
  plans: OutcomePlans;
  /** Counted from the claim: a send and the writing of its outcome are over then. */
  maxClaimMs: number;
  /** Keeps the claim's lease until the answer is called. */
  keepLease(claim: Claim): () => void;
  /** Counted from the claim: what is left of `maxClaimMs` is for writing the outcome. */
  sendDeadlineMs: number;
  openMailbox(row: AccountMailbox, accountKey: string): OpenedMailbox;
  attempt(message: ClaimedMessage, mailbox: OpenedMailbox, signal: AbortSignal): Promise<Attempted>;
  random(): number;
  /** What a provider said; the operator hears of what is his. */
  noteTrouble(provider: ProviderName, code: string | null): void;
  tell: Tell;
  metrics: WorkerMetrics;
  logger: Logger;
}

/** A sender for one turn of an account: its mailboxes are opened once and shared, so that their tokens are refreshed once. */
export function createSender(accountKey: string, mailboxes: AccountMailbox[], tools: SendTools): SendMessage {
  const rows = new Map(mailboxes.map((row) => [row.id, row]));
  const opened = new Map<string, OpenedMailbox>();
  const storedVersion = (id: string): number => rows.get(id)?.secretVersion ?? -1;
  const mailboxOf = async (id: string): Promise<OpenedMailbox> => {
    if (!rows.has(id)) {
      // Connected after this turn began, by another tenant.
      const view = await viewAccount(tools.database, accountKey);
      for (const row of view.mailboxes) rows.set(row.id, row);
    }
    const row = rows.get(id);
    if (!row) throw new RelayError('upstream.auth_lost', { internal: `mailbox ${id} is not one of ${accountKey}` });
    const mailbox = opened.get(id) ?? tools.openMailbox(row, accountKey);
    opened.set(id, mailbox);
    return mailbox;
  };

  return async (message) => {
    const letGo = tools.keepLease({ messageId: message.id, fence: message.fence });
    try {
      await sendOne(message, { accountKey, mailboxOf, storedVersion }, tools);
    } catch (error) {
      // One mail's failure never stops another; its lease brings it back.
      tools.logger.error({ event: 'send.broke', messageId: message.id, err: error });
    } finally {
      letGo();
      tools.tell();
    }
  };
}

async function sendOne(
  message: ClaimedMessage,
  account: {
    accountKey: string;
    mailboxOf: (id: string) => Promise<OpenedMailbox>;
    storedVersion: (id: string) => number;
  },
  tools: SendTools,
): Promise<void> {
  const { clock, logger, metrics } = tools;
  const claimEnd = clock.now() + tools.maxClaimMs;
  const { accountKey } = account;
  let attempted: Attempted;
  /** A mailbox that does not open is closed under the version that did not. */
  let usedVersion = (): number => account.storedVersion(message.mailboxId);
  try {
    const signal = AbortSignal.timeout(tools.sendDeadlineMs);
    const mailbox = await account.mailboxOf(message.mailboxId);
    usedVersion = mailbox.followSecret();
    attempted = await tools.attempt(message, mailbox, signal);
  } catch (error) {
    if (error instanceof LeaseLost) {
      metrics.refusedOutcomes.inc();
      return logger.warn({ event: 'send.lease_lost', messageId: message.id, fence: message.fence });
    }
    logger.error({ event: 'send.not_begun', messageId: message.id, err: error });
    attempted = { result: failureResult(error, false), changes: [], fitting: null };
  }
  const { result, changes, fitting } = attempted;
  await faultPoint('worker.after-send-before-outcome');

  const tried = openRecipients(recipientsOfPart(message.recipients, message.places), message.results);
  const settled = settleRecipients(result, tried, message.results);
  const outcome = decideOutcome(settled.result, message, tools.plans, tools.random);
  const provider = providerOf(accountKey);
  metrics.attempts.inc({ provider, outcome: outcome.attempt.outcome });
  tools.noteTrouble(provider, outcome.attempt.code);
  const record = outcomeRecord(message, outcome, {
    accountKey,
    providerId: result.outcome === 'accepted' ? (result.providerId ?? null) : null,
    results: settled.results,
    changes,
    fitting,
    failedContentMs: tools.plans.failedContentMs,
    secret: { mailboxId: message.mailboxId, version: usedVersion() },
  });
  const isWritten = await recordUntil(tools.outcomes, record, claimEnd, { clock, logger });
  logger.info({
    event: isWritten ? 'mail.attempted' : 'outcome.refused',
    messageId: message.id,
    queueId: message.queueId,
    part: message.partNumber,
    attempt: message.attemptNumber,
    fence: message.fence,
    outcome: outcome.attempt.outcome,
    state: outcome.state,
    status: outcome.attempt.status,
    code: outcome.attempt.code,
  });
  if (!isWritten) return void metrics.refusedOutcomes.inc();
  if (outcome.state === 'sent' && message.spoolObject !== null) tools.destroy(message.spoolObject);
}

import { decideLostLease, type OutcomePlans } from '@hikyaku/core';
import { canPass, type Database, type LostMessage, recordOutcome } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';
import type { WorkerMetrics } from '../metrics.ts';
import { outcomeRecord } from '../outcome/outcome-record.ts';
import type { Tell } from '../tell.ts';

export interface LostLeaseTools {
  database: Database;
  plans: OutcomePlans;
  random(): number;
  tell: Tell;
  metrics: WorkerMetrics;
  logger: Logger;
}

/**
 * Ends claims whose worker is gone: those past the commit point are in doubt, the others wait again, and one whose lease was renewed meanwhile goes on.
 * One that the database refuses to write keeps
 * no other waiting. Answers accounts that have mail due by it.
 * @throws what may pass: then the database is away for all of them, and the next round goes on
 */
export async function endLostLeases(lost: LostMessage[], tools: LostLeaseTools): Promise<string[]> {
  const accounts = new Set<string>();
  for (const message of lost) {
    const outcome = decideLostLease(message.wasCommitted, message, tools.plans, tools.random);
    const record = outcomeRecord({ ...message, id: message.messageId }, outcome, {
      accountKey: message.accountKey,
      providerId: null,
      changes: [],
      fitting: null,
      results: null,
      failedContentMs: tools.plans.failedContentMs,
      secret: null,
    });
    try {
      // Not ours to end: its worker, or another sweeper, was faster.
      const only = { whileUncommitted: !message.wasCommitted, whileLapsed: message.hasLapsed };
      if (!(await recordOutcome(tools.database, { ...record, ...only }))) continue;
    } catch (error) {
      if (canPass(error)) throw error;
      tools.logger.error({ event: 'lease.not_ended', messageId: message.messageId, err: error });
      continue;
    }
    tools.metrics.lostLeases.inc({ kind: message.wasCommitted ? 'committed' : 'uncommitted' });
    tools.logger.warn({
      event: 'lease.lost',
      messageId: message.messageId,
      fence: message.fence,
      wasCommitted: message.wasCommitted,
      state: outcome.state,
    });
    tools.tell();
    if (outcome.dueInMs === 0 && message.accountKey) accounts.add(message.accountKey);
  }
  return [...accounts];
}

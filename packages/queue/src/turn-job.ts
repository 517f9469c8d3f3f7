import { createHash } from 'node:crypto';
import { newId } from '@hikyaku/core';
import type { JobsOptions, Queue } from 'bullmq';
import { JOB_CATALOGUE, type TurnPayload } from './job-catalogue.ts';

/** What a turn answers: when it wants the next one, or null when nothing is left to do. */
export type TurnAnswer = { againInMs: number } | null;

/** The part of BullMQ's Queue that turns need, the same on both backends. */
export type TurnJobQueue = Pick<
  Queue<TurnPayload, TurnAnswer, 'turn'>,
  'addBulk' | 'getDeduplicationJobId' | 'getJob' | 'getJobCounts' | 'removeDeduplicationKey'
>;

/** Deduplication id of an account. Hashed: an SMTP account key holds a mail address, and no key of the queue store should. */
export function turnId(accountKey: string): string {
  return createHash('sha256').update(accountKey).digest('base64url');
}

/**
 * A turn as BullMQ takes it. A job id is never used twice (adding a kept id does nothing and says nothing), and nothing is kept.
 *
 * - Now (`delayMs` 0): a waiting turn is enough; a delayed one is brought forward; beside an active one exactly one more is kept
 *   and starts when that ends, so a wake during a turn is not lost.
 * - Later: dropped beside an active turn, which asks for its next one itself from what Postgres says.
 */
export function turnJob(accountKey: string, delayMs: number): { name: 'turn'; data: TurnPayload; opts: JobsOptions } {
  const isNow = delayMs <= 0;
  return {
    name: 'turn',
    data: { accountKey },
    opts: {
      jobId: newId(),
      attempts: JOB_CATALOGUE.turn.attempts,
      removeOnComplete: true,
      removeOnFail: true,
      stackTraceLimit: 1,
      ...(isNow ? {} : { delay: Math.ceil(delayMs) }),
      deduplication: { id: turnId(accountKey), ...(isNow ? { keepLastIfActive: true, reschedule: true } : {}) },
    },
  };
}

import { randomInt } from 'node:crypto';
import { within } from '@hikyaku/core';
import { chooseBackend, type StoreChoice } from './choose-backend.ts';
import { JOB_CATALOGUE } from './job-catalogue.ts';
import { keepTrying } from './keep-trying.ts';
import { DRAIN_DELAY_S, RUN_RETRY_DELAY_MS } from './queue-options.ts';
import { createQuietLog } from './quiet-log.ts';
import type { TurnAnswer } from './turn-job.ts';
import { openTurnQueue } from './turn-queue.ts';

export interface TurnWorkerSettings extends StoreChoice {
  concurrency?: number;
  /** Runs one turn. A throw is logged and the turn asked for again a little later. */
  process: (accountKey: string) => Promise<TurnAnswer>;
  /** Tests shorten these; defaults from the catalogue. */
  lockMs?: number;
  stalledCheckMs?: number;
  timeoutMs?: number;
}

const { turn } = JOB_CATALOGUE;

/**
 * The consumer's side of turns: runs `process` for each, and asks for the next turn as its answer says. Resolves after the first attempt
 * to connect; while the store is away it tries again every half second. `close` waits for running turns.
 */
export async function openTurnWorker(settings: TurnWorkerSettings): Promise<{ close(): Promise<void> }> {
  const { logger, timeoutMs = turn.timeoutMs } = settings;
  const backend = chooseBackend(settings);
  const queue = await openTurnQueue(settings);
  const complain = createQuietLog(logger, 'queue.worker_error');
  /** Requests for a next turn under way; `close` waits for them. */
  const asking = new Set<Promise<void>>();

  const process = async (job: { data: unknown }): Promise<TurnAnswer> => {
    const { accountKey } = turn.payload.parse(job.data);
    try {
      return await within(settings.process(accountKey), timeoutMs, () => {
        throw new Error(`the turn did not end within ${timeoutMs} ms`);
      });
    } catch (error) {
      logger.error({ event: 'queue.turn_failed', err: error });
      return { againInMs: randomInt(...turn.backOffMs) };
    }
  };

  // After the job has ended, never inside it: a wake that came during the turn must win over a later time.
  const askAgain = (accountKey: string, answer: TurnAnswer): void => {
    if (!answer) return;
    const asked = queue.wake([accountKey], answer.againInMs).catch((error: unknown) => complain(error));
    asking.add(asked);
    void asked.then(() => asking.delete(asked));
  };

  const openOnce = async () => {
    const opened = await backend.openWorker(turn.queue, process, {
      concurrency: settings.concurrency ?? turn.concurrency,
      drainDelay: DRAIN_DELAY_S,
      runRetryDelay: RUN_RETRY_DELAY_MS,
      lockDuration: settings.lockMs ?? turn.lockMs,
      stalledInterval: settings.stalledCheckMs ?? turn.stalledCheckMs,
      // A turn is never the culprit for good: its mails are judged one by one, in Postgres.
      maxStalledCount: 1_000_000,
    });
    opened.worker.on('error', complain);
    opened.worker.on('stalled', () => logger.warn({ event: 'queue.turn_stalled' }));
    opened.worker.on('completed', (job, answer) => askAgain(job.data.accountKey, answer as TurnAnswer));
    return opened;
  };

  const opening = keepTrying(openOnce, complain);
  await opening.firstAttempt;
  return {
    close: async () => {
      const opened = await opening.stop();
      await opened?.close();
      await Promise.all(asking);
      await queue.close();
    },
  };
}

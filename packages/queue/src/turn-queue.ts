import { chooseBackend, type StoreChoice } from './choose-backend.ts';
import { JOB_CATALOGUE } from './job-catalogue.ts';
import { openLazily } from './open-lazily.ts';
import { type TurnJobQueue, turnId, turnJob } from './turn-job.ts';

/** BullMQ takes bulk adds in one round trip; larger ones hold locks of its store too long. */
const BULK = 500;

/** Accounts whose turns are looked at side by side, each by up to four questions: far within the deadline, however many are stuck. */
const LOOKED_AT = 100;

export interface TurnQueue {
  /**
   * Asks for a turn of each account, now or in `delayMs`. At most one waits per account, and the earliest time counts.
   * @throws RelayError `queue.unavailable` when the store does not answer; the mail is safe in Postgres and the sweeper wakes it.
   */
  wake(accountKeys: string[], delayMs?: number): Promise<void>;
  /**
   * As `wake`, for accounts that were woken and yet nothing happens: where the store believes in a turn that is in none of its lists (an
   * eviction took half of it), the belief is dropped first. Turns that do wait or run are left alone, so asking often piles nothing up.
   */
  rewake(accountKeys: string[]): Promise<void>;
  /** @throws RelayError `queue.unavailable` */
  ping(): Promise<void>;
  /** Turns by state, for metrics. */
  counts(): Promise<{ waiting: number; active: number; delayed: number }>;
  close(): Promise<void>;
}

/**
 * The producer's side of turns. Resolves at once, whether the store answers or not: the edge starts and takes mail without it.
 * Connects in the background and again with each call.
 */
export async function openTurnQueue(options: StoreChoice): Promise<TurnQueue> {
  const lazy = openLazily(chooseBackend(options), JOB_CATALOGUE.turn.queue);
  const call = <T>(work: (queue: TurnJobQueue) => Promise<T>): Promise<T> =>
    lazy.call(({ queue }) => work(queue as unknown as TurnJobQueue));

  return {
    wake: (accountKeys, delayMs = 0) => call((queue) => addTurns(queue, accountKeys, delayMs)),
    rewake: async (accountKeys) => {
      const accounts = [...new Set(accountKeys)];
      for (let from = 0; from < accounts.length; from += LOOKED_AT) {
        const chunk = accounts.slice(from, from + LOOKED_AT);
        await call(async (queue) => {
          await Promise.all(chunk.map((accountKey) => forgetLostTurn(queue, turnId(accountKey))));
          await addTurns(queue, chunk, 0);
        });
      }
    },
    ping: () => lazy.call(async ({ ping }) => void (await ping())),
    counts: () =>
      call(async (queue) => {
        const { waiting = 0, active = 0, delayed = 0 } = await queue.getJobCounts('waiting', 'active', 'delayed');
        return { waiting, active, delayed };
      }),
    close: lazy.close,
  };
}

async function addTurns(queue: TurnJobQueue, accountKeys: string[], delayMs: number): Promise<void> {
  const jobs = [...new Set(accountKeys)].map((accountKey) => turnJob(accountKey, delayMs));
  for (let from = 0; from < jobs.length; from += BULK) {
    const chunk = jobs.slice(from, from + BULK);
    const added = await queue.addBulk(chunk);
    if (delayMs <= 0) continue;
    for (const [index, job] of added.entries()) {
      // Another id: an earlier turn of this account is there already.
      if (job.id && job.id !== chunk[index]?.opts.jobId) await bringForward(queue, job.id, delayMs);
    }
  }
}

const REAL_STATES: readonly string[] = ['waiting', 'active', 'delayed', 'prioritized'];

async function forgetLostTurn(queue: TurnJobQueue, id: string): Promise<void> {
  const jobId = await queue.getDeduplicationJobId(id);
  const job = jobId ? await queue.getJob(jobId) : undefined;
  if (job && !REAL_STATES.includes(await job.getState())) await queue.removeDeduplicationKey(id);
}

/** Of two delayed turns the earlier one counts. A turn that started or ended meanwhile is left alone. */
async function bringForward(queue: TurnJobQueue, jobId: string, delayMs: number): Promise<void> {
  const job = await queue.getJob(jobId);
  if (!job || job.timestamp + job.delay <= Date.now() + delayMs) return;
  if ((await job.getState()) === 'delayed') await job.changeDelay(Math.ceil(delayMs)).catch(() => {});
}

import { z } from 'zod';

/** How BullMQ runs one kind of job, and why so. Payloads carry ids, never content. */
interface JobKind<Payload extends z.ZodType> {
  queue: string;
  payload: Payload;
  /** Runs by BullMQ itself; a failed run is asked for again by us, so that the row in Postgres decides. */
  attempts: number;
  /** Wait after a run that threw, drawn between the two. */
  backOffMs: readonly [number, number];
  /** A run that takes longer is given up; its sends go on under their own deadlines. */
  timeoutMs: number;
  /** A worker that has not renewed for that long is taken for dead. */
  lockMs: number;
  /** How often dead workers are looked for; a job comes back within `lockMs` + 2 × this. */
  stalledCheckMs: number;
  /** Places of one worker process. */
  concurrency: number;
  why: string;
}

const kind = <Payload extends z.ZodType>(entry: JobKind<Payload>): JobKind<Payload> => entry;

/** Every job there is. Work by the clock (sweep, retention) is not here: it must outlive a flushed queue, so it runs on timers. */
export const JOB_CATALOGUE = {
  turn: kind({
    queue: 'turns',
    // RFC 5321 bounds host and user of an SMTP account; provider ids are shorter.
    payload: z.object({ accountKey: z.string().min(1).max(600) }),
    attempts: 1,
    backOffMs: [1_000, 5_000],
    // Slice (5 s) + a straggler's deadline + one more begun beside it (2 × 120 s) + recording while Postgres is away.
    timeoutMs: 600_000,
    lockMs: 20_000,
    stalledCheckMs: 10_000,
    // Turns wait on providers, not on the processor; 32 × 4 sends in flight are 128 sockets.
    concurrency: 32,
    why: 'One provider account sends for a few seconds. A job per message lets one tenant’s backlog stand before everybody.',
  }),
};

export type JobName = keyof typeof JOB_CATALOGUE;
export type TurnPayload = z.infer<(typeof JOB_CATALOGUE)['turn']['payload']>;

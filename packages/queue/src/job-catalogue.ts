import { z } from 'zod';

/** How BullMQ runs one kind of job, and why so. Payloads carry ids, never content. */
interface JobKind<Payload extends z.ZodType> {
  queue: string;
  payload: Payload;
  /** Runs by BullMQ itself. Beyond them the job is forgotten, and whoever looks into Postgres asks for it again. */
  attempts: number;
  /** Wait after a run that threw: of a turn drawn between the two, of others doubled from the first up to the second. */
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

/**
 * Every job there is. Work by the clock (sweep, retention) is not here: it must outlive a flushed queue, so it runs on timers. A kind that needs a
 * worker to itself for long is: several workers share such jobs and never do the same one twice at once.
 */
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
  refresh: kind({
    queue: 'refreshes',
    payload: z.object({ mailboxId: z.uuid() }),
    // Not repeated: a provider that is away is asked again when Postgres says so.
    attempts: 1,
    backOffMs: [10_000, 160_000],
    // A token call ends within 15 s, and may wait for others' refreshes.
    timeoutMs: 120_000,
    lockMs: 30_000,
    stalledCheckMs: 30_000,
    // Beside turns, which refresh four at once.
    concurrency: 2,
    why: 'Permissions that nobody uses die. As a job, so that two workers do not renew one mailbox at once and no sweep waits for providers.',
  }),
  alert: kind({
    queue: 'alerts',
    payload: z.object({ channelId: z.uuid() }),
    // Not repeated: what was not taken has its next time in Postgres.
    attempts: 1,
    backOffMs: [10_000, 160_000],
    // Five messages of at most 15 s each (a mail server's answers; a web address has 10).
    timeoutMs: 90_000,
    lockMs: 30_000,
    stalledCheckMs: 30_000,
    // Calls that mostly wait; ten receivers that hang leave places for others.
    concurrency: 16,
    why: 'A channel tells one message after the other, and one that hangs keeps no sweep and no other tenant waiting.',
  }),
  erase: kind({
    queue: 'erasures',
    payload: z.object({ tenantId: z.uuid() }),
    attempts: 5,
    backOffMs: [10_000, 160_000],
    // A tenant of two million mails: 4,000 batches of some 100 ms. What is left then is the next job's.
    timeoutMs: 600_000,
    lockMs: 30_000,
    stalledCheckMs: 30_000,
    // One after the other: deleting is what a database feels most.
    concurrency: 1,
    why: 'Erasing a deleted tenant takes minutes. As a job it keeps no sweep waiting, and two workers do not erase the same rows.',
  }),
};

/** Kinds that are added and run by `openJobQueue` and `openJobWorker`; turns have their own rules. */
export type OtherJob = Exclude<JobName, 'turn'>;
export type JobPayload<Name extends JobName> = z.infer<(typeof JOB_CATALOGUE)[Name]['payload']>;
export type JobName = keyof typeof JOB_CATALOGUE;
export type TurnPayload = z.infer<(typeof JOB_CATALOGUE)['turn']['payload']>;

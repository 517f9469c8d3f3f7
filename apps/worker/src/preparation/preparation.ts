import { availableParallelism } from 'node:os';
import { programBeside, RelayError } from '@hikyaku/core';
import {
  contentOf,
  isHarmless,
  KEEP_MAX,
  type MailBeginning,
  type MailContent,
  type MailFacts,
  type PrepareInput,
  prepareMail,
  SAMPLE,
  takeBeginning,
} from '@hikyaku/mail';
import { createYoungCollector, type Logger } from '@hikyaku/telemetry';
import type { WorkerMetrics } from '../metrics.ts';
import { PREPARATION_BUDGET, type PreparationBudget } from './budget.ts';
import { createMemoryRoom, type MemoryRoom } from './memory-room.ts';
import { createOwnWork } from './own-work.ts';
import { type PreparationThread, ThreadLost } from './preparation-thread.ts';
import { createTenantTime, TIME_BUDGET, type TimeBudget } from './tenant-time.ts';
import { createThreadPool } from './thread-pool.ts';

/** Whose mail it is: tenants take turns, and the log names the message. */
export interface MailOwner {
  tenantId: string;
  messageId: string;
}

/** A mail that may be in memory as a whole, until it is let go. */
export interface HeldContent extends MailContent {
  /** After the last use of `open`. */
  letGo(): void;
}

export interface Preparation {
  /**
   * `prepareMail`, where it can harm nobody else.
   * @throws RelayError `mail.unpreparable` for a mail that breaks its reader or takes more than its budget, `mail.preparation_busy`, and as `prepareMail`
   */
  prepare(owner: MailOwner, input: PrepareInput, signal: AbortSignal): Promise<HeldContent>;
  close(): Promise<void>;
}

/** Bytes that go to a thread at once: fewer, larger messages. */
const BATCH = 256 * 1024;
/** Of larger mails so much is kept in memory between reading and sending, so that they are fetched and decrypted once (docs/adr/0017): pictures of eight cameras at once. */
const ROOM_BYTES = 32 * 1024 * 1024;
/** Providers take little more in one request; one mail shall not have all the room. */
const ROOM_PER_MAIL = 8 * 1024 * 1024;
/** More readers than this at once nobody needs: a mail takes a millisecond. */
const MAX_THREADS = 4;

/**
 * Prepares mails: the harmless ones, nearly all, at once; the others in a thread under a budget (docs/adr/0015). One that breaks its reader or takes too
 * much is refused alone, the first time.
 */
export function createPreparation(options: {
  metrics: WorkerMetrics;
  logger: Logger;
  /** Tests only: mails may ask for faults. */
  obeysFaults?: boolean;
  budget?: PreparationBudget;
  timeBudget?: TimeBudget;
  /** Clock of that budget, ms; tests bring one that stands still. */
  now?: () => number;
  room?: MemoryRoom;
}): Preparation {
  const { metrics, logger, room = createMemoryRoom(ROOM_BYTES, ROOM_PER_MAIL) } = options;
  const pool = createThreadPool({
    size: Math.min(availableParallelism(), MAX_THREADS),
    thread: {
      program: programBeside(import.meta, 'prepare-thread'),
      budget: options.budget ?? PREPARATION_BUDGET,
      obeysFaults: options.obeysFaults ?? false,
    },
    time: createTenantTime(options.timeBudget ?? TIME_BUDGET, options.now ?? (() => performance.now())),
    logger,
  });

  const ownWork = createOwnWork();
  const letGoOfYoung = createYoungCollector();

  const refuse = (owner: MailOwner, reason: string, more: Record<string, unknown> = {}): RelayError => {
    metrics.unpreparable.inc({ reason });
    logger.error(
      { event: 'mail.unpreparable', messageId: owner.messageId, tenantId: owner.tenantId, reason, ...more },
      'a mail could not be prepared and is set aside: please report what it was',
    );
    return new RelayError('mail.unpreparable', { internal: `preparing it failed: ${reason}` });
  };

  const apart = (
    owner: MailOwner,
    beginning: MailBeginning,
    input: PrepareInput,
    signal: AbortSignal,
  ): Promise<MailContent> =>
    pool.run(owner.tenantId, signal, async (thread) => {
      try {
        thread.begin(input.plainBytes);
        const answer = await readIn(thread, factsOf(input), beginning, signal);
        if (answer.kind === 'prepared') return contentOf(answer.prepared, beginning.source ?? input.source);
        if (answer.kind === 'refused') throw new RelayError(answer.code, { internal: answer.internal });
        throw refuse(owner, 'crash', answer.kind === 'broke' ? { name: answer.name, where: answer.where } : {});
      } catch (error) {
        throw error instanceof ThreadLost ? refuse(owner, error.reason) : error;
      }
    });

  return {
    async prepare(owner, given, signal) {
      let hasStoreFailed = false;
      const isSmall = given.plainBytes <= KEEP_MAX;
      const input = {
        ...given,
        source: () =>
          watched(isSmall ? given.source() : collected(given.source(), letGoOfYoung), () => {
            hasStoreFailed = true;
          }),
      };
      const leaveWork = await ownWork.enter(owner.tenantId, signal);
      const giveBack = isSmall ? null : room.take(input.plainBytes);
      const letGo = giveBack ?? (() => {});
      let beginning: MailBeginning | undefined;
      try {
        beginning = await takeBeginning(input.source(), isSmall ? KEEP_MAX : giveBack ? input.plainBytes : SAMPLE);
        if (!isHarmless(firstOf(beginning))) {
          metrics.preparations.inc({ where: 'thread' });
          // Threads have a queue of their own, in which mails may wait long.
          leaveWork();
          return { ...(await apart(owner, beginning, input, signal)), letGo };
        }
        metrics.preparations.inc({ where: 'loop' });
        return { ...(await prepareMail(input, beginning)), letGo };
      } catch (error) {
        letGo();
        if (error instanceof RelayError || signal.aborted || hasStoreFailed) throw error;
        // What nobody foresaw came from reading this mail, and would come again.
        throw refuse(owner, 'crash', { err: nameOf(error) });
      } finally {
        leaveWork();
        await beginning?.close();
      }
    },
    close: () => pool.close(),
  };
}

/** The same bytes; tells when they fail to come, at whichever reading. */
async function* watched(source: AsyncIterable<Uint8Array>, onFailure: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    onFailure();
    throw error;
  }
}

/** The same bytes, what was read before let go of in time: a large mail is read several times, and its pieces are garbage as soon as they have passed. */
async function* collected(
  source: AsyncIterable<Uint8Array>,
  collect: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    yield chunk;
    collect(chunk.length);
  }
}

function firstOf({ chunks }: MailBeginning): Buffer {
  const [first = Buffer.alloc(0)] = chunks;
  return first.length >= SAMPLE || chunks.length < 2
    ? first.subarray(0, SAMPLE)
    : Buffer.concat(chunks, Math.min(SAMPLE, lengthOf(chunks)));
}

/** An error's message may hold what was read. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

const factsOf = ({ source: _, plainBytes: __, ...facts }: PrepareInput): MailFacts => facts;

async function readIn(thread: PreparationThread, facts: MailFacts, mail: MailBeginning, signal: AbortSignal) {
  let isFirst = true;
  let batch: Uint8Array[] = [];
  let bytes = 0;
  const send = (isEnd: boolean) => {
    const request = { ...(isFirst ? { facts } : {}), chunks: batch, isEnd };
    isFirst = false;
    batch = [];
    bytes = 0;
    return thread.ask(request, signal);
  };
  for await (const chunk of mail.all()) {
    batch.push(chunk);
    bytes += chunk.length;
    if (bytes < BATCH) continue;
    const answer = await send(false);
    if (answer.kind !== 'more') return answer;
  }
  return send(true);
}

const lengthOf = (chunks: Buffer[]): number => chunks.reduce((sum, { length }) => sum + length, 0);

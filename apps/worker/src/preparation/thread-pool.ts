import { RelayError } from '@hikyaku/core';
import type { Logger } from '@hikyaku/telemetry';
import { type PreparationThread, startThread, type ThreadStart } from './preparation-thread.ts';
import { createTenantQueue, type Waiting, waitIn } from './tenant-queue.ts';
import type { TenantTime } from './tenant-time.ts';

export interface ThreadPool {
  /**
   * Works with a thread of its own, when it is this tenant's turn.
   * @throws RelayError `mail.preparation_busy` when too many wait, or the tenant has used its time up; what `signal` says when it ends while waiting; what `work` throws
   */
  run<T>(tenantId: string, signal: AbortSignal, work: (thread: PreparationThread) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** 32 turns of 4 sends are the most that a worker has under way; a tenant has a quarter of them. */
const MAX_WAITING = 128;
const MAX_WAITING_OF_TENANT = 64;

/**
 * `size` threads (at least two), started when they are first needed. A tenant has half of them at most, and the last free one is for tenants that have
 * used little: whatever others send, and however many they are, their mail finds a thread. Who waits is served by what he has used, least first. A tenant that has used its
 * time up is told to come back later, with all that waits of it, so that it holds no place of the worker either.
 */
export function createThreadPool(options: {
  size: number;
  thread: ThreadStart;
  time: TenantTime;
  logger: Logger;
}): ThreadPool {
  const { size, time, logger } = options;
  interface Place {
    thread?: PreparationThread;
    starting?: Promise<PreparationThread>;
  }
  const free: Place[] = Array.from({ length: Math.max(2, size) }, () => ({}));
  const all = [...free];
  const held = new Map<string, number>();
  const queue = createTenantQueue<Waiting<Place>>(MAX_WAITING, MAX_WAITING_OF_TENANT);
  let isClosed = false;
  const share = Math.ceil(all.length / 2);
  const mayHave = (tenantId: string): boolean =>
    (held.get(tenantId) ?? 0) < share && (free.length > 1 || time.isLight(tenantId));

  const handOut = (): void => {
    while (free.length > 0) {
      const next = queue.next(mayHave, time.usedMs);
      if (!next) return;
      held.set(next.tenantId, (held.get(next.tenantId) ?? 0) + 1);
      // The one used last is warm.
      next.item.give(free.pop()!);
    }
  };
  const giveBack = (tenantId: string, place: Place): void => {
    const left = (held.get(tenantId) ?? 1) - 1;
    if (left > 0) held.set(tenantId, left);
    else held.delete(tenantId);
    free.push(place);
    const awayMs = time.awayMs(tenantId);
    if (awayMs > 0) for (const waiting of queue.removeAll(tenantId)) waiting.sendAway(usedUp(awayMs));
    handOut();
    warmOne();
  };
  const take = async (tenantId: string, signal: AbortSignal): Promise<Place> => {
    signal.throwIfAborted();
    const awayMs = time.awayMs(tenantId);
    if (awayMs > 0) throw usedUp(awayMs);
    const placed = waitIn(queue, tenantId, signal);
    handOut();
    return placed;
  };

  return {
    async run(tenantId, signal, work) {
      const place = await take(tenantId, signal);
      try {
        return await timed(tenantId, await ready(place), work);
      } finally {
        giveBack(tenantId, place);
      }
    },
    async close() {
      isClosed = true;
      await Promise.all(
        all.map(async ({ thread, starting }) => {
          await thread?.end();
          await starting?.then((late) => late.end()).catch(() => {});
        }),
      );
    },
  };

  async function ready(place: Place): Promise<PreparationThread> {
    if (place.thread?.isAlive()) return place.thread;
    place.starting ??= start().finally(() => {
      place.starting = undefined;
    });
    place.thread = await place.starting;
    return place.thread;
  }

  /** Who comes next, while others hold the warm ones or have just ended one, shall not wait for a start: on a busy machine it takes a second or two. */
  function warmOne(): void {
    const isWarm = ({ thread, starting }: Place): boolean => starting !== undefined || thread?.isAlive() === true;
    const cold = free.find((place) => !isWarm(place));
    if (isClosed || !cold || free.filter(isWarm).length > 1) return;
    // Told by `start`, and tried again when the place is needed.
    ready(cold).catch(() => {});
  }

  async function timed<T>(
    tenantId: string,
    thread: PreparationThread,
    work: (thread: PreparationThread) => Promise<T>,
  ): Promise<T> {
    try {
      return await work(thread);
    } finally {
      time.spend(tenantId, thread.spentMs());
    }
  }

  function usedUp(awayMs: number): RelayError {
    return new RelayError('mail.preparation_busy', {
      retryAfterMs: Math.ceil(awayMs),
      internal: 'the tenant has used its time up',
    });
  }

  async function start(): Promise<PreparationThread> {
    try {
      return await startThread(options.thread);
    } catch (error) {
      // No mail was in it: none is to blame.
      logger.error({ event: 'preparation.thread_not_started', err: error });
      throw new RelayError('mail.preparation_busy', { internal: 'a thread did not start' });
    }
  }
}

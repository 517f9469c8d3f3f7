import { setImmediate as nextLoop } from 'node:timers/promises';
import { asRelayError } from '@hikyaku/core';

/** Writes one item together with others; resolves when it is committed. */
export type GroupedWrite<T, R> = (item: T) => Promise<R>;

/** Items of one write: far more than sends run at once. */
const MAX_GROUP = 200;
/** A write that hangs so long, on a lock or a connection, holds up its own items only: the next ones go beside it. */
const SLOW_MS = 250;
/** At most that many at once: a few connections of the pool. */
const MAX_WRITES = 4;

/**
 * What comes while a write is under way goes with the next one: a mail alone waits for nothing, many share one commit. `write` answers in the
 * order of its items. Where the database refuses a group, each item is written by itself, so that one spoils no other.
 */
export function groupWrites<T, R>(write: (items: T[]) => Promise<R[]>): GroupedWrite<T, R> {
  type Waiting = { item: T; resolve: (result: R) => void; reject: (error: unknown) => void };
  let waiting: Waiting[] = [];
  let underWay = 0;
  let isGathering = false;
  let isSlow = false;

  const writeGroup = async (group: Waiting[]): Promise<void> => {
    try {
      const results = await write(group.map(({ item }) => item));
      for (const [index, { resolve }] of group.entries()) resolve(results[index]!);
    } catch (error) {
      if (group.length === 1 || asRelayError(error).code === 'db.unavailable') {
        for (const { reject } of group) reject(error);
      } else {
        for (const one of group) await writeGroup([one]);
      }
    }
  };

  const run = async (): Promise<void> => {
    underWay += 1;
    isGathering = true;
    // What ended in the same moment is written together.
    await nextLoop();
    isGathering = false;
    const group = waiting.slice(0, MAX_GROUP);
    waiting = waiting.slice(MAX_GROUP);
    const timer = setTimeout(() => {
      isSlow = true;
      next();
    }, SLOW_MS);
    await writeGroup(group);
    clearTimeout(timer);
    underWay -= 1;
    isSlow &&= underWay > 0;
    next();
  };

  const next = (): void => {
    if (isGathering || waiting.length === 0 || underWay >= (isSlow ? MAX_WRITES : 1)) return;
    void run();
  };

  return (item) =>
    new Promise<R>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      next();
    });
}

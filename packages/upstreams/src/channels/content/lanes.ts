import { createGate } from '@hikyaku/core';

/** From then on a receiver is slow: chats answer within two seconds, with pictures of 8 MB too. */
const SLOW_MS = 10_000;
/** So long it is taken for slow: one that was restarted is back among the others soon. */
const REMEMBERED_MS = 10 * 60_000;
/** Slow channels that are remembered, the longest known going first; one that is forgotten is noticed again. */
const MAX_REMEMBERED = 1_000;

/** Places to send by: one of them for all channels that were slow, so that a receiver that hangs keeps nobody waiting but those that hang as well. */
export interface Lanes {
  /** Does the work in its turn. A slow channel whose place is taken does not wait for it: `busy`. */
  run<T>(channelId: string, work: () => Promise<T>, busy: () => T): Promise<T>;
}

export function createLanes(places: number, slowMs = SLOW_MS): Lanes {
  const gate = createGate(places - 1);
  /** Channel → until when. */
  const slow = new Map<string, number>();
  let isSlowTaken = false;

  const timed = async <T>(channelId: string, work: () => Promise<T>): Promise<T> => {
    const begunAt = performance.now();
    try {
      return await work();
    } finally {
      slow.delete(channelId);
      const now = performance.now();
      if (now - begunAt >= slowMs) slow.set(channelId, now + REMEMBERED_MS);
      if (slow.size > MAX_REMEMBERED) slow.delete(slow.keys().next().value!);
    }
  };

  return {
    async run(channelId, work, busy) {
      if ((slow.get(channelId) ?? 0) <= performance.now()) return gate(() => timed(channelId, work));
      if (isSlowTaken) return busy();
      isSlowTaken = true;
      try {
        return await timed(channelId, work);
      } finally {
        isSlowTaken = false;
      }
    },
  };
}

/** Ways for large mails that broke in the middle of a mail: a line too slow for its deadline, or one that something on the route cuts, is so the next time too. */
export interface BrokenWays {
  /** True when this way broke under this mail as often as it may. */
  isGivenUp(messageId: string, way: string): boolean;
  broke(messageId: string, way: string): void;
}

/** An outage of some minutes breaks one try, or two: then a mail that arrives smaller is better than one that is tried for two days. */
const TRIES = 2;
/** Mails of which it is known; of the oldest it is forgotten, which costs them two more tries. */
const MAX_KNOWN = 1000;

export function createBrokenWays(): BrokenWays {
  const counts = new Map<string, number>();
  const keyOf = (messageId: string, way: string): string => `${way} ${messageId}`;
  return {
    isGivenUp: (messageId, way) => (counts.get(keyOf(messageId, way)) ?? 0) >= TRIES,
    broke(messageId, way) {
      const key = keyOf(messageId, way);
      const count = (counts.get(key) ?? 0) + 1;
      counts.delete(key);
      counts.set(key, count);
      if (counts.size > MAX_KNOWN) counts.delete(counts.keys().next().value!);
    },
  };
}

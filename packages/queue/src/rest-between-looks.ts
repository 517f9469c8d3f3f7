import { setTimeout as sleep } from 'node:timers/promises';

/** As BullMQ's backends tell it: the job first, null where there is none to have. */
type Look<Args extends unknown[], Found extends readonly unknown[]> = (...args: Args) => Promise<Found>;

/** Nobody sets it. Milliseconds. */
const STEADY = { now: () => performance.now(), rest: (ms: number): Promise<unknown> => sleep(ms) };

/** So many in vain are usual: another worker was faster, or a job's end has fetched it already. */
const FREE_LOOKS = 3;
const MOST_REST_MS = 100;
/** A look that comes so much later was not one of a row. */
const APART_MS = 20;

/**
 * Looks for a job that find none, one upon the other, come further and further apart, up to ten a second. BullMQ on Postgres knows no rest of its own: a job that waits to all others while the commit
 * of its claim stands behind a stalled disk is announced by one statement and passed over by the next, and a full disk refuses each: hundreds of times a second. One that is found, or a pause, ends the row.
 */
export function restBetweenLooks<Args extends unknown[], Found extends readonly unknown[]>(
  look: Look<Args, Found>,
  { now, rest } = STEADY,
): Look<Args, Found> {
  let inVain = 0;
  let lastAt = Number.NEGATIVE_INFINITY;

  return async (...args) => {
    const restMs = inVain < FREE_LOOKS ? 0 : Math.min(2 ** (inVain - FREE_LOOKS), MOST_REST_MS);
    const sinceMs = now() - lastAt;
    if (sinceMs >= restMs + APART_MS) inVain = 0;
    else if (sinceMs < restMs) await rest(restMs - sinceMs);
    inVain += 1;
    try {
      const found = await look(...args);
      if (found[0]) inVain = 0;
      return found;
    } finally {
      lastAt = now();
    }
  };
}

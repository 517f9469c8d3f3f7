/** Spread of every wait: mails that failed together must not come back together. */
const JITTER = 0.2;
/** A provider's own time is kept to, plus this much at most. */
const MAX_EXTRA_MS = 5_000;
/** The first of them: the smallest step that `Retry-After` in seconds can name. */
const FIRST_FLOOR_MS = 1_000;

/** The wait number `index` of `planMs` (the last one repeats), up to a fifth longer. `random` in [0, 1). */
export function planDelay(planMs: readonly number[], index: number, random: () => number): number {
  const base = planMs[Math.min(index, planMs.length - 1)] ?? 0;
  return Math.round(base * (1 + JITTER * random()));
}

/**
 * Never earlier than the provider said, and never at once: "in 0 seconds", or a time that is past, said again and again would be a loop at the
 * bucket's speed. The least wait doubles with each of the mail's `deferrals` and ends at our own plan's.
 */
export function providerDelay(
  retryAfterMs: number,
  planMs: readonly number[],
  deferrals: number,
  random: () => number,
): number {
  const waitMs = Math.max(retryAfterMs, leastWait(planMs, deferrals));
  return Math.ceil(waitMs + Math.min(waitMs * JITTER, MAX_EXTRA_MS) * random());
}

function leastWait(planMs: readonly number[], deferrals: number): number {
  return Math.min(
    FIRST_FLOOR_MS * 2 ** deferrals,
    planDelay(planMs, deferrals, () => 0),
  );
}

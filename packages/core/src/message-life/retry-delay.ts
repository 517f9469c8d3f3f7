/** Spread of every wait: mails that failed together must not come back together. */
const JITTER = 0.2;
/** A provider's own time is kept to, plus this much at most. */
const MAX_EXTRA_MS = 5_000;

/** The wait number `index` of `planMs` (the last one repeats), up to a fifth longer. `random` in [0, 1). */
export function planDelay(planMs: readonly number[], index: number, random: () => number): number {
  const base = planMs[Math.min(index, planMs.length - 1)] ?? 0;
  return Math.round(base * (1 + JITTER * random()));
}

/** Never earlier than the provider said. */
export function providerDelay(retryAfterMs: number, random: () => number): number {
  return Math.ceil(retryAfterMs + Math.min(retryAfterMs * JITTER, MAX_EXTRA_MS) * random());
}

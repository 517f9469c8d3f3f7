/** A provider that says "in a week" is asked again tomorrow: limits are per day. */
const MAX_WAIT_MS = 24 * 3_600_000;

/** `Retry-After` (seconds or an HTTP date, RFC 9110 10.2.3) as milliseconds from `now`. */
export function readRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : boundWait(ms);
}

export function boundWait(ms: number): number {
  return Math.min(Math.max(0, ms), MAX_WAIT_MS);
}

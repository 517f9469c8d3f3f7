import { createHash } from 'node:crypto';

/** AADSTS50196 comes "after too many identical requests in a short time"; the true number is not published. */
const MAX_IDENTICAL = 15;
const WITHIN_MS = 300_000;
const MAX_WATCHED = 2000;

export interface LoopWatch {
  isLooping(refreshToken: string, now: number): boolean;
}

/** Counts refreshes with one and the same refresh token: a client that stores the new one never meets it. */
export function createLoopWatch(): LoopWatch {
  const seen = new Map<string, { count: number; since: number }>();
  return {
    isLooping(refreshToken, now) {
      const key = createHash('sha256').update(refreshToken).digest('base64');
      const entry = seen.get(key);
      if (!entry || entry.since + WITHIN_MS < now) {
        seen.set(key, { count: 1, since: now });
        if (seen.size > MAX_WATCHED) seen.delete(seen.keys().next().value!);
        return false;
      }
      entry.count += 1;
      return entry.count > MAX_IDENTICAL;
    },
  };
}

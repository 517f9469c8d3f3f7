import { setTimeout as sleep } from 'node:timers/promises';

/** At first looked for that often; what takes longer is looked for less often, so that waiting for it does not slow it down: a look is mostly a question to Postgres. */
const LOOK_EVERY_MS = 10;
const MOST_REST_MS = 100;
const SHARE_OF_WAIT = 20;

/** Waits until `find` gives something true, and gives it. The limit is for hangs, never for speed. @throws Error after `withinMs` */
export async function until<T>(
  what: string,
  find: () => T | Promise<T>,
  withinMs = 60_000,
): Promise<Exclude<T, undefined | null | false | '' | 0>> {
  const begun = Date.now();
  const end = begun + withinMs;
  for (;;) {
    const found = await find();
    if (found) return found as Exclude<T, undefined | null | false | '' | 0>;
    if (Date.now() > end) throw new Error(`not within ${withinMs / 1000} s: ${what}`);
    await sleep(Math.min(MOST_REST_MS, Math.max(LOOK_EVERY_MS, (Date.now() - begun) / SHARE_OF_WAIT)));
  }
}

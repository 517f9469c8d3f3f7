import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 25;

/** Waits until `find` gives something true, and gives it. The limit is for hangs, never for speed. @throws Error after `withinMs` */
export async function until<T>(
  what: string,
  find: () => T | Promise<T>,
  withinMs: number,
): Promise<Exclude<T, undefined | null | false | '' | 0>> {
  const end = Date.now() + withinMs;
  for (;;) {
    const found = await find();
    if (found) return found as Exclude<T, undefined | null | false | '' | 0>;
    if (Date.now() > end) throw new Error(`not within ${withinMs / 1000} s: ${what}`);
    await sleep(LOOK_EVERY_MS);
  }
}

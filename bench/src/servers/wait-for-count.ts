import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 20;
/** Nothing came for that long: it will not come any more. */
const STUCK_MS = 60_000;

/** Resolves once `read` gives `count` or more. @throws Error when nothing moves any more */
export async function waitForCount(count: number, read: () => number | Promise<number>): Promise<void> {
  let before = -1;
  let movedAt = Date.now();
  for (;;) {
    const now = await read();
    if (now >= count) return;
    if (now !== before) movedAt = Date.now();
    before = now;
    if (Date.now() - movedAt > STUCK_MS) throw new Error(`${now} of ${count} mails came, and no more come`);
    await sleep(LOOK_EVERY_MS);
  }
}

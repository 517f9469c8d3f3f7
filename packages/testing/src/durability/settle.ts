import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@hikyaku/db';
import type { RunningHikyaku } from '../start-hikyaku.ts';
import { leftFiles } from './left-files.ts';

const LOOK_EVERY_MS = 250;

/** How many messages there are, and how many have come to their end: sent, or set aside as poison. Null while the database does not answer. */
export async function countMessages(owner: Database): Promise<{ all: number; ended: number } | null> {
  const rows = await owner
    .query<{ all: number; ended: number }>(
      `SELECT count(*)::int AS all, (count(*) FILTER (WHERE state IN ('sent', 'quarantined')))::int AS ended FROM messages`,
    )
    .catch(() => []);
  return rows[0] ?? null;
}

/**
 * Waits until `expected` messages at the least are in the database, every one there is has come to its end, and neither journal nor spool holds anything.
 * The limit is for hangs. @throws Error that says what is left
 */
export async function settle(
  { dataDir }: Pick<RunningHikyaku, 'dataDir'>,
  owner: Database,
  expected: number,
  withinMs: number,
): Promise<void> {
  const end = Date.now() + withinMs;
  for (;;) {
    const messages = await countMessages(owner);
    const files = leftFiles(dataDir);
    if (messages && messages.all >= expected && messages.ended === messages.all && files.length === 0) return;
    if (Date.now() > end) {
      const states = await owner.query(`SELECT state, state_code, count(*)::int FROM messages GROUP BY 1, 2`);
      throw new Error(
        `not settled within ${withinMs / 1000} s: expected ${expected}, messages ${JSON.stringify(states)}, files ${files.slice(0, 10).join(' ')} (${files.length})`,
      );
    }
    await sleep(LOOK_EVERY_MS);
  }
}

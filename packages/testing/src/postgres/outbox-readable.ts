import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@hikyaku/db';

/** Bound of a wait: the longest transaction of another test file is a tenth of it. */
const WITHIN_MS = 60_000;

/**
 * Waits until readers of the outbox see all that is committed by now. They read below the oldest open transaction of the whole server, and other test files' transactions on it hold them up as ours would.
 * @throws when a transaction stays open for a minute
 */
export async function outboxReadable(owner: Pick<Database, 'query'>): Promise<void> {
  const [now] = await owner.query<{ next: string }>('SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next');
  for (const end = Date.now() + WITHIN_MS; ; await sleep(10)) {
    const [row] = await owner.query<{ isPast: boolean }>(
      'SELECT pg_snapshot_xmin(pg_current_snapshot()) >= $1::text::xid8 AS "isPast"',
      [now!.next],
    );
    if (row!.isPast) return;
    if (Date.now() > end) throw new Error(`a transaction older than ${now!.next} is open for ${WITHIN_MS} ms`);
  }
}

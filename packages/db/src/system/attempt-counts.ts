import type { Database } from '../database.ts';

/** Each new window clears so many that have ended, so the table holds no more than what was tried lately. */
const CLEARED_AT_ONCE = 200;

/**
 * Counts one attempt under `key`, in a table that every process sees. Returns 0 when it is allowed, else the milliseconds until the window,
 * which began with the first attempt, ends.
 */
export async function countAttempt(
  database: Database,
  limit: { key: string; max: number; windowMs: number; now: number },
): Promise<number> {
  const now = new Date(limit.now);
  const rows = await database.query<{ count: number; endsAt: Date }>(
    `INSERT INTO attempt_counts AS c (key, count, ends_at) VALUES ($1, 1, $2)
     ON CONFLICT (key) DO UPDATE SET
       count = CASE WHEN c.ends_at <= $3 THEN 1 ELSE c.count + 1 END,
       ends_at = CASE WHEN c.ends_at <= $3 THEN $2 ELSE c.ends_at END
     RETURNING count, ends_at AS "endsAt"`,
    [limit.key, new Date(limit.now + limit.windowMs), now],
  );
  const { count, endsAt } = rows[0]!;
  if (count === 1) await clearEnded(database, now);
  return count <= limit.max ? 0 : Math.max(1, endsAt.getTime() - limit.now);
}

async function clearEnded(database: Database, now: Date): Promise<void> {
  await database.query(
    `DELETE FROM attempt_counts WHERE key IN
       (SELECT key FROM attempt_counts WHERE ends_at < $1 ORDER BY ends_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
    [now, CLEARED_AT_ONCE],
  );
}

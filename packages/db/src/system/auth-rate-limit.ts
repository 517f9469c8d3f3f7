import { newId } from '@hikyaku/core';
import type { Database } from '../database.ts';

/**
 * Counts one attempt under `key`, in the table that sign-ins are counted in; so every api process sees the same count.
 * Returns 0 when it is allowed, else the milliseconds until the window ends. Old rows are dropped by Better Auth, whose longest window
 * is 60 s: ours must not be longer.
 */
export async function countAttempt(
  database: Database,
  limit: { key: string; max: number; windowMs: number; now: number },
): Promise<number> {
  const rows = await database.query<{ count: number; startedAt: string }>(
    `INSERT INTO auth_rate_limits AS r (id, key, count, last_request) VALUES ($1, $2, 1, $3)
     ON CONFLICT (key) DO UPDATE SET
       count = CASE WHEN r.last_request <= $4 THEN 1 ELSE r.count + 1 END,
       last_request = CASE WHEN r.last_request <= $4 THEN $3 ELSE r.last_request END
     RETURNING count, last_request AS "startedAt"`,
    [newId(), limit.key, limit.now, limit.now - limit.windowMs],
  );
  const row = rows[0]!;
  return row.count <= limit.max ? 0 : Math.max(1, Number(row.startedAt) + limit.windowMs - limit.now);
}

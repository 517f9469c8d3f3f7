import type pg from 'pg';
import { longestFrom, movedBack } from '../system/worker/moved-times.ts';

/** SQL: `m` leaves at the end of its device's quiet hours: an hour of the day, which no wrong clock makes another one. */
const IS_QUIET = `m.attempt_count = 0 AND EXISTS (SELECT FROM message_events e WHERE e.message_id = m.id AND e.kind = 'quiet_hours')`;

/** SQL: the time `column` of `m`, moved back by `$1` milliseconds; one of quiet hours by whole days alone. */
const waitOf = (column: string): string =>
  `CASE WHEN ${IS_QUIET} THEN m.${column} - greatest(0, ceil(extract(epoch FROM m.${column} - now()) / 86400) - 1) * interval '1 day' ELSE ${movedBack(`m.${column}`)} END`;

/** Of a tenant: more than comes in hours, and nobody's trouble to read. */
const NEWEST = 10_000;

/**
 * Mail waits as long as it would have, though the clock by which its times were written was set back by `byMs`. What somebody is writing to is passed over: it gets new times
 * anyway. No lease is longer than `leaseMs`, so that a worker that died before is missed, and no content is kept for longer than `failedContentMs`.
 */
export async function moveWaitsBack(
  client: pg.PoolClient,
  byMs: number,
  { leaseMs, failedContentMs }: { leaseMs: number; failedContentMs: number },
): Promise<void> {
  for (const column of ['due_at', 'digest_at']) {
    await client.query(
      `WITH later AS (SELECT id FROM messages WHERE ${column} > now() FOR NO KEY UPDATE SKIP LOCKED)
       UPDATE messages m SET ${column} = ${waitOf(column)} FROM later WHERE m.id = later.id`,
      [byMs],
    );
  }
  await client.query(
    `WITH later AS (SELECT message_id, number FROM parts WHERE due_at > now() FOR NO KEY UPDATE SKIP LOCKED)
     UPDATE parts p SET due_at = ${movedBack('p.due_at')} FROM later WHERE p.message_id = later.message_id AND p.number = later.number`,
    [byMs],
  );
  // No end is moved back, since it may have been written before the clock was ahead; none is later than the latest that there is.
  for (const [column, ms] of [
    ['lease_until', leaseMs],
    ['content_until', failedContentMs],
  ] as const) {
    const latest = longestFrom('$1');
    await client.query(
      `WITH longer AS (SELECT id FROM messages WHERE ${column} > ${latest} AND content_destroyed_at IS NULL FOR NO KEY UPDATE SKIP LOCKED)
       UPDATE messages m SET ${column} = ${latest} FROM longer WHERE m.id = longer.id`,
      [ms],
    );
  }
  // Mail that came meanwhile: the newest by `seq`, whose order is that of the times. Its age is counted from now.
  await client.query(
    `WITH ahead AS MATERIALIZED (
       SELECT n.id FROM tenants t
       CROSS JOIN LATERAL (SELECT m.ingested_at FROM messages m WHERE m.tenant_id = t.id ORDER BY m.seq DESC LIMIT 1) last
       CROSS JOIN LATERAL (SELECT m.id, m.ingested_at FROM messages m WHERE m.tenant_id = t.id ORDER BY m.seq DESC LIMIT ${NEWEST}) n
       WHERE last.ingested_at > now() AND n.ingested_at > now()
     ), free AS (SELECT m.id FROM messages m JOIN ahead ON ahead.id = m.id FOR NO KEY UPDATE OF m SKIP LOCKED)
     UPDATE messages m SET ingested_at = now() FROM free WHERE m.id = free.id`,
  );
}

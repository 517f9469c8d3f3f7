import type { Database } from '../../database.ts';
import { isEnded } from './message-conditions.ts';

/** A tenant's mail is looked at that often: a day's retention is kept to a quarter of a day, and nobody reads every tenant each time. */
const LOOK_EVERY = `interval '6 hours'`;

/**
 * One short look at the mail of the tenant whose look is due longest: what has come to an end longer ago than the tenant keeps it, and has no
 * content, goes with all its story. Reads and deletes at most `rows` messages and commits by itself, so that a backlog shrinks whatever happens
 * next; a look that saw `rows` old ones goes on where it stopped, after the other tenants. Null when no tenant is due.
 */
export async function deleteOldMessages(database: Database, rows: number): Promise<{ deleted: number } | null> {
  const found = await database.query<{ deleted: number }>(
    `WITH due AS (
       SELECT t.id, t.retention_seq AS seq, now() - t.retention_days * interval '1 day' AS until FROM tenants t
       WHERE t.retention_due_at <= now() AND t.deleted_at IS NULL ORDER BY t.retention_due_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
     ), looked AS MATERIALIZED (
       SELECT m.id, m.seq, m.may_go FROM due CROSS JOIN LATERAL (
         SELECT m.id, m.seq, m.ingested_at,
           m.content_destroyed_at IS NOT NULL AND m.spool_object IS NULL AND ${isEnded('m')} AS may_go
         FROM messages m WHERE m.tenant_id = due.id AND m.seq > due.seq ORDER BY m.seq LIMIT $1
       ) m WHERE m.ingested_at < due.until
     ), gone AS (
       DELETE FROM messages m USING looked WHERE m.id = looked.id AND looked.may_go RETURNING m.id, m.state::text AS state
     ), p AS (DELETE FROM parts USING gone WHERE message_id = gone.id),
     a AS (DELETE FROM attempts USING gone WHERE message_id = gone.id),
     e AS (DELETE FROM message_events USING gone WHERE message_id = gone.id),
     told AS (
       INSERT INTO outbox (tenant_id, kind, subject_id, facts)
       SELECT due.id, 'messages.removed', due.id, jsonb_object_agg(g.state, g.count)
       FROM due, (SELECT state, count(*) AS count FROM gone GROUP BY 1) g GROUP BY due.id
     ),
     marked AS (
       UPDATE tenants t SET retention_seq = CASE WHEN l.count = $1 THEN l.last ELSE 0 END,
         retention_due_at = CASE WHEN l.count = $1 THEN now() ELSE now() + ${LOOK_EVERY} END
       FROM due, (SELECT count(*) AS count, max(seq) AS last FROM looked) l WHERE t.id = due.id
     )
     SELECT (SELECT count(*)::int FROM gone) AS deleted FROM due`,
    [rows],
  );
  return found[0] ?? null;
}

/** Tombstones that no journal entry can ask for any more: 30 days is the oldest one that hand-off takes, a day is for clocks. How many. */
export async function deleteOldTombstones(database: Database, limit: number): Promise<number> {
  const rows = await database.query(
    `DELETE FROM tombstones WHERE message_id IN (SELECT message_id FROM tombstones WHERE at < now() - interval '31 days' LIMIT $1)
     RETURNING message_id`,
    [limit],
  );
  return rows.length;
}

import { FINAL_STATES } from '@hikyaku/core';
import type { Database } from '../database.ts';
import { quoted } from '../system/worker/message-conditions.ts';
import { CLOCK_KEY, CLOCK_STEP } from '../system/worker/unseen-time.ts';
import { OLDEST_OPEN } from './read-outbox.ts';

/** Ends that the owner did not want. */
const FAILED = `'failed', 'expired', 'quarantined'`;
/** The longest look back is thirty days, in any time zone. */
const KEEP_HOURS = `interval '32 days'`;

/**
 * Counts the next moves that the outbox tells, at most `limit`: place and counts change in one statement, so that each move is counted once whatever
 * dies. One process at a time; 0 when there is nothing to count, or somebody else does.
 */
export async function countMoves(database: Database, limit: number): Promise<number> {
  const [read] = await database.prepared<{ count: number; writtenAhead: string | null }>('outbox-count', COUNT, [
    limit,
  ]);
  // By a clock that was set back since, before anybody looked at it: followClock is to know of it.
  if (read!.writtenAhead) {
    await database.query(`UPDATE instance_settings SET updated_at = greatest(updated_at, $2) WHERE key = $1`, [
      CLOCK_KEY,
      read!.writtenAhead,
    ]);
  }
  return read!.count;
}

/** Forgets hours that nobody asks for any more, at most `limit`. How many. */
export async function pruneHours(database: Database, limit: number): Promise<number> {
  const rows = await database.query(
    `DELETE FROM mail_hours WHERE (tenant_id, hour) IN (SELECT tenant_id, hour FROM mail_hours WHERE hour < now() - ${KEEP_HOURS} LIMIT $1)
     RETURNING 1 AS gone`,
    [limit],
  );
  return rows.length;
}

const COUNT = `
WITH place AS MATERIALIZED (
  SELECT xid, seq, since_seq FROM outbox_readers WHERE name = 'counts' FOR UPDATE SKIP LOCKED
), read AS MATERIALIZED (
  SELECT o.xid, o.seq, o.tenant_id, o.at, o.kind, o.subject_id, o.facts FROM place CROSS JOIN LATERAL (
    SELECT * FROM outbox o WHERE (o.xid, o.seq) > (place.xid, place.seq) AND o.xid < ${OLDEST_OPEN} ORDER BY o.xid, o.seq LIMIT $1
  ) o
), counted AS MATERIALIZED (
  -- What is left of an erased tenant is counted for nobody.
  SELECT r.* FROM read r JOIN place ON r.seq > place.since_seq JOIN tenants n ON n.id = r.tenant_id AND n.deleted_at IS NULL
), moved AS MATERIALIZED (
  SELECT c.xid, c.seq, c.tenant_id, c.at, c.facts ->> 'was' AS was, c.facts ->> 'is' AS state, (c.facts ->> 'deviceId')::uuid AS device_id,
    -- Looked at only where it goes to a channel: a move costs no read of its mail.
    coalesce(b.provider::text = 'channel', false) AND EXISTS (SELECT FROM messages m WHERE m.id = c.subject_id AND m.copy_of IS NOT NULL) AS is_copy
  FROM counted c LEFT JOIN mailboxes b ON b.id = (c.facts ->> 'mailboxId')::uuid WHERE c.kind = 'message.moved'
), states AS (
  INSERT INTO mail_states AS s (tenant_id, state, count)
  SELECT tenant_id, state::message_state, sum(n) FROM (
    SELECT tenant_id, state, 1 AS n FROM moved
    UNION ALL SELECT tenant_id, was, -1 FROM moved WHERE was IS NOT NULL
    UNION ALL SELECT c.tenant_id, f.key, -f.value::bigint FROM counted c CROSS JOIN LATERAL jsonb_each_text(c.facts) f WHERE c.kind = 'messages.removed'
  ) d GROUP BY 1, 2 HAVING sum(n) <> 0 ORDER BY 1, 2
  ON CONFLICT (tenant_id, state) DO UPDATE SET count = s.count + excluded.count
), hours AS (
  -- An alert that goes to a chat as well is one alert: an owner counts what his devices sent.
  INSERT INTO mail_hours AS h (tenant_id, hour, accepted, sent, failed)
  SELECT tenant_id, date_trunc('hour', at, 'UTC'), count(*) FILTER (WHERE was IS NULL), count(*) FILTER (WHERE state = 'sent'),
    count(*) FILTER (WHERE state IN (${FAILED}))
  FROM moved WHERE NOT is_copy AND (was IS NULL OR state IN ('sent', ${FAILED})) GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (tenant_id, hour) DO UPDATE SET accepted = h.accepted + excluded.accepted, sent = h.sent + excluded.sent, failed = h.failed + excluded.failed
), ends AS (
  -- What a rule leaves out when it comes says nothing of how the device's mail fares, nor does a chat that refuses a copy.
  INSERT INTO device_ends AS e (device_id, tenant_id, state, at)
  SELECT DISTINCT ON (device_id) device_id, tenant_id, state::message_state, at FROM moved WHERE state IN (${quoted(FINAL_STATES)}) AND device_id IS NOT NULL AND was IS NOT NULL AND NOT is_copy
  ORDER BY device_id, xid DESC, seq DESC
  ON CONFLICT (device_id) DO UPDATE SET state = excluded.state, at = excluded.at
), gone_on AS (
  UPDATE outbox_readers r SET xid = last.xid, seq = last.seq FROM (SELECT xid, seq FROM read ORDER BY xid DESC, seq DESC LIMIT 1) last WHERE r.name = 'counts'
)
SELECT count(*)::int AS count, CASE WHEN max(at) > now() + ${CLOCK_STEP} THEN max(at)::text END AS "writtenAhead" FROM read`;

import { ALERTS, type AlertMove, alertMoves, gatherMoves } from '@hikyaku/core';
import type { Database } from '../database.ts';
import { OLDEST_OPEN, type OutboxPlace, type OutboxRow } from '../outbox/read-outbox.ts';

/** What runs a statement: a pool, or a connection inside a transaction. */
interface Asked {
  query<T extends object>(text: string, values?: unknown[]): Promise<T[]>;
}

/** Asked each second. What a transaction still open may hold back is read in vain. */
const IS_BEHIND = `SELECT true FROM outbox_readers p CROSS JOIN LATERAL (
  SELECT FROM outbox o WHERE (o.xid, o.seq) > (p.xid, p.seq) ORDER BY o.xid, o.seq LIMIT 1) next WHERE p.name = 'alerts'`;

/** Rows that can begin or end an alert, and the last one of all that were read. */
const READ = `
WITH read AS MATERIALIZED (
  SELECT o.* FROM outbox o WHERE (o.xid, o.seq) > ($1::bigint, $2::bigint) AND o.xid < ${OLDEST_OPEN} ORDER BY o.xid, o.seq LIMIT $3
), counted AS (SELECT count(*)::int AS count, max(xid) AS xid FROM read)
SELECT r.xid, r.seq, r.tenant_id AS "tenantId", r.at, r.kind, r.subject_id AS "subjectId", r.facts, c.count FROM read r CROSS JOIN counted c
WHERE (r.xid, r.seq) = (SELECT xid, seq FROM read ORDER BY xid DESC, seq DESC LIMIT 1)
  OR r.kind IN ('mailbox.changed', 'device.refused', 'message.bounced')
  OR r.kind = 'message.moved' AND (
    r.facts ->> 'is' IN ('failed', 'expired', 'quarantined') OR r.facts ->> 'code' = 'upstream.daily_limit'
    -- An accepted mail matters where something is said of its device.
    OR r.facts ->> 'was' IS NULL AND EXISTS (
      SELECT FROM alerts a WHERE a.tenant_id = r.tenant_id AND a.code IN ('device.refused', 'device.silent')
        AND a.subject_id = (r.facts ->> 'deviceId')::uuid AND a.ended_at IS NULL)
  )
ORDER BY r.xid, r.seq`;

/**
 * Begins and ends alerts by what the outbox tells, at most `limit` rows: place and alerts change in one transaction, so that each row counts once whatever dies.
 * One process at a time. How many rows were read; 0 when there is nothing, or somebody else reads.
 */
export async function followOutbox(database: Database, limit: number): Promise<number> {
  if ((await database.prepared('alerts-behind', IS_BEHIND)).length === 0) return 0;
  return database.transaction(async (client) => {
    const asked: Asked = { query: async (text, values) => (await client.query(text, values)).rows };
    const [place] = await asked.query<OutboxPlace & { sinceSeq: number }>(
      `SELECT xid, seq, since_seq AS "sinceSeq" FROM outbox_readers WHERE name = 'alerts' FOR UPDATE SKIP LOCKED`,
    );
    if (!place) return 0;
    const rows = await asked.query<OutboxRow & OutboxPlace & { count: number }>(READ, [place.xid, place.seq, limit]);
    const last = rows.at(-1);
    if (!last) return 0;
    await applyMoves(asked, rows.filter(({ seq }) => seq > place.sinceSeq).flatMap(alertMoves));
    await asked.query(`UPDATE outbox_readers SET xid = $1, seq = $2 WHERE name = 'alerts'`, [last.xid, last.seq]);
    return last.count;
  });
}

/** Begins, repeats and ends alerts. What ends before it was told is never told. */
export async function applyMoves(asked: Asked, moves: AlertMove[]): Promise<void> {
  const gathered = gatherMoves(moves);
  const off = gathered.filter(({ is }) => is === 'off');
  if (off.length > 0) {
    await asked.query(
      `UPDATE alerts a SET ended_at = greatest(g.at, a.opened_at), tell_at = CASE WHEN a.told > 0 THEN now() END
       FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[]) AS g (tenant_id, code, subject_id, at)
       WHERE a.tenant_id = g.tenant_id AND a.code = g.code AND a.subject_id = g.subject_id AND a.ended_at IS NULL
         -- What began later than now began by a clock that was set back since.
         AND (a.opened_at <= g.at OR a.opened_at > now())`,
      [...columnsOf(off), off.map(({ at }) => at)],
    );
  }
  const on = gathered.filter(({ is }) => is === 'on');
  if (on.length === 0) return;
  await asked.query(
    `INSERT INTO alerts (tenant_id, code, subject_id, opened_at, last_at, facts, count, tell_at)
     SELECT g.tenant_id, g.code, g.subject_id, g.at, g.at, g.facts, g.count, now() + g.wait_ms * interval '1 millisecond'
     FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[], $5::jsonb[], $6::int[], $7::float8[])
       AS g (tenant_id, code, subject_id, at, facts, count, wait_ms)
     JOIN tenants n ON n.id = g.tenant_id AND n.deleted_at IS NULL
     ON CONFLICT (tenant_id, code, subject_id) WHERE ended_at IS NULL
     DO UPDATE SET facts = excluded.facts, last_at = greatest(alerts.last_at, excluded.last_at), count = least(alerts.count + excluded.count, 1000000)`,
    [
      ...columnsOf(on),
      on.map(({ at }) => at),
      on.map(({ facts }) => JSON.stringify(facts)),
      on.map(({ count }) => count),
      on.map(({ code }) => ALERTS[code].waitMs),
    ],
  );
}

const columnsOf = (moves: AlertMove[]) => [
  moves.map(({ tenantId }) => tenantId),
  moves.map(({ code }) => code),
  moves.map(({ subjectId }) => subjectId),
];

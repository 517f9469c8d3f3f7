import type { MessageState } from '@hikyaku/core';
import type pg from 'pg';
import type { Database } from '../database.ts';

/** A drift is put right within a day; reading a tenant's rows costs about a second a million. */
const RECOUNT_EVERY = `interval '1 day'`;
/** With more to count than that the reader `counts` is far behind: the recount waits for it. */
const MAX_PENDING = 50_000;

type Counts = { state: MessageState; count: number }[];

/**
 * Counts the mails of the tenant whose recount is due longest and mends its kept counts (`mail_states`) by what they are off. Null when no tenant is due,
 * or the reader is too far behind. The rows, the counts and the moves not counted yet are read in one snapshot, `rows` mails a statement, and nothing is
 * locked meanwhile: mails and `countMoves` go on, and what a count is off stays the same whatever they do. Two that recount the same tenant mend it once.
 * Hours and ends of devices need none: they are told by each move alone. `signal` leaves it undone.
 */
export async function recountStates(
  database: Database,
  rows: number,
  signal?: AbortSignal,
): Promise<{ tenantId: string; mended: number } | null> {
  const seen = await database.transaction(async (client) => {
    await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    const { rows: due } = await client.query<{ id: string; dueAt: string }>(
      `SELECT id, recount_due_at::text AS "dueAt" FROM tenants WHERE recount_due_at <= now() AND deleted_at IS NULL ORDER BY recount_due_at LIMIT 1`,
    );
    const [tenant] = due;
    const pending = tenant && (await pendingOf(client, tenant.id));
    if (!pending) return null;
    const off = new Map<MessageState, number>();
    const add = (counts: Counts, sign: 1 | -1): void => {
      for (const { state, count } of counts) off.set(state, (off.get(state) ?? 0) + sign * count);
    };
    for (let last = 0; ; ) {
      const step = await client.query<{ counts: Counts; seen: number; last: number }>(COUNT_ROWS, [
        tenant.id,
        last,
        rows,
      ]);
      const { counts, seen, last: next } = step.rows[0]!;
      add(counts, 1);
      if (seen < rows) break;
      signal?.throwIfAborted();
      last = next;
    }
    const kept = await client.query<Counts[number]>('SELECT state::text, count FROM mail_states WHERE tenant_id = $1', [
      tenant.id,
    ]);
    add(kept.rows, -1);
    add(pending, -1);
    return { ...tenant, off: [...off].filter(([, count]) => count !== 0) };
  });
  if (!seen) return null;
  const [applied] = await database.query<{ mended: number }>(MEND, [
    seen.id,
    seen.dueAt,
    seen.off.map(([state]) => state),
    seen.off.map(([, count]) => count),
  ]);
  return { tenantId: seen.id, mended: applied!.mended };
}

/** Moves of the tenant that the outbox tells and nobody has counted, as changes by state; null: more than `MAX_PENDING` rows are not counted. */
async function pendingOf(client: pg.PoolClient, tenantId: string): Promise<Counts | null> {
  const { rows } = await client.query<{ behind: number; counts: Counts }>(
    `WITH behind AS MATERIALIZED (
       SELECT o.tenant_id, o.seq, o.kind, o.facts, r.since_seq FROM outbox_readers r CROSS JOIN LATERAL (
         SELECT * FROM outbox o WHERE (o.xid, o.seq) > (r.xid, r.seq) ORDER BY o.xid, o.seq LIMIT ${MAX_PENDING}
       ) o WHERE r.name = 'counts'
     ), told AS (
       SELECT * FROM behind WHERE tenant_id = $1 AND seq > since_seq
     ), changes AS (
       SELECT facts ->> 'is' AS state, 1 AS n FROM told WHERE kind = 'message.moved'
       UNION ALL SELECT facts ->> 'was', -1 FROM told WHERE kind = 'message.moved' AND facts ->> 'was' IS NOT NULL
       UNION ALL SELECT f.key, -f.value::bigint FROM told CROSS JOIN LATERAL jsonb_each_text(facts) f WHERE kind = 'messages.removed'
     )
     SELECT (SELECT count(*)::int FROM behind) AS behind,
       coalesce((SELECT jsonb_agg(c) FROM (SELECT state, sum(n) AS count FROM changes GROUP BY 1) c), '[]') AS counts`,
    [tenantId],
  );
  const { behind, counts } = rows[0]!;
  return behind < MAX_PENDING ? counts : null;
}

/** What is being sent counts under what was told last, as in the outbox. */
const COUNT_ROWS = `
WITH step AS MATERIALIZED (
  SELECT seq, CASE WHEN state = 'sending' THEN coalesce(claimed_from, state) ELSE state END::text AS state
  FROM messages WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT $3
)
SELECT coalesce((SELECT jsonb_agg(c) FROM (SELECT state, count(*) AS count FROM step GROUP BY 1) c), '[]') AS counts,
  (SELECT count(*)::int FROM step) AS seen, (SELECT max(seq) FROM step) AS last`;

/** Only while nobody else has recounted it since. */
const MEND = `
WITH mine AS (
  UPDATE tenants SET recount_due_at = now() + ${RECOUNT_EVERY} WHERE id = $1 AND recount_due_at = $2::timestamptz AND deleted_at IS NULL RETURNING id
), mended AS (
  INSERT INTO mail_states AS s (tenant_id, state, count)
  SELECT mine.id, g.state::message_state, g.count FROM mine CROSS JOIN unnest($3::text[], $4::bigint[]) AS g (state, count) ORDER BY 2
  ON CONFLICT (tenant_id, state) DO UPDATE SET count = s.count + excluded.count
  RETURNING 1
)
SELECT count(*)::int AS mended FROM mended`;

import type { Database } from '../database.ts';
import { isEnded, isWaiting } from './worker-states.ts';

const MS = `interval '1 millisecond'`;

/**
 * Accounts with mail due and unclaimed for `afterMs`, and nobody's turn and no provider's throttle on them. `isStuck` when nothing of
 * the account was claimed for four times as long either: then the queue's store may have lost its turn.
 */
export async function findForgottenAccounts(
  database: Database,
  afterMs: number,
  limit: number,
): Promise<{ accountKey: string; isStuck: boolean }[]> {
  return database.query(
    `WITH RECURSIVE accounts AS (
       (SELECT m.account_key FROM messages m WHERE m.due_at IS NOT NULL ORDER BY m.account_key LIMIT 1)
       UNION ALL
       SELECT (SELECT m.account_key FROM messages m
               WHERE m.due_at IS NOT NULL AND m.account_key > k.account_key ORDER BY m.account_key LIMIT 1)
       FROM accounts k WHERE k.account_key IS NOT NULL
     )
     SELECT k.account_key AS "accountKey", due.since < now() - $1::float8 * 4 * ${MS}
         AND coalesce(a.bucket_at < now() - $1::float8 * 4 * ${MS}, true) AS "isStuck"
     FROM accounts k
     CROSS JOIN LATERAL (
       SELECT min(m.due_at) AS since FROM messages m WHERE m.account_key = k.account_key AND ${isWaiting('m')}
     ) due
     LEFT JOIN upstream_accounts a ON a.account_key = k.account_key
     WHERE k.account_key IS NOT NULL AND due.since <= now() - $1::float8 * ${MS}
       AND (a.turn_until IS NULL OR a.turn_until <= now()) AND (a.not_before IS NULL OR a.not_before <= now())
     LIMIT $2`,
    [afterMs, limit],
  );
}

/** Messages of a tenant that have come to an end longer ago than it keeps them, without content; gone with all their story. How many. */
export async function deleteOldMessages(database: Database, perTenant: number): Promise<number> {
  const rows = await database.query<{ count: number }>(
    `WITH old AS (
       SELECT o.id FROM tenants t CROSS JOIN LATERAL (
         SELECT m.id, m.ingested_at FROM messages m
         WHERE m.tenant_id = t.id AND m.content_destroyed_at IS NOT NULL AND m.spool_object IS NULL
           AND ${isEnded('m')}
         ORDER BY m.seq LIMIT $1
       ) o WHERE o.ingested_at < now() - t.retention_days * interval '1 day'
     ), gone AS (
       DELETE FROM messages m USING old WHERE m.id = old.id RETURNING m.id
     ), p AS (DELETE FROM parts USING old WHERE message_id = old.id),
     a AS (DELETE FROM attempts USING old WHERE message_id = old.id),
     e AS (DELETE FROM message_events USING old WHERE message_id = old.id)
     SELECT count(*)::int AS count FROM gone`,
    [perTenant],
  );
  return rows[0]?.count ?? 0;
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

/** Tells the API's live pages which tenants' messages changed; one notification for the batch. */
export async function notifyMessages(database: Database, tenantIds: string[]): Promise<void> {
  if (tenantIds.length === 0) return;
  // A notification holds 8,000 bytes; 50 ids take 2,000.
  const payload = tenantIds.length > 50 ? '*' : JSON.stringify(tenantIds);
  await database.query(`SELECT pg_notify('hikyaku_messages', $1)`, [payload]);
}

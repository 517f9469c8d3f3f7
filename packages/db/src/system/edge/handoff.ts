import { type MessageState, newId } from '@hikyaku/core';
import type pg from 'pg';
import type { Database } from '../../database.ts';

/** What Postgres knows of a journal entry before it is handed off. */
export interface HandoffFacts {
  id: string;
  /** Null: no row. */
  state: MessageState | null;
  accountKey: string | null;
  /** It was here once, whatever the tenant's retention took since. */
  hasTombstone: boolean;
  /** `missing` is no tenant that was erased, which keeps its row: a restored backup, or a bug. */
  tenant: 'alive' | 'erased' | 'missing';
}

/** Asked before anything is written, so that a replay finds what an earlier run has done. */
export async function readHandoffFacts(
  database: Database,
  entries: { messageId: string; tenantId: string }[],
): Promise<HandoffFacts[]> {
  return database.prepared<HandoffFacts>(
    'handoff-facts',
    `SELECT g.id, m.state::text AS state, m.account_key AS "accountKey", t.message_id IS NOT NULL AS "hasTombstone",
       CASE WHEN n.id IS NULL THEN 'missing' WHEN n.deleted_at IS NOT NULL THEN 'erased' ELSE 'alive' END AS tenant
     FROM unnest($1::uuid[], $2::uuid[]) AS g (id, tenant_id)
     LEFT JOIN messages m ON m.id = g.id
     LEFT JOIN tombstones t ON t.message_id = g.id
     LEFT JOIN tenants n ON n.id = g.tenant_id`,
    [entries.map(({ messageId }) => messageId), entries.map(({ tenantId }) => tenantId)],
  );
}

const MINUTE_MS = 60_000;

/** When the devices last spoke (to the minute: it only tells quiet from busy), by no clock that was ahead then. `known`: by device, what was marked just now; most have spoken in this minute before. */
export async function markDevices(
  client: pg.PoolClient,
  messages: { deviceId: string; acceptedAt: number }[],
  known: ReadonlyMap<string, number | null>,
): Promise<void> {
  const isMarked = ({ deviceId, acceptedAt }: (typeof messages)[number]): boolean =>
    Math.abs(acceptedAt - (known.get(deviceId) ?? Number.NEGATIVE_INFINITY)) <= MINUTE_MS;
  if (messages.every(isMarked)) return;
  await client.query({
    name: 'mark-devices',
    text: `WITH seen AS (
       SELECT device_id, least(to_timestamp(max(accepted_ms) / 1000), now()) AS at
       FROM unnest($1::uuid[], $2::float8[]) AS g (device_id, accepted_ms) GROUP BY device_id
     )
     UPDATE devices d SET last_message_at = seen.at FROM seen
     WHERE d.id = seen.device_id AND coalesce(d.last_message_at < seen.at - interval '1 minute' OR d.last_message_at > now(), true)`,
    values: [messages.map(({ deviceId }) => deviceId), messages.map(({ acceptedAt }) => acceptedAt)],
  });
}

/** Mail of an erased tenant is destroyed unsent. The audit log counts it, once however often it is replayed. */
export async function countDestroyed(
  database: Database,
  entries: { messageId: string; tenantId: string }[],
): Promise<void> {
  await database.transaction(async (client) => {
    const { rows } = await client.query<{ tenantId: string; count: number }>(
      `WITH given AS (SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS g (id, tenant_id)), stones AS (
         INSERT INTO tombstones (message_id) SELECT id FROM given ON CONFLICT DO NOTHING RETURNING message_id
       )
       SELECT given.tenant_id AS "tenantId", count(*)::int AS count FROM given JOIN stones ON stones.message_id = given.id GROUP BY 1`,
      [entries.map(({ messageId }) => messageId), entries.map(({ tenantId }) => tenantId)],
    );
    for (const { tenantId, count } of rows) {
      await client.query(
        `INSERT INTO audit_entries (id, tenant_id, actor, action, data) VALUES ($1, $2, 'system', 'mail.destroyed_after_erasure', $3)`,
        [newId(), tenantId, { count }],
      );
    }
  });
}

/** A pack that was written, or begun, and the mails that it was to hold. */
export interface PackNote {
  object: string;
  messageIds: string[];
}

/**
 * What became of packs. `isSettled`: each of its mails has a row or a tombstone, so that nothing can point at the pack that does not do so
 * now, not even an insert of a dead process that the server is still busy with: replaying the mail has waited for it. `isUsed`: a row does.
 */
export async function judgePacks(
  database: Database,
  packs: PackNote[],
): Promise<{ object: string; isUsed: boolean; isSettled: boolean }[]> {
  const pairs = packs.flatMap(({ object, messageIds }) => messageIds.map((id) => ({ object, id })));
  return database.query(
    `SELECT g.object,
       EXISTS (SELECT FROM messages l WHERE l.spool_object = g.object AND l.content_destroyed_at IS NULL)
         OR EXISTS (SELECT FROM messages d WHERE d.spool_object = g.object AND d.content_destroyed_at IS NOT NULL) AS "isUsed",
       bool_and(EXISTS (SELECT FROM messages m WHERE m.id = g.id)
         OR EXISTS (SELECT FROM tombstones t WHERE t.message_id = g.id)) AS "isSettled"
     FROM unnest($1::text[], $2::uuid[]) AS g (object, id) GROUP BY g.object`,
    [pairs.map(({ object }) => object), pairs.map(({ id }) => id)],
  );
}

import { newId } from '@hikyaku/core';
import type pg from 'pg';
import type { Database } from '../database.ts';

/** What Postgres knows of a journal entry before it is handed off. */
export interface HandoffFacts {
  id: string;
  /** Null: no row. */
  state: string | null;
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
  return database.query<HandoffFacts>(
    `SELECT g.id, m.state::text AS state, m.account_key AS "accountKey", t.message_id IS NOT NULL AS "hasTombstone",
       CASE WHEN n.id IS NULL THEN 'missing' WHEN n.deleted_at IS NOT NULL THEN 'erased' ELSE 'alive' END AS tenant
     FROM unnest($1::uuid[], $2::uuid[]) AS g (id, tenant_id)
     LEFT JOIN messages m ON m.id = g.id
     LEFT JOIN tombstones t ON t.message_id = g.id
     LEFT JOIN tenants n ON n.id = g.tenant_id`,
    [entries.map(({ messageId }) => messageId), entries.map(({ tenantId }) => tenantId)],
  );
}

/** A message to be inserted; as in the journal, with where its content lies. */
export interface NewMessage {
  messageId: string;
  queueId: string;
  tenantId: string;
  deviceId: string;
  mailboxId: string;
  /** Milliseconds since the epoch, by the edge's clock. */
  acceptedAt: number;
  mailFrom: string;
  recipients: string[];
  subject: string | null;
  messageIdHeader: string;
  isTest: boolean;
  sizeBytes: number;
  door: string;
  tls: string | null;
  clientAddress: string;
  /** Base64. */
  keySealed: string;
  spool: { object: string; offset: number; length: number };
}

export interface InsertedMessage {
  id: string;
  tenantId: string;
  /** Null: the mailbox is gone and the message is held. */
  accountKey: string | null;
  lagMs: number;
}

/** More tenants than that in one batch are told by '*'. */
const MAX_TOLD = 50;
/** A device that was silent that long has news (design, section 6). */
const QUIET = `interval '15 minutes'`;

/**
 * One insert for the whole batch, in one transaction with its tombstones, first events, the devices' marks and one NOTIFY. Not inserted, and
 * not in the answer: what has a row or a tombstone, and what belongs to a tenant erased meanwhile.
 */
export async function insertMessages(database: Database, messages: NewMessage[]): Promise<InsertedMessage[]> {
  return database.transaction(async (client) => {
    const { rows } = await client.query<InsertedMessage>(INSERT, columnsOf(messages));
    if (rows.length === 0) return [];
    const inserted = new Set(rows.map(({ id }) => id));
    // A test mail of the dashboard says nothing about the device itself.
    await markDevices(
      client,
      messages.filter(({ messageId, door }) => inserted.has(messageId) && door !== 'dashboard'),
    );
    const tenants = [...new Set(rows.map(({ tenantId }) => tenantId))];
    await client.query('SELECT pg_notify($1, $2)', [
      'hikyaku_messages',
      tenants.length <= MAX_TOLD ? JSON.stringify(tenants) : '*',
    ]);
    return rows;
  });
}

const INSERT = `
WITH given AS (
  SELECT g.*, least(to_timestamp(g.accepted_ms / 1000), now()) AS accepted_at,
    row_number() OVER (PARTITION BY g.device_id ORDER BY g.accepted_ms, g.id) = 1 AS is_first
  FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[], $6::float8[], $7::text[], $8::text[], $9::text[], $10::text[],
    $11::bool[], $12::int[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::bigint[], $19::bigint[])
    AS g (id, queue_id, tenant_id, device_id, mailbox_id, accepted_ms, mail_from, recipients, subject, message_id_header,
      is_test, size_bytes, door, tls, client_address, key_sealed, spool_object, spool_offset, spool_length)
), inserted AS (
  INSERT INTO messages (id, queue_id, tenant_id, device_id, mailbox_id, account_key, state, state_code, due_at, priority, is_test, subject,
    size_bytes, mail_from, recipients, message_id_header, door, accepted_at, key_sealed, spool_object, spool_offset, spool_length)
  SELECT g.id, g.queue_id, g.tenant_id, g.device_id, g.mailbox_id, b.account_key,
    CASE WHEN b.id IS NULL THEN 'held' ELSE 'queued' END::message_state,
    CASE WHEN b.id IS NULL THEN 'upstream.auth_lost' END,
    CASE WHEN b.id IS NOT NULL THEN now() END,
    CASE WHEN g.is_test THEN 0
      WHEN g.is_first AND coalesce(d.last_message_at < g.accepted_at - ${QUIET}, true) THEN 1 ELSE 2 END,
    g.is_test, g.subject, g.size_bytes, g.mail_from, string_to_array(g.recipients, E'\\n'), g.message_id_header, g.door, g.accepted_at,
    decode(g.key_sealed, 'base64'), g.spool_object, g.spool_offset, g.spool_length
  FROM given g
  JOIN tenants n ON n.id = g.tenant_id AND n.deleted_at IS NULL
  LEFT JOIN mailboxes b ON b.id = g.mailbox_id AND b.tenant_id = g.tenant_id AND b.deleted_at IS NULL
  LEFT JOIN devices d ON d.id = g.device_id
  WHERE NOT EXISTS (SELECT FROM tombstones t WHERE t.message_id = g.id)
  ORDER BY g.accepted_ms, g.id
  ON CONFLICT (id) DO NOTHING
  RETURNING id, tenant_id, account_key, accepted_at
), stones AS (
  INSERT INTO tombstones (message_id) SELECT id FROM inserted ON CONFLICT DO NOTHING
), told AS (
  INSERT INTO message_events (message_id, tenant_id, at, kind, data)
  SELECT i.id, i.tenant_id, i.accepted_at, 'accepted', jsonb_build_object('door', g.door, 'tls', g.tls, 'address', g.client_address)
  FROM inserted i JOIN given g ON g.id = i.id
  UNION ALL
  SELECT id, tenant_id, now(), 'held', jsonb_build_object('code', 'upstream.auth_lost') FROM inserted WHERE account_key IS NULL
)
SELECT id, tenant_id AS "tenantId", account_key AS "accountKey", (extract(epoch FROM now() - accepted_at) * 1000)::float8 AS "lagMs"
FROM inserted`;

function columnsOf(messages: NewMessage[]): unknown[][] {
  const column = (pick: (message: NewMessage) => unknown): unknown[] => messages.map(pick);
  return [
    column((m) => m.messageId),
    column((m) => m.queueId),
    column((m) => m.tenantId),
    column((m) => m.deviceId),
    column((m) => m.mailboxId),
    column((m) => m.acceptedAt),
    column((m) => m.mailFrom),
    column((m) => m.recipients.join('\n')),
    column((m) => m.subject),
    column((m) => m.messageIdHeader),
    column((m) => m.isTest),
    column((m) => m.sizeBytes),
    column((m) => m.door),
    column((m) => m.tls),
    column((m) => m.clientAddress),
    column((m) => m.keySealed),
    column((m) => m.spool.object),
    column((m) => m.spool.offset),
    column((m) => m.spool.length),
  ];
}

/** When the device last spoke (to the minute: it only tells quiet from busy), and in mode `device` whom it wrote to, up to ten. */
async function markDevices(client: pg.PoolClient, messages: NewMessage[]): Promise<void> {
  await client.query(
    `WITH seen AS (
       SELECT device_id, least(to_timestamp(max(accepted_ms) / 1000), now()) AS at
       FROM unnest($1::uuid[], $2::float8[]) AS g (device_id, accepted_ms) GROUP BY device_id
     )
     UPDATE devices d SET last_message_at = seen.at FROM seen
     WHERE d.id = seen.device_id AND coalesce(d.last_message_at < seen.at - interval '1 minute', true)`,
    [messages.map(({ deviceId }) => deviceId), messages.map(({ acceptedAt }) => acceptedAt)],
  );
  const pairs = messages.flatMap(({ deviceId, recipients }) =>
    recipients.map((recipient) => ({ deviceId, recipient: recipient.toLowerCase() })),
  );
  const { rows } = await client.query<{ id: string; learnt: string[] }>(
    `SELECT d.id, (d.learnt_recipients || array_agg(DISTINCT g.recipient))[1:10] AS learnt
     FROM unnest($1::uuid[], $2::text[]) AS g (device_id, recipient)
     JOIN devices d ON d.id = g.device_id AND d.recipients_mode = 'device' AND cardinality(d.learnt_recipients) < 10
     WHERE g.recipient <> ALL (d.learnt_recipients) GROUP BY d.id`,
    [pairs.map(({ deviceId }) => deviceId), pairs.map(({ recipient }) => recipient)],
  );
  // Asked first: an update that finds nothing to do would still notify every edge, once per batch.
  for (const { id, learnt } of rows) {
    await client.query('UPDATE devices SET learnt_recipients = $2 WHERE id = $1', [id, learnt]);
  }
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

import { type AcceptedMail, type AppliedRule, ARRIVALS, isForAsked, OWN_DOOR, type PlanLimits } from '@hikyaku/core';
import type pg from 'pg';
import type { Database } from '../database.ts';
import { wakeForArrivals } from '../outbox/read-outbox.ts';
import { markDevices } from '../system/edge/handoff.ts';
import { learnFromMails } from '../system/edge/learn-recipients.ts';
import { copiesOf } from './copies.ts';
import { DIGEST_NET, openDigestWindows } from './digest-windows.ts';
import { DIGEST_AT, IS_STORM, IS_UNWANTED, LONE_MAILS, QUIET_UNTIL } from './gathering.ts';
import { INSERT_GATHERING, INSERT_PLAIN, plainOf } from './insert-plain.ts';
import { ACCEPTED_AT, ACCEPTED_LINES, givenMails, PLAIN_VALUES, PRIORITY, STONES, TOLD } from './insert-steps.ts';
import type { NewMessage } from './new-message.ts';

export interface InsertedMessage {
  id: string;
  tenantId: string;
  /** Null: nothing is to be sent now, since the mailbox is gone, or a rule of the owner leaves the mail out. */
  accountKey: string | null;
  lagMs: number;
}

/**
 * One insert for the whole batch, in one transaction with its tombstones, first events, outbox rows, what the devices' recipients teach, the devices' marks
 * and one NOTIFY. `plan`: what a tenant without numbers of its own may use; null: nothing is counted. A mail to recipients that wait for the owner's word is of two parts. Not inserted, and not in the answer: what has a row or a tombstone, and what belongs to a tenant erased meanwhile.
 */
export function insertMessages(
  database: Database,
  messages: NewMessage[],
  plan: PlanLimits | null,
): Promise<InsertedMessage[]> {
  return insert(database, messages, plan, INSERT);
}

/** As `insertMessages`, of mails whose rows were lost: sent again as possible repeats. Their recipients were counted when they came. */
export function insertRecovered(database: Database, messages: NewMessage[]): Promise<InsertedMessage[]> {
  return insert(database, messages, null, INSERT_RECOVERED);
}

function insert(
  database: Database,
  messages: NewMessage[],
  plan: PlanLimits | null,
  statement: { name: string; text: string },
): Promise<InsertedMessage[]> {
  return database.transaction((client) => insertBy(client, messages, plan, statement));
}

/** As `insertMessages`, of mail of our own, in a transaction of the caller's, who wakes the readers. */
export async function insertOwnMessages(client: pg.PoolClient, messages: NewMessage[]): Promise<InsertedMessage[]> {
  return insertBy(client, messages, null, INSERT);
}

async function insertBy(
  client: pg.PoolClient,
  messages: NewMessage[],
  plan: PlanLimits | null,
  statement: { name: string; text: string },
): Promise<InsertedMessage[]> {
  const teaching = messages.filter(isOfDevice).filter(({ rule }) => isForAsked(rule));
  const taught = await learnFromMails(client, teaching, plan);
  const rows = await insertRows(client, messages, taught, statement);
  if (rows.length === 0) return [];
  const copies = statement === INSERT ? await copiesOf(client, messages, rows) : [];
  if (copies.length > 0) {
    const copied = await client.query<InsertedRow>({ ...INSERT, values: columnsOf(copies, new Map()) });
    rows.push(...copied.rows);
  }
  const inserted = new Set(rows.map(({ id }) => id));
  await markDevices(
    client,
    messages.filter(isOfDevice).filter(({ messageId }) => inserted.has(messageId)),
    taught.lastMessageAt,
  );
  const opening = rows.flatMap(({ opens }) => opens ?? []);
  if (opening.length > 0) await openDigestWindows(client, opening);
  await client.query(wakeForArrivals(rows.flatMap(({ accountKey }) => accountKey ?? [])));
  return rows.map(({ opens, copyTo, ...row }) => row);
}

/** Most batches are plain as a whole. What has a row already is in nobody's answer, so that the large statement is asked about it once more. */
async function insertRows(
  client: pg.PoolClient,
  messages: NewMessage[],
  { waiting, unwatched, digesting }: Awaited<ReturnType<typeof learnFromMails>>,
  statement: { name: string; text: string },
): Promise<InsertedRow[]> {
  const rows: InsertedRow[] = [];
  const plain = statement === INSERT ? plainOf(messages, waiting, unwatched) : [];
  if (plain.length > 0) {
    const values = columnsOf(plain, waiting).slice(0, PLAIN_VALUES);
    const small = plain.some(({ deviceId }) => deviceId !== null && digesting.has(deviceId))
      ? INSERT_GATHERING
      : INSERT_PLAIN;
    rows.push(...(await client.query<InsertedRow>({ ...small, values })).rows);
  }
  const done = new Set(rows.map(({ id }) => id));
  const rest = messages.filter(({ messageId }) => !done.has(messageId));
  if (rest.length > 0) {
    rows.push(...(await client.query<InsertedRow>({ ...statement, values: columnsOf(rest, waiting) })).rows);
  }
  return rows;
}

type InsertedRow = InsertedMessage & { opens: string | null; copyTo: string | null };

/** Our own mail says nothing about the device itself. */
const isOfDevice = (message: NewMessage): message is NewMessage & AcceptedMail => message.door !== OWN_DOOR;

const { arrived_without_mailbox: HELD, arrived_unconfirmed: UNCONFIRMED, arrived_unwanted: UNWANTED } = ARRIVALS;

/** SQL: recipients of mail `g` that wait for their owner's word, by place. What goes to a channel of his goes to nobody of them. */
const WAITING_PLACES = `CASE WHEN g.waiting = '' OR EXISTS (SELECT FROM mailboxes c WHERE c.id = g.mailbox_id AND c.provider = 'channel') THEN '{}'
    ELSE string_to_array(g.waiting, ',') END::smallint[]`;

/** What the large insert is given beside what every one is. */
const MORE_VALUES = [
  { name: 'waiting', type: 'text' },
  { name: 'rule_action', type: 'text' },
  { name: 'rule_minutes', type: 'int' },
  { name: 'rule_data', type: 'text' },
  { name: 'not_before_ms', type: 'float8' },
  { name: 'copy_of', type: 'uuid' },
];

/** SQL: the insert, of mails that begin by `arrival` where their mailbox is there. */
const insertAs = (arrival: (typeof ARRIVALS)['arrived' | 'recovered']): string => `
WITH given AS (
  SELECT g.*, ${ACCEPTED_AT},
    ${IS_UNWANTED} AS is_unwanted, ${IS_STORM} AS is_storm,
    row_number() OVER (PARTITION BY g.device_id, ${IS_UNWANTED} ORDER BY g.accepted_ms, g.id) = 1 AS is_first,
    row_number() OVER (PARTITION BY g.device_id, ${IS_STORM} ORDER BY g.accepted_ms, g.id)::int AS alert_rank, ${QUIET_UNTIL} AS quiet_until,
    string_to_array(g.recipients, E'\\n') AS addresses, ${WAITING_PLACES} AS waiting_places
  FROM ${givenMails(MORE_VALUES)}
), lone AS MATERIALIZED (${LONE_MAILS}
), placed AS (
  SELECT g.*, cardinality(g.waiting_places) > 0 AND cardinality(g.waiting_places) = cardinality(g.addresses) AS is_unconfirmed,
    ${arrival === ARRIVALS.arrived ? DIGEST_AT : 'NULL::timestamptz'} AS digest_at
  FROM given g LEFT JOIN devices d ON d.id = g.device_id LEFT JOIN lone l ON l.device_id = g.device_id
), inserted AS (
  INSERT INTO messages (id, queue_id, tenant_id, device_id, mailbox_id, account_key, state, state_code, due_at, digest_at, priority, is_test, subject,
    size_bytes, mail_from, recipients, message_id_header, door, accepted_at, key_sealed, content_destroyed_at, spool_object, spool_offset, spool_length, copy_of)
  SELECT g.id, g.queue_id, g.tenant_id, g.device_id, g.mailbox_id, b.account_key,
    CASE WHEN g.is_unwanted THEN '${UNWANTED.state}' WHEN g.is_unconfirmed THEN '${UNCONFIRMED.state}' WHEN b.id IS NULL THEN '${HELD.state}' ELSE '${arrival.state}' END::message_state,
    CASE WHEN g.is_unwanted THEN NULL WHEN g.is_unconfirmed THEN '${UNCONFIRMED.code}' WHEN b.id IS NULL THEN '${HELD.code}' END,
    CASE WHEN b.id IS NOT NULL AND NOT g.is_unconfirmed AND NOT g.is_unwanted THEN coalesce(g.digest_at + ${DIGEST_NET}, g.quiet_until, now()) END,
    CASE WHEN b.id IS NOT NULL AND NOT g.is_unconfirmed THEN g.digest_at END,
    ${PRIORITY},
    g.is_test, g.subject, g.size_bytes, g.mail_from, g.addresses, g.message_id_header, g.door, g.accepted_at,
    CASE WHEN NOT g.is_unwanted THEN decode(g.key_sealed, 'base64') END, CASE WHEN g.is_unwanted THEN now() END, g.spool_object, g.spool_offset, g.spool_length, g.copy_of
  FROM placed g
  JOIN tenants n ON n.id = g.tenant_id AND n.deleted_at IS NULL
  LEFT JOIN mailboxes b ON b.id = g.mailbox_id AND b.tenant_id = g.tenant_id AND b.deleted_at IS NULL
  LEFT JOIN devices d ON d.id = g.device_id
  WHERE NOT EXISTS (SELECT FROM tombstones t WHERE t.message_id = g.id)
  ORDER BY g.accepted_ms, g.id
  ON CONFLICT (id) DO NOTHING
  RETURNING id, tenant_id, device_id, mailbox_id, account_key, accepted_at, digest_at, NULL::text AS was, state::text AS state, state_code
), parts AS (
  INSERT INTO parts (message_id, number, tenant_id, state, state_code, due_at, places)
  SELECT i.id, 1, i.tenant_id, i.state::message_state, i.state_code, CASE WHEN i.state = '${arrival.state}' THEN coalesce(g.quiet_until, now()) END,
    ARRAY(SELECT place FROM generate_series(1, cardinality(g.addresses)) AS place WHERE place <> ALL (g.waiting_places))::smallint[]
  FROM inserted i JOIN placed g ON g.id = i.id WHERE cardinality(g.waiting_places) > 0 AND NOT g.is_unconfirmed
  UNION ALL
  SELECT i.id, CASE WHEN g.is_unconfirmed THEN 1 ELSE 2 END, i.tenant_id, '${UNCONFIRMED.state}', '${UNCONFIRMED.code}', NULL, g.waiting_places
  FROM inserted i JOIN placed g ON g.id = i.id WHERE cardinality(g.waiting_places) > 0
), ${STONES}, story AS (
  INSERT INTO message_events (message_id, tenant_id, at, kind, data)
  ${ACCEPTED_LINES}
  UNION ALL
  SELECT id, tenant_id, now(), '${HELD.story}', jsonb_build_object('code', state_code) FROM inserted
  WHERE state = '${HELD.state}' AND state_code = '${HELD.code}'
  UNION ALL
  SELECT i.id, i.tenant_id, now(), CASE WHEN g.is_unwanted THEN '${UNWANTED.story}' ELSE 'rule_applied' END, g.rule_data::jsonb
  FROM inserted i JOIN given g ON g.id = i.id WHERE g.rule_action IS NOT NULL
  UNION ALL
  SELECT i.id, i.tenant_id, now(), 'quiet_hours', jsonb_build_object('until', g.quiet_until)
  FROM inserted i JOIN given g ON g.id = i.id WHERE g.quiet_until IS NOT NULL AND NOT g.is_unwanted
  UNION ALL
  SELECT i.id, i.tenant_id, now(), '${UNCONFIRMED.story}', jsonb_build_object('count', cardinality(g.waiting_places))
  FROM inserted i JOIN placed g ON g.id = i.id WHERE cardinality(g.waiting_places) > 0
  ${arrival.story === null ? '' : `UNION ALL SELECT id, tenant_id, now(), '${arrival.story}', NULL FROM inserted WHERE state = '${arrival.state}'`}
), ${TOLD}
SELECT i.id, i.tenant_id AS "tenantId", CASE WHEN i.state <> '${UNWANTED.state}' THEN i.account_key END AS "accountKey",
  (extract(epoch FROM now() - i.accepted_at) * 1000)::float8 AS "lagMs", CASE WHEN i.digest_at IS NULL AND g.is_storm AND v.digest_minutes IS NOT NULL THEN i.device_id END AS opens,
  CASE WHEN g.copy_of IS NULL AND NOT g.is_unwanted AND g.door <> '${OWN_DOOR}' AND v.content_mode = 'beside' THEN v.content_channel_id END AS "copyTo"
FROM inserted i JOIN given g ON g.id = i.id
LEFT JOIN devices v ON v.id = i.device_id AND (v.digest_minutes IS NOT NULL OR v.content_channel_id IS NOT NULL)`;

// Named, so that each connection plans it once: that takes four times as long as inserting a small batch.
const INSERT = { name: 'insert-messages', text: insertAs(ARRIVALS.arrived) };
const INSERT_RECOVERED = { name: 'insert-recovered', text: insertAs(ARRIVALS.recovered) };

function columnsOf(messages: NewMessage[], waiting: Map<string, number[]>): string[] {
  const column = (pick: (message: NewMessage) => Value): string => arrayOf(messages, pick);
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
    column((m) => (waiting.get(m.messageId) ?? []).join(',')),
    column((m) => m.rule?.rule.action ?? null),
    column((m) => (m.rule?.rule.action === 'digest' ? m.rule.rule.digestMinutes : null)),
    column((m) => (m.rule ? JSON.stringify(ruleData(m.rule)) : null)),
    column((m) => m.notBefore ?? null),
    column((m) => m.copyOf ?? null),
  ];
}

type Value = string | number | boolean | null | undefined;

/** An array as Postgres reads it. The library's own takes each value apart three times, which left 6 KB of garbage a mail. */
function arrayOf(messages: NewMessage[], pick: (message: NewMessage) => Value): string {
  let text = '';
  for (const message of messages) {
    const value = pick(message);
    if (text !== '') text += ',';
    if (value === null || value === undefined) text += 'NULL';
    else if (typeof value !== 'string') text += value;
    else text += `"${/["\\]/.test(value) ? value.replace(/["\\]/g, '\\$&') : value}"`;
  }
  return `{${text}}`;
}

/** What the story says of a rule: its own words too, since the owner may have changed it by the time he reads. */
const ruleData = ({ rule, ...where }: AppliedRule) => ({ ...where, ...rule });

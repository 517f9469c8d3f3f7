import { ARRIVALS, type DayUse, LONG_REST_MS, moveOf, type RerouteReason, statesBefore } from '@hikyaku/core';
import type { Database } from '../database.ts';
import { WAKE_READERS } from '../outbox/read-outbox.ts';
import { dayUse, sentInDay } from '../system/worker/account-day.ts';
import { heldDigestAt, heldPriority } from '../system/worker/held-long.ts';
import { ACCOUNTS_DUE, canSend, isHeld, isWaiting, quoted } from '../system/worker/message-conditions.ts';
import { moveMessages } from './move-messages.ts';

/** A mailbox, as core's `MailboxRoom` wants it; what its provider takes in a day is the caller's to know. */
interface RoomRow {
  id: string;
  accountKey: string;
  address: string;
  stateCode: string | null;
  canSend: boolean;
  restMs: number;
  day: DayUse;
}

/** Mail of one mailbox that has another to go by. */
export interface ReroutePair {
  tenantId: string;
  own: RoomRow;
  other: RoomRow & { waiting: number };
  isHeld: boolean;
  isUrgent: boolean;
}

/** Mail that waits to leave by the other mailbox is counted so far: nobody's room of a day is asked for more precisely. */
const MOST_WAITING = 2_000;
/** Pairs of mailboxes in a round; the next one goes on. */
const MOST_PAIRS = 500;
const MS = `interval '1 millisecond'`;

/** Lines of a story behind which somebody may have the mail. */
const DOUBTS = [moveOf('doubted').story, moveOf('lease_lost_committed').story, ARRIVALS.recovered.story];

/**
 * SQL: nothing of `m` can be with anybody, nor is it for a channel, whose recipients have their mail: no attempt was in doubt, no part was sent, no recipient was answered for. The mailbox `t` is the one that core's `rerouteTarget`
 * says, of the mail's own tenant.
 */
export const mayGo = (m: string): string => `${m}.key_sealed IS NOT NULL
  AND NOT EXISTS (SELECT FROM mailboxes c WHERE c.id = ${m}.mailbox_id AND c.provider = 'channel')
  AND NOT EXISTS (SELECT FROM attempts t WHERE t.message_id = ${m}.id AND (t.is_repeat OR t.outcome = '${moveOf('doubted').to}'))
  AND NOT EXISTS (SELECT FROM message_events e WHERE e.message_id = ${m}.id AND e.kind IN (${DOUBTS.map((kind) => `'${kind}'`).join(', ')}))
  AND NOT EXISTS (SELECT FROM parts p WHERE p.message_id = ${m}.id AND (p.sent_at IS NOT NULL OR p.results IS NOT NULL))`;
/** SQL: the mailbox that `d` has by now, where `m`'s was disconnected. */
const replacement = (m: string, d: string): string =>
  `CASE WHEN ${d}.mailbox_id <> ${m}.mailbox_id AND EXISTS (SELECT FROM mailboxes g WHERE g.id = ${m}.mailbox_id AND g.deleted_at IS NOT NULL) THEN ${d}.mailbox_id END`;
const target = (m: string, d: string): string =>
  `coalesce(${m}.rerouted_from, ${replacement(m, d)}, ${d}.fallback_mailbox_id)`;
/** SQL: that mailbox is another one than the mail's, and can send: asked before all that costs more. */
const hasWay = (m: string, d: string): string => `${target(m, d)} <> ${m}.mailbox_id AND EXISTS (
    SELECT FROM mailboxes w WHERE w.id = ${target(m, d)} AND w.tenant_id = ${m}.tenant_id AND ${canSend('w', '$1')})`;
/** SQL: `m` would leave now, were there room for it; what its provider's limit put off would too. */
const isDue = (m: string): string =>
  `${isWaiting(m)} AND (coalesce(${m}.digest_at, ${m}.due_at) <= now() OR ${m}.state_code = 'upstream.daily_limit')`;
const hasFallbacks = (b: string): string =>
  `(EXISTS (SELECT FROM devices f WHERE f.tenant_id = ${b}.tenant_id AND f.fallback_mailbox_id IS NOT NULL)
    OR ${b}.deleted_at IS NOT NULL AND EXISTS (SELECT FROM devices f WHERE f.tenant_id = ${b}.tenant_id AND f.mailbox_id <> ${b}.id))`;

/** SQL: mails of one mailbox, found before anything is joined to them: a plan made while tables were empty went by their tenant, through all that it ever sent. */
const firstly = (where: string): string => `SELECT m.* FROM messages m WHERE ${where} OFFSET 0`;

const roomOf = (
  b: string,
  a: string,
): string => `'id', ${b}.id, 'accountKey', ${b}.account_key, 'address', ${b}.address,
  'stateCode', ${b}.state_code, 'canSend', ${canSend(b, '$1')}, 'day', ${dayUse(a)},
  'restMs', coalesce(greatest(0, extract(epoch FROM ${a}.not_before - now()) * 1000), 0)::float8`;

/**
 * Mailboxes whose mail may have another way: those that hold some and cannot send, and those with mail due whose account rests long or sent at least `least` in its day. By
 * the skip scans of the sweep; where no device of a tenant has another mailbox nothing is read beyond them. `passedOver`: mailboxes whose
 * mail is not looked at.
 */
export async function findReroutes(
  database: Database,
  environment: 'live' | 'sandbox',
  least: number,
  passedOver: readonly string[],
): Promise<ReroutePair[]> {
  return database.prepared<ReroutePair>(
    'sweep-reroutes',
    `WITH RECURSIVE holding AS (
       (SELECT m.mailbox_id FROM messages m WHERE ${isHeld('m')} ORDER BY m.mailbox_id LIMIT 1)
       UNION ALL
       SELECT (SELECT m.mailbox_id FROM messages m WHERE ${isHeld('m')} AND m.mailbox_id > h.mailbox_id ORDER BY m.mailbox_id LIMIT 1)
       FROM holding h WHERE h.mailbox_id IS NOT NULL
     ), ${ACCOUNTS_DUE}, closed AS MATERIALIZED (
       SELECT b.id FROM holding h JOIN mailboxes b ON b.id = h.mailbox_id WHERE NOT (${canSend('b', '$1')}) AND b.id <> ALL ($3::uuid[]) AND ${hasFallbacks('b')}
     ), spent AS MATERIALIZED (
       SELECT b.id, b.account_key FROM accounts k JOIN upstream_accounts a ON a.account_key = k.account_key
         AND (a.not_before >= now() + ${LONG_REST_MS} * ${MS} OR ${sentInDay('a')} >= $2)
       JOIN mailboxes b ON b.account_key = a.account_key WHERE b.id <> ALL ($3::uuid[]) AND ${hasFallbacks('b')}
     ), waiting AS (
       SELECT DISTINCT m.tenant_id, m.mailbox_id, ${target('m', 'd')} AS target, true AS is_held, m.priority < 2 AS is_urgent
       FROM closed b CROSS JOIN LATERAL (${firstly(`m.mailbox_id = b.id AND ${isHeld('m')}`)}) m JOIN devices d ON d.id = m.device_id AND d.tenant_id = m.tenant_id
       WHERE ${hasWay('m', 'd')} AND ${mayGo('m')}
       UNION ALL
       SELECT DISTINCT m.tenant_id, m.mailbox_id, ${target('m', 'd')}, false, m.priority < 2
       FROM spent b CROSS JOIN LATERAL (${firstly(`m.account_key = b.account_key AND m.mailbox_id = b.id AND ${isDue('m')}`)}) m
       JOIN devices d ON d.id = m.device_id AND d.tenant_id = m.tenant_id
       WHERE ${hasWay('m', 'd')} AND ${mayGo('m')}
     )
     SELECT w.tenant_id AS "tenantId", w.is_held AS "isHeld", w.is_urgent AS "isUrgent", jsonb_build_object(${roomOf('o', 'oa')}) AS own,
       jsonb_build_object(${roomOf('t', 'ta')}, 'waiting', (SELECT count(*)::int FROM (
         SELECT FROM messages q WHERE q.account_key = t.account_key AND q.due_at IS NOT NULL LIMIT ${MOST_WAITING}) AS q)) AS other
     FROM waiting w JOIN mailboxes o ON o.id = w.mailbox_id
     JOIN mailboxes t ON t.id = w.target AND t.tenant_id = w.tenant_id AND ${canSend('t', '$1')}
     LEFT JOIN upstream_accounts oa ON oa.account_key = o.account_key LEFT JOIN upstream_accounts ta ON ta.account_key = t.account_key
     ORDER BY w.is_urgent DESC, w.mailbox_id, t.id LIMIT ${MOST_PAIRS}`,
    [environment, least, passedOver],
  );
}

const lock = (where: string): string => `
  SELECT m.id FROM messages m JOIN devices d ON d.id = m.device_id AND d.tenant_id = m.tenant_id
  WHERE m.mailbox_id = $1 AND m.tenant_id = $2 AND (m.priority < 2) = $3 AND ${target('m', 'd')} = $4 AND ${where} AND ${mayGo('m')}
  ORDER BY m.priority, m.seq LIMIT $5 FOR UPDATE OF m SKIP LOCKED`;

const wasHeld = (m: string): string => `${m}.state::text IN (${quoted(statesBefore('released'))})`;

/** SQL: message `m` leaves by mailbox `t` from now on, and knows where it came from. */
export const LEAVES_BY_OTHER =
  'rerouted_from = coalesce(m.rerouted_from, m.mailbox_id), mailbox_id = t.id, account_key = t.account_key';

const MOVE = `WITH ${moveMessages({
  event: 'rerouted',
  from: 'mailboxes t',
  where: `m.id = ANY ($1::uuid[]) AND m.mailbox_id = $2 AND t.id = $3 AND t.tenant_id = m.tenant_id AND ${canSend('t', '$4')} AND ${mayGo('m')}`,
  // What was held for long leaves as it does when its own mailbox comes back.
  set: `${LEAVES_BY_OTHER}, priority = CASE WHEN ${wasHeld('m')} THEN ${heldPriority('m')} ELSE m.priority END`,
  digestAt: `CASE WHEN ${wasHeld('m')} THEN ${heldDigestAt('m')} ELSE m.digest_at END`,
  storyData: `jsonb_build_object('was', moved.was) || $5::jsonb`,
})}
  SELECT count(*)::int AS count FROM moved`;

/**
 * Moves at most `limit` mails of a pair to its other mailbox, tests and first mails after quiet first; the story says by which, and why. How many. What somebody claims at the
 * same time is passed over.
 */
export async function rerouteMessages(
  database: Database,
  environment: 'live' | 'sandbox',
  pair: ReroutePair,
  reason: RerouteReason,
  limit: number,
): Promise<number> {
  const { own, other } = pair;
  return database.transaction(async (client) => {
    // In a statement of its own: whether anybody may have a mail is looked at once more when nobody can change it.
    const { rows: locked } = await client.query<{ id: string }>(
      lock(pair.isHeld ? isHeld('m') : `m.account_key = $6 AND ${isDue('m')}`),
      [own.id, pair.tenantId, pair.isUrgent, other.id, limit, ...(pair.isHeld ? [] : [own.accountKey])],
    );
    if (locked.length === 0) return 0;
    const said = { reason, code: reason === 'closed' ? own.stateCode : null, from: own.address, to: other.address };
    const { rows } = await client.query<{ count: number }>(MOVE, [
      locked.map(({ id }) => id),
      own.id,
      other.id,
      environment,
      JSON.stringify(said),
    ]);
    await client.query(WAKE_READERS);
    return rows[0]!.count;
  });
}

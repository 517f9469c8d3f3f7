import { moveOf, OWN_DOOR } from '@hikyaku/core';
import type pg from 'pg';
import type { Database } from '../database.ts';
import { WAKE_READERS } from '../outbox/read-outbox.ts';
import { canSend, DIGESTED, hasPartsOfItsOwn, isHeld } from '../system/worker/message-conditions.ts';
import { type InsertedMessage, insertOwnMessages } from './insert-messages.ts';
import { moveMessages } from './move-messages.ts';
import type { NewMessage } from './new-message.ts';

/** What a mailbox holds. */
export interface HeldBacklog {
  mailboxId: string;
  /** False: it came back, or is a channel. */
  isClosed: boolean;
  mails: number;
  bytes: number;
  /** The tenant's own numbers (core's `limitsOf`). */
  limits: unknown;
}

/** Held mails of one device to the same recipients, of a mailbox that holds too much. */
export interface DueFold {
  tenantId: string;
  deviceId: string;
  name: string;
  timeZone: string | null;
  hideSubjects: boolean;
  mailboxId: string;
  mailboxAddress: string;
  recipients: string[];
  /** At most `FOLD_MAX`, the oldest first. */
  mails: string[];
  /** The digest that holds what was folded of them before; it grows. */
  digest: FoldedDigest | null;
}

/** A digest that waits for its mailbox, as whoever makes it grow found it. */
export interface FoldedDigest {
  id: string;
  fence: number;
  mailFrom: string;
  messageIdHeader: string;
  keySealed: Buffer;
  spoolObject: string;
  spoolOffset: number;
  spoolLength: number;
}

/** What a digest says of all mails in it. */
export interface FoldFacts {
  count: number;
  firstAt: Date;
  lastAt: Date;
  /** The oldest, as many as a digest names. */
  mails: { at: Date; subject: string | null }[];
}

/** A digest's content as it lies in the spool. */
export interface FoldContent {
  keySealed: string;
  spool: { object: string; offset: number; length: number };
  sizeBytes: number;
  subject: string | null;
}

/** Mails folded in one commit; the next round takes more. */
const FOLD_MAX = 500;
/** Digests made or grown of one mailbox in a round: each reads three mails. */
const FOLDS = 20;

/** Up to `limit` mailboxes after `after`, in the order of their ids, that hold mail, counted up to `most` mails. By the skip scan of `messages_stopped`. */
export async function findHeldBacklogs(
  database: Database,
  environment: 'live' | 'sandbox',
  { after, most, limit }: { after: string; most: number; limit: number },
): Promise<HeldBacklog[]> {
  return database.prepared<HeldBacklog>(
    'sweep-held-backlogs',
    `WITH RECURSIVE holding AS (
       (SELECT m.mailbox_id FROM messages m WHERE ${isHeld('m')} AND m.mailbox_id > $2 ORDER BY m.mailbox_id LIMIT 1)
       UNION ALL
       SELECT (SELECT m.mailbox_id FROM messages m WHERE ${isHeld('m')} AND m.mailbox_id > h.mailbox_id ORDER BY m.mailbox_id LIMIT 1)
       FROM holding h WHERE h.mailbox_id IS NOT NULL
     ), few AS (SELECT mailbox_id FROM holding WHERE mailbox_id IS NOT NULL LIMIT $4)
     SELECT b.id AS "mailboxId", (NOT (${canSend('b', '$1')}) AND b.provider <> 'channel' AND n.deleted_at IS NULL) AS "isClosed", w.mails, w.bytes, n.limits
     FROM few h JOIN mailboxes b ON b.id = h.mailbox_id JOIN tenants n ON n.id = b.tenant_id
     CROSS JOIN LATERAL (
       SELECT count(*)::int AS mails, coalesce(sum(w.size_bytes), 0)::float8 AS bytes FROM (
         SELECT m.size_bytes FROM messages m WHERE m.mailbox_id = b.id AND ${isHeld('m')} LIMIT $3
       ) w
     ) w
     ORDER BY b.id`,
    [environment, after, most, limit],
  );
}

/** SQL: `m` is whole, and with nobody yet. */
const isWithNobody = (m: string): string => `${m}.key_sealed IS NOT NULL
  AND NOT ${hasPartsOfItsOwn(m)}
  AND NOT EXISTS (SELECT FROM attempts t WHERE t.message_id = ${m}.id AND (t.is_repeat OR t.outcome = '${moveOf('doubted').to}'))`;

/** SQL: `m` is a mail of a storm as a digest's are, with nobody yet. */
const mayFold = (m: string): string =>
  `${isHeld(m)} AND NOT ${m}.is_test AND ${m}.door <> '${OWN_DOOR}' AND ${m}.copy_of IS NULL AND ${isWithNobody(m)}`;

/** What of this mailbox can be folded: only of devices whose owner wants digests, what weighs most first. */
export async function findFolds(database: Database, mailboxId: string): Promise<DueFold[]> {
  return database
    .query<DueFold>(
      `SELECT b.tenant_id AS "tenantId", d.id AS "deviceId", d.name, d.time_zone AS "timeZone", n.hide_subjects AS "hideSubjects",
       b.id AS "mailboxId", b.address AS "mailboxAddress", g.recipients, g.mails, e.digest
     FROM (
       SELECT m.device_id, m.recipients, (array_agg(m.id ORDER BY m.seq))[1:${FOLD_MAX}] AS mails, sum(m.size_bytes) AS bytes
       FROM messages m WHERE m.mailbox_id = $1 AND ${mayFold('m')} GROUP BY m.device_id, m.recipients
     ) g
     JOIN mailboxes b ON b.id = $1 JOIN tenants n ON n.id = b.tenant_id
     JOIN devices d ON d.id = g.device_id AND d.tenant_id = b.tenant_id AND d.deleted_at IS NULL AND d.digest_minutes IS NOT NULL
     LEFT JOIN LATERAL (
       SELECT jsonb_build_object('id', m.id, 'fence', m.fence, 'mailFrom', m.mail_from, 'messageIdHeader', m.message_id_header, 'keySealed', encode(m.key_sealed, 'base64'),
         'spoolObject', m.spool_object, 'spoolOffset', m.spool_offset, 'spoolLength', m.spool_length) AS digest
       FROM messages m WHERE m.mailbox_id = $1 AND ${isHeld('m')} AND m.door = '${OWN_DOOR}' AND m.device_id = g.device_id AND m.recipients = g.recipients
         AND ${isWithNobody('m')} AND EXISTS (
           SELECT FROM messages f WHERE f.digest_id = m.id AND f.state_number = ${DIGESTED} AND f.content_destroyed_at IS NOT NULL)
       ORDER BY m.seq DESC LIMIT 1
     ) e ON true
     WHERE cardinality(g.mails) > 1 OR e.digest IS NOT NULL
     ORDER BY g.bytes DESC LIMIT ${FOLDS}`,
      [mailboxId],
    )
    .then((rows) => rows.map((row) => ({ ...row, digest: row.digest && withKey(row.digest) })));
}

const withKey = (digest: FoldedDigest): FoldedDigest => ({
  ...digest,
  keySealed: Buffer.from(digest.keySealed as unknown as string, 'base64'),
});

/** All that is in digest `digestId` (null: none yet), and what is to come into it. */
export async function readFoldFacts(
  database: Database,
  digestId: string | null,
  mails: string[],
  named: number,
): Promise<FoldFacts> {
  const [row] = await database.query<Omit<FoldFacts, 'mails'> & { mails: { at: string; subject: string | null }[] }>(
    `WITH of_digest AS MATERIALIZED (
       SELECT m.seq, m.accepted_at, m.subject FROM messages m WHERE m.digest_id = $1
       UNION ALL
       SELECT m.seq, m.accepted_at, m.subject FROM messages m WHERE m.id = ANY ($2::uuid[])
     )
     SELECT count(*)::int AS count, min(accepted_at) AS "firstAt", max(accepted_at) AS "lastAt",
       (SELECT coalesce(jsonb_agg(jsonb_build_object('at', o.accepted_at, 'subject', o.subject) ORDER BY o.seq), '[]')
        FROM (SELECT * FROM of_digest ORDER BY seq LIMIT $3) o) AS mails
     FROM of_digest`,
    [digestId, mails, named],
  );
  return { ...row!, mails: row!.mails.map(({ at, subject }) => ({ at: new Date(at), subject })) };
}

/** SQL: mails `$1` go into digest `$2`, which has what is kept of them: their own content goes in the same commit. */
const FOLD = `WITH ${moveMessages({
  event: 'folded',
  where: `m.id = ANY ($1::uuid[]) AND ${mayFold('m')}`,
  set: 'digest_id = $2::uuid, key_sealed = NULL, content_destroyed_at = now()',
  storyData: `jsonb_build_object('digestId', $2::uuid)`,
})}
  SELECT count(*)::int AS count FROM moved`;

/** The digest waits where its mails did, for the reason that they had. */
const HOLD = `WITH ${moveMessages({
  event: 'held',
  where: `m.id = $1::uuid`,
  stateCode: `coalesce((SELECT f.state_code FROM messages f WHERE f.id = $2::uuid), 'upstream.auth_lost')`,
  storyData: `jsonb_build_object('code', moved.state_code)`,
})}
  SELECT count(*)::int AS count FROM moved`;

const GROW = `UPDATE messages m SET key_sealed = decode($3, 'base64'), spool_object = $4, spool_offset = $5, spool_length = $6, size_bytes = $7, subject = $8, fence = m.fence + 1
  WHERE m.id = $1 AND m.fence = $2 AND ${isHeld('m')} AND ${isWithNobody('m')}`;

/** It leaves behind new mail, however soon its mailbox comes back. */
const RANK_LAST = 'UPDATE messages SET priority = 3 WHERE id = $1';

/** Ends a transaction in which somebody else was faster: another worker, the owner, or the mailbox that came back. */
class Overtaken extends Error {}

/** Inserts a digest that waits for its mailbox, and puts its mails into it: both or neither. Empty: nothing was done. */
export async function insertFold(database: Database, message: NewMessage, fold: DueFold): Promise<InsertedMessage[]> {
  return unlessOvertaken(database, [], async (client) => {
    const inserted = await insertOwnMessages(client, [message]);
    if (inserted.length === 0) throw new Overtaken();
    await client.query(HOLD, [message.messageId, fold.mails[0]]);
    await client.query(RANK_LAST, [message.messageId]);
    await moveAll(client, fold.mails, message.messageId);
    return inserted;
  });
}

/** Puts further mails into a digest that waits, with its content made anew. False: nothing was done. */
export async function growFold(
  database: Database,
  digest: FoldedDigest,
  { keySealed, spool, sizeBytes, subject }: FoldContent,
  mails: string[],
): Promise<boolean> {
  const { object, offset, length } = spool;
  return unlessOvertaken(database, false, async (client) => {
    const values = [digest.id, digest.fence, keySealed, object, offset, length, sizeBytes, subject];
    const { rowCount } = await client.query(GROW, values);
    if (rowCount !== 1) throw new Overtaken();
    await moveAll(client, mails, digest.id);
    return true;
  });
}

async function moveAll(client: pg.PoolClient, mails: string[], digestId: string): Promise<void> {
  const { rows } = await client.query<{ count: number }>(FOLD, [mails, digestId]);
  if (rows[0]?.count !== mails.length) throw new Overtaken();
  await client.query(WAKE_READERS);
}

async function unlessOvertaken<T>(
  database: Database,
  otherwise: T,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  try {
    return await database.transaction(work);
  } catch (error) {
    if (error instanceof Overtaken) return otherwise;
    throw error;
  }
}

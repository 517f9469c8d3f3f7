import { type DayUse, moveOf, WAITING_STATES } from '@hikyaku/core';
import type pg from 'pg';
import type { Database } from '../database.ts';
import { WAKE_READERS } from '../outbox/read-outbox.ts';
import { dayUse } from '../system/worker/account-day.ts';
import { canSend, DIGESTED, isSending, isWaiting, quoted } from '../system/worker/message-conditions.ts';
import { DIGEST_NET, openDigestWindows } from './digest-windows.ts';
import { type InsertedMessage, insertOwnMessages } from './insert-messages.ts';
import { type DigestEnd, moveMessages } from './move-messages.ts';
import type { NewMessage } from './new-message.ts';

/** Mails of one device, or of the devices of a site with one digest for all, to the same recipients, whose time to be put into a digest has come. */
export interface DueDigest {
  tenantId: string;
  /** Of the device, or of the site where there are several. Null: the device is gone. */
  name: string | null;
  deviceIds: string[];
  mailboxId: string;
  mailboxAddress: string;
  accountKey: string;
  recipients: string[];
  timeZone: string | null;
  hideSubjects: boolean;
  /** Its mailbox can send. */
  canSend: boolean;
  /** The digest before is still on its way: more is gathered meanwhile, so that a device has one waiting at most. */
  isBehind: boolean;
  /** Made before its time, since so much is gathered: it leaves then, milliseconds since the epoch. Null: its time has come. */
  notBefore: number | null;
  /** At most `DIGEST_MAX`, the oldest first. */
  mails: string[];
  day: DayUse;
  /** Since the account's newest digest; null without one. */
  digestedAgoMs: number | null;
}

/** A mail in a digest. */
export interface DigestMail {
  id: string;
  /** For which its content was sealed. */
  contentId: string;
  deviceName: string | null;
  acceptedAt: Date;
  subject: string | null;
  mailFrom: string;
  recipients: string[];
  keySealed: Buffer | null;
  spoolObject: string | null;
  spoolOffset: number | null;
  spoolLength: number | null;
}

/** Mails of one digest: what is behind them is in the next one. One statement of some tens of milliseconds. */
const DIGEST_MAX = 500;
/** So much that waits for a later time is put into a digest at once, which waits in its place: what is gathered fills its mailbox's share of waiting mail. */
const EARLY_FROM = 200;

const isGathered = (m: string): string => `${m}.digest_at IS NOT NULL AND ${isWaiting(m)}`;
/** A digest in doubt is with somebody already, as far as we know. */
export const UNDER_WAY = quoted(WAITING_STATES.filter((state) => state !== 'in_doubt'));
/** As index `messages_in_digest` says it: by the state, since what was folded has no content of its own. */
export const isFollowing = (m: string): string => `${m}.digest_id IS NOT NULL AND ${m}.state_number = ${DIGESTED}`;

/** SQL: asked each second, and nearly always answered by one look at an index that holds nothing. In its order, or the planner may look for the first of many in the table. */
const IS_ANY_GATHERED = 'SELECT true FROM messages m WHERE m.digest_at IS NOT NULL ORDER BY m.device_id LIMIT 1';
const IS_ANY_FOLLOWING = `SELECT true FROM messages m WHERE ${isFollowing('m')} ORDER BY m.device_id LIMIT 1`;

const isAny = async (database: Database, name: string, text: string): Promise<boolean> =>
  (await database.prepared(name, text)).length > 0;

/** Up to `limit` digests whose time has come: each account's oldest first, then each one's second, so that one account's storm hides nobody else's. */
export async function findDueDigests(
  database: Database,
  environment: 'live' | 'sandbox',
  limit: number,
): Promise<DueDigest[]> {
  if (!(await isAny(database, 'digests-gathered', IS_ANY_GATHERED))) return [];
  return database.prepared<DueDigest>(
    'due-digests',
    `SELECT b.tenant_id AS "tenantId", g.devices AS "deviceIds", CASE WHEN cardinality(g.devices) = 1 THEN d.name ELSE s.name END AS name, b.id AS "mailboxId", b.address AS "mailboxAddress",
       b.account_key AS "accountKey", g.recipients, g.not_before AS "notBefore", d.time_zone AS "timeZone", n.hide_subjects AS "hideSubjects", g.mails,
       (${canSend('b', '$1')} AND b.account_key = g.account_key) AS "canSend", ${dayUse('a')} AS day,
       (extract(epoch FROM now() - a.digested_at) * 1000)::float8 AS "digestedAgoMs",
       EXISTS (SELECT FROM messages f JOIN messages o ON o.id = f.digest_id WHERE f.device_id = ANY (g.devices) AND f.mailbox_id = g.mailbox_id AND ${isFollowing('f')}
         AND (o.state::text IN (${UNDER_WAY}) OR ${isSending('o')})) AS "isBehind"
     FROM (
       SELECT o.*, row_number() OVER (PARTITION BY o.account_key ORDER BY o.seq) AS turn FROM (
       SELECT array_agg(DISTINCT m.device_id) AS devices, s.id AS site_id, m.mailbox_id, m.account_key, m.recipients, min(m.seq) AS seq, (array_agg(m.id ORDER BY m.seq))[1:${DIGEST_MAX}] AS mails,
         CASE WHEN (m.digest_at > now()) THEN (extract(epoch FROM min(m.digest_at)) * 1000)::float8 END AS not_before
       FROM messages m LEFT JOIN devices v ON v.id = m.device_id AND v.tenant_id = m.tenant_id AND v.deleted_at IS NULL
       LEFT JOIN device_groups s ON s.id = v.group_id AND s.tenant_id = v.tenant_id AND s.digest_together
       WHERE ${isGathered('m')}
       GROUP BY coalesce(s.id, m.device_id), s.id, m.mailbox_id, m.account_key, m.recipients, (m.digest_at > now())
       HAVING NOT (m.digest_at > now()) OR count(*) >= ${EARLY_FROM}
       ) o ORDER BY turn, seq LIMIT $2
     ) g
     JOIN mailboxes b ON b.id = g.mailbox_id JOIN tenants n ON n.id = b.tenant_id
     LEFT JOIN devices d ON d.id = g.devices[1] AND d.deleted_at IS NULL LEFT JOIN device_groups s ON s.id = g.site_id
     LEFT JOIN upstream_accounts a ON a.account_key = b.account_key
     ORDER BY g.turn, g.seq`,
    [environment, limit],
  );
}

/** These mails, the oldest first. */
export async function readDigestMails(database: Database, ids: string[]): Promise<DigestMail[]> {
  return database.query<DigestMail>(
    `SELECT m.id, coalesce(m.copy_of, m.id) AS "contentId", d.name AS "deviceName", m.accepted_at AS "acceptedAt", m.subject, m.mail_from AS "mailFrom", m.recipients, m.key_sealed AS "keySealed",
       m.spool_object AS "spoolObject", m.spool_offset::float8 AS "spoolOffset", m.spool_length::float8 AS "spoolLength"
     FROM messages m LEFT JOIN devices d ON d.id = m.device_id WHERE m.id = ANY ($1::uuid[]) ORDER BY m.seq`,
    [ids],
  );
}

const LET_GO = `UPDATE messages m SET due_at = now(), digest_at = NULL WHERE m.id = ANY ($1::uuid[]) AND ${isGathered('m')}`;

/** Gathered mails leave by themselves, now: nobody makes a digest of one, nor of what cannot be sent. */
export async function letGathered(database: Database, ids: string[]): Promise<void> {
  await database.query(LET_GO, [ids]);
}

/** What could not be put into a digest yet goes on being gathered, but for the devices whose digest failed: theirs leaves by itself in the end. Written seldom: in the last half hour of the net. */
export async function keepGathered(database: Database, failedDeviceIds: string[]): Promise<void> {
  await database.prepared(
    'keep-gathered',
    `UPDATE messages m SET due_at = now() + ${DIGEST_NET}
     WHERE m.digest_at <= now() AND ${isGathered('m')} AND m.due_at < now() + ${DIGEST_NET} / 2 AND m.device_id <> ALL ($1::uuid[])`,
    [failedDeviceIds],
  );
}

/**
 * Takes the account's next place for a digest. False when the one before is not `gapMs` old. A time in the future is a clock that was set back.
 */
async function takeGap(client: pg.PoolClient, accountKey: string, gapMs: number): Promise<boolean> {
  const { rowCount } = await client.query(
    `INSERT INTO upstream_accounts AS a (account_key, digested_at) VALUES ($1, now())
     ON CONFLICT (account_key) DO UPDATE SET digested_at = now()
       WHERE a.digested_at IS NULL OR a.digested_at > now() OR a.digested_at <= now() - $2::float8 * interval '1 millisecond'`,
    [accountKey, gapMs],
  );
  return rowCount === 1;
}

/** The only one of its window leaves as it came, and the next ones are gathered again. False: it is not its time yet. */
export async function letOnly(database: Database, due: DueDigest, gapMs: number): Promise<boolean> {
  return database.transaction(async (client) => {
    if (!(await takeGap(client, due.accountKey, gapMs))) return false;
    await client.query(LET_GO, [due.mails]);
    await openDigestWindows(client, due.deviceIds);
    return true;
  });
}

const PUT_IN = `WITH ${moveMessages({
  event: 'digested',
  where: `m.id = ANY ($1::uuid[]) AND ${isGathered('m')}`,
  set: 'digest_id = $2::uuid',
  storyData: `jsonb_build_object('digestId', $2::uuid)`,
})}
  SELECT count(*)::int AS count FROM moved`;

/** SQL: digest `$1` is as urgent as the most urgent of its mails, and never news: what is kept of a day for news is not a storm's, and what a mailbox held for long stays behind new mail. */
const RANK = `UPDATE messages m SET priority = greatest(2, (SELECT min(f.priority) FROM messages f WHERE f.digest_id = m.id)) WHERE m.id = $1`;

/** Ends a transaction in which somebody else was faster. */
class Overtaken extends Error {}

/**
 * Inserts a digest and puts its mails into it, both or neither: what was taken out of a gathering meanwhile (by another worker, its owner, a claim) leaves none of it. The answer is empty then, and when the
 * account's digest before is not `gapMs` old.
 */
export async function insertDigest(
  database: Database,
  message: NewMessage,
  due: DueDigest,
  gapMs: number,
): Promise<InsertedMessage[]> {
  try {
    return await database.transaction(async (client) => {
      if (!(await takeGap(client, due.accountKey, gapMs))) return [];
      const { rows } = await client.query<{ count: number }>(PUT_IN, [due.mails, message.messageId]);
      if (rows[0]?.count !== due.mails.length) throw new Overtaken();
      const inserted = await insertOwnMessages(client, [message]);
      if (inserted.length === 0) throw new Overtaken();
      await client.query(RANK, [message.messageId]);
      await openDigestWindows(client, due.deviceIds);
      return inserted;
    });
  } catch (error) {
    if (error instanceof Overtaken) return [];
    throw error;
  }
}

/** What a digest's end is for the mails in it. */
const ENDS: Record<DigestEnd, readonly string[]> = {
  digest_sent: [moveOf('accepted').to, moveOf('suppressed').to],
  digest_failed: [moveOf('rejected').to, moveOf('quarantined').to],
  digest_expired: [moveOf('expired').to],
  digest_cancelled: [moveOf('cancelled').to],
};

const follow = (event: DigestEnd): string => `WITH ${moveMessages({
  event,
  where: `${isFollowing('m')} AND EXISTS (SELECT FROM messages g WHERE g.id = m.digest_id AND g.state::text = ANY ($1::text[]))`,
  ...(event === 'digest_sent'
    ? { set: 'sent_at = now(), key_sealed = NULL, content_destroyed_at = coalesce(m.content_destroyed_at, now())' }
    : { contentForMs: '$2::float8' }),
  storyData: `jsonb_build_object('digestId', (SELECT m.digest_id FROM messages m WHERE m.id = moved.id))`,
})}
  SELECT count(*)::int AS count FROM moved`;

/** Mails of digests that came to an end end with them; with one that was sent their content goes in the same commit. How many. */
export async function followDigests(database: Database, contentForMs: number): Promise<number> {
  if (!(await isAny(database, 'digests-following', IS_ANY_FOLLOWING))) return 0;
  return database.transaction(async (client) => {
    let followed = 0;
    for (const [event, states] of Object.entries(ENDS) as [DigestEnd, readonly string[]][]) {
      const values = event === 'digest_sent' ? [states] : [states, contentForMs];
      const { rows } = await client.query<{ count: number }>(follow(event), values);
      followed += rows[0]?.count ?? 0;
    }
    if (followed > 0) await client.query(WAKE_READERS);
    return followed;
  });
}

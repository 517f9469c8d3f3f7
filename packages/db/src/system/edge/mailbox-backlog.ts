import type { Database } from '../../database.ts';
import { isUnconfirmed } from '../worker/message-conditions.ts';

/** Mail that waits for one mailbox, with content. */
export interface Backlog {
  mailboxId: string;
  tenantId: string;
  mails: number;
  bytes: number;
  /** Mail of which all that is left waits for the owner's word about its recipients. */
  unconfirmedMails: number;
  unconfirmedBytes: number;
  /** Of all of the tenant's devices, in the last 24 hours. */
  mailsOfDay: number;
  /** The tenant's own numbers (core's limitsOf). */
  limits: unknown;
}

/**
 * SQL: mails and bytes that wait for mailbox `id` of account `account`, held or due some time, of up to `rows` mails: who has more than
 * that many is over it whatever the rest weighs. By the indexes `messages_stopped` and `messages_turn`. What waits for the owner's word alone has a
 * budget of its own (`unconfirmedOf`): it must not close the doors for mail to those that he knows.
 */
export const backlogOf = (id: string, account: string, rows: string): string => `
  SELECT count(*)::int AS mails, coalesce(sum(w.size_bytes), 0)::float8 AS bytes FROM (
    (SELECT m.size_bytes FROM messages m WHERE m.mailbox_id = ${id} AND m.due_at IS NULL AND m.lease_until IS NULL AND m.sent_at IS NULL
       AND m.content_destroyed_at IS NULL AND m.content_until IS NULL AND NOT ${isUnconfirmed('m')} LIMIT ${rows})
    UNION ALL
    (SELECT m.size_bytes FROM messages m WHERE m.account_key = ${account} AND m.mailbox_id = ${id} AND m.due_at IS NOT NULL LIMIT ${rows})
  ) AS w`;

/** SQL: the same of mail of which all that is left waits for the owner's word. */
const unconfirmedOf = (id: string, rows: string): string => `
  SELECT count(*)::int AS mails, coalesce(sum(w.size_bytes), 0)::float8 AS bytes FROM (
    SELECT m.size_bytes FROM messages m WHERE m.mailbox_id = ${id} AND m.due_at IS NULL AND m.lease_until IS NULL AND m.sent_at IS NULL
      AND m.content_destroyed_at IS NULL AND m.content_until IS NULL AND ${isUnconfirmed('m')} LIMIT ${rows}
  ) AS w`;

/** SQL: the tenant's mails of the last 24 hours, by full hours, as far as they have been counted (`countMoves`). At most 25 rows of a primary key. */
export const mailsOfDayOf = (tenant: string): string =>
  `(SELECT coalesce(sum(h.accepted), 0)::float8 FROM mail_hours h WHERE h.tenant_id = ${tenant} AND h.hour > now() - interval '24 hours')`;

const ROWS = `CASE WHEN jsonb_typeof(t.limits->'waitingMails') = 'number' THEN (t.limits->>'waitingMails')::float8 ELSE $2 END::bigint`;

/**
 * The backlogs of mailboxes, counted up to the tenant's own number of mails or else `rows`. A mailbox that is gone has one too: its mail is held.
 */
export async function readBacklogs(database: Database, mailboxIds: string[], rows: number): Promise<Backlog[]> {
  return database.query<Backlog>(
    `SELECT b.id AS "mailboxId", t.id AS "tenantId", w.mails, w.bytes, u.mails AS "unconfirmedMails", u.bytes AS "unconfirmedBytes",
       ${mailsOfDayOf('t.id')} AS "mailsOfDay", t.limits
     FROM mailboxes b JOIN tenants t ON t.id = b.tenant_id CROSS JOIN LATERAL (${backlogOf('b.id', 'b.account_key', ROWS)}) AS w
     CROSS JOIN LATERAL (${unconfirmedOf('b.id', ROWS)}) AS u
     WHERE b.id = ANY ($1::uuid[])`,
    [mailboxIds, rows],
  );
}

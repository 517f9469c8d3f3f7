import { ALERTS, type AlertCode, type AlertMove, clockOffsetMs, moveOf, statesBefore } from '@hikyaku/core';
import type { Database } from '../database.ts';
import { ACCOUNTS_DUE, quoted } from '../system/worker/message-conditions.ts';
import { unseenSince } from '../system/worker/unseen-time.ts';
import { applyMoves } from './follow-outbox.ts';
import { silentAfterHours } from './rhythms.ts';

/** Mail that has been due for that long makes its mailbox late. */
const BEHIND = `interval '10 minutes'`;
/** States of mail that was tried, and of mail that is tried once more. */
const PUT_OFF = [moveOf('deferred').to, moveOf('doubted').to, ...statesBefore('accepted')];
/** What is over, and what was told of it, stays that long for its readers. */
const KEEP = `interval '90 days'`;

/**
 * Begins alerts of devices that have been silent for longer than their owner said, or than is usual for them. One that never spoke is still being set up. `now`: by default
 * Postgres's. While this product was off nobody could hear them.
 */
export async function findSilentDevices(database: Database, limit: number, now: Date | null = null): Promise<void> {
  const rows = await database.query<{
    tenantId: string;
    subjectId: string;
    since: Date;
    hours: number;
    isUsual: boolean;
    timeZone: string | null;
    now: Date;
  }>(
    `SELECT d.tenant_id AS "tenantId", d.id AS "subjectId", d.last_message_at AS since, ${silentAfterHours('d')} AS hours, d.silence_after_hours IS NULL AS "isUsual",
       coalesce(d.time_zone, (SELECT n.time_zone FROM tenants n WHERE n.id = d.tenant_id)) AS "timeZone", coalesce($2::timestamptz, now()) AS now
     FROM devices d
     WHERE d.deleted_at IS NULL AND d.disabled_at IS NULL
       AND d.last_message_at < coalesce($2::timestamptz, now()) - ${silentAfterHours('d')} * interval '1 hour'
       AND d.last_message_at < coalesce($2::timestamptz, now()) - ${silentAfterHours('d')} * interval '1 hour' - ${unseenSince('d.last_message_at')}
       AND NOT EXISTS (SELECT FROM alerts a WHERE a.tenant_id = d.tenant_id AND a.code = 'device.silent' AND a.subject_id = d.id AND a.ended_at IS NULL)
     LIMIT $1`,
    [limit, now],
  );
  await applyMoves(
    database,
    rows.filter(isSilentByClocks).map(({ tenantId, subjectId, since, hours, isUsual }): AlertMove => {
      const facts = { since: since.toISOString(), hours, isUsual };
      return { tenantId, subjectId, code: 'device.silent', is: 'on', at: new Date(), facts };
    }),
  );
}

/** A mail of every morning comes an hour later on the day of 25 hours: a silence of days is over days of its zone's clocks too. */
function isSilentByClocks(row: { since: Date; hours: number; timeZone: string | null; now: Date }): boolean {
  const { since, hours, timeZone, now } = row;
  if (hours < 24 || timeZone === null) return true;
  const passedMs = now.getTime() - since.getTime() + clockOffsetMs(timeZone, now) - clockOffsetMs(timeZone, since);
  return passedMs > hours * 3_600_000;
}

/** SQL: `m` was tried more than once, and is to be tried again. A day's limit has an alert of its own. */
const IS_PUT_OFF = `m.attempt_count > 1 AND m.state::text IN (${quoted(PUT_OFF)}) AND m.state_code IS DISTINCT FROM 'upstream.daily_limit'`;

/**
 * Begins and ends alerts of mailboxes whose due mail waits too long, or whose provider puts a mail off again and again, which is never due for long; which, only an index is
 * asked. While such a mail is tried once more nothing is over.
 */
export async function findLateMailboxes(database: Database): Promise<void> {
  const rows = await database.query<{
    tenantId: string;
    subjectId: string;
    since: Date | null;
    isPutOff: boolean;
  }>(
    `WITH RECURSIVE ${ACCOUNTS_DUE}, late AS (
       SELECT k.account_key, w.since FROM accounts k CROSS JOIN LATERAL (
         SELECT min(m.due_at) AS since FROM messages m WHERE m.account_key = k.account_key AND m.due_at IS NOT NULL
       ) w WHERE w.since < now() - ${BEHIND}
     ), put_off AS (
       SELECT k.account_key, m.mailbox_id, min(t.started_at) AS since
       FROM accounts k JOIN messages m ON m.account_key = k.account_key AND m.due_at > now() AND ${IS_PUT_OFF} JOIN attempts t ON t.message_id = m.id
       GROUP BY 1, 2 HAVING min(t.started_at) < now() - ${BEHIND}
     ), behind AS (
       SELECT b.tenant_id, b.id, least(l.since, p.since) AS since, l.since IS NULL OR a.not_before > now() AS is_put_off
       FROM late l FULL JOIN put_off p USING (account_key)
       JOIN mailboxes b ON b.account_key = coalesce(l.account_key, p.account_key) AND b.deleted_at IS NULL AND b.state = 'active'
       LEFT JOIN upstream_accounts a ON a.account_key = b.account_key
       WHERE p.mailbox_id = b.id OR EXISTS (SELECT FROM messages m WHERE m.account_key = l.account_key AND m.mailbox_id = b.id AND m.due_at < now() - ${BEHIND})
     ), open AS (
       SELECT a.id, a.tenant_id, a.subject_id, EXISTS (
         SELECT FROM messages m JOIN mailboxes b ON b.id = m.mailbox_id AND b.state = 'active'
         WHERE m.mailbox_id = a.subject_id AND m.tenant_id = a.tenant_id AND (m.due_at IS NOT NULL OR m.lease_until IS NOT NULL) AND ${IS_PUT_OFF}
       ) AS goes_on
       FROM alerts a WHERE a.code = 'mailbox.behind' AND a.ended_at IS NULL
     )
     SELECT DISTINCT ON (1, 2) coalesce(a.tenant_id, b.tenant_id) AS "tenantId", coalesce(a.subject_id, b.id) AS "subjectId", b.since, coalesce(b.is_put_off, false) AS "isPutOff"
     FROM behind b FULL JOIN open a ON a.tenant_id = b.tenant_id AND a.subject_id = b.id
     WHERE a.id IS NULL OR b.id IS NULL AND NOT a.goes_on ORDER BY 1, 2, b.since`,
  );
  await applyMoves(
    database,
    rows.map(({ tenantId, subjectId, since, isPutOff }): AlertMove => {
      const facts = { since: since?.toISOString() ?? null, isPutOff };
      return { tenantId, subjectId, code: 'mailbox.behind', is: since ? 'on' : 'off', at: new Date(), facts };
    }),
  );
}

/** Ends without a word what does not last, and what is about something that its owner took away or switched off. */
export async function endAlerts(database: Database): Promise<void> {
  const passing = (Object.keys(ALERTS) as AlertCode[]).filter((code) => ALERTS[code].endsAfterMs !== null);
  await database.query(
    `UPDATE alerts a SET ended_at = now(), tell_at = NULL FROM unnest($1::text[], $2::float8[]) AS p (code, ms)
     WHERE a.ended_at IS NULL AND a.code = p.code AND a.last_at < now() - p.ms * interval '1 millisecond'`,
    [passing, passing.map((code) => ALERTS[code].endsAfterMs)],
  );
  await database.query(
    `UPDATE alerts a SET ended_at = now(), tell_at = NULL WHERE a.ended_at IS NULL AND (
       EXISTS (SELECT FROM devices d WHERE d.id = a.subject_id AND (d.deleted_at IS NOT NULL OR d.disabled_at IS NOT NULL))
       OR EXISTS (SELECT FROM mailboxes b WHERE b.id = a.subject_id AND b.deleted_at IS NOT NULL)
       -- Its owner says otherwise now.
       OR a.code = 'device.silent' AND EXISTS (SELECT FROM devices d WHERE d.id = a.subject_id
         AND (d.silence_after_hours IS NULL) <> coalesce((a.facts ->> 'isUsual')::boolean, false)))`,
  );
}

/** Forgets old alerts and old tellings, at most `limit` of each. How many. */
export async function pruneAlerts(database: Database, limit: number): Promise<number> {
  const alerts = await database.query(
    `DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE ended_at < now() - ${KEEP} LIMIT $1) RETURNING 1 AS gone`,
    [limit],
  );
  const told = await database.query(
    `DELETE FROM alert_deliveries WHERE id IN (SELECT id FROM alert_deliveries WHERE created_at < now() - ${KEEP} AND due_at IS NULL LIMIT $1) RETURNING 1 AS gone`,
    [limit],
  );
  return alerts.length + told.length;
}

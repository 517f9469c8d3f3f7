import { ALERTS, type AlertCode, REMIND_AFTER_MS } from '@hikyaku/core';
import type { Database } from '../database.ts';

/** Tellings of one channel in an hour; what is more waits for the next one and is told together. */
const MAX_AN_HOUR = 12;
/** Alerts that one message names. */
const MAX_IN_ONE = 50;
/** A worker that died while it told: another one tells again, as the same message. Longer than a call may take. */
const LEASE = `interval '60 seconds'`;

/** SQL: a browser's subscription that its push service knows no more: it never comes back, its person adds another one. */
const HAS_ENDED = `(c.kind = 'push' AND coalesce(c.failure = 'gone', false))`;

/** SQL: now, as the columns keep it: a moment that is written in milliseconds is up to half of one later than it was, and the next statement may be quicker. */
const NOW = `(now() + interval '1 millisecond')`;

/** Writes a telling by each channel of the tenant for alerts that are due, at most `limit`. How many alerts. */
export async function tellAlerts(database: Database, limit: number): Promise<number> {
  const lasting = (Object.keys(ALERTS) as AlertCode[]).filter((code) => ALERTS[code].endsAfterMs === null);
  const rows = await database.prepared(
    'tell-alerts',
    `WITH due AS (
       SELECT id, tenant_id, code, told, ended_at FROM alerts WHERE tell_at <= ${NOW} ORDER BY tell_at LIMIT $1 FOR UPDATE SKIP LOCKED
     ), written AS (
       INSERT INTO alert_deliveries (tenant_id, channel_id, alert_id, telling, due_at)
       SELECT d.tenant_id, c.id, d.id, CASE WHEN d.ended_at IS NOT NULL THEN 'ended' WHEN d.told = 0 THEN 'began' ELSE 'goes_on' END, now()
       FROM due d JOIN alert_channels c ON c.tenant_id = d.tenant_id AND c.deleted_at IS NULL AND NOT ${HAS_ENDED}
     )
     UPDATE alerts a SET told = a.told + 1,
       tell_at = CASE WHEN d.ended_at IS NULL AND d.code = ANY ($2) THEN now() + ($3::float8[])[d.told + 1] * interval '1 millisecond' END
     FROM due d WHERE a.id = d.id RETURNING 1 AS told`,
    [limit, lasting, REMIND_AFTER_MS.map((ms, index) => ms - (REMIND_AFTER_MS[index - 1] ?? 0))],
  );
  return rows.length;
}

/** Tenants with alerts that are due and never a channel, each with the oldest of its owners whose address is confirmed. */
export async function findUntold(
  database: Database,
  limit: number,
): Promise<{ tenantId: string; address: string; language: string | null }[]> {
  return database.prepared(
    'alerts-untold',
    `SELECT DISTINCT ON (t.tenant_id) t.tenant_id AS "tenantId", u.email AS address, u.locale AS language
     FROM (SELECT DISTINCT a.tenant_id FROM alerts a WHERE a.tell_at <= ${NOW} AND a.ended_at IS NULL
         AND NOT EXISTS (SELECT FROM alert_channels c WHERE c.tenant_id = a.tenant_id) LIMIT $1) t
     JOIN auth_members m ON m.organization_id = t.tenant_id::text AND m.role = 'owner'
     JOIN auth_users u ON u.id = m.user_id AND u.email_verified
     ORDER BY t.tenant_id, m.created_at`,
    [limit],
  );
}

/** A tenant's first channel, unless somebody made one meanwhile. */
export async function addFirstChannel(
  database: Database,
  channel: { id: string; tenantId: string; address: string; language: 'ja' | 'en'; configSealed: Buffer },
): Promise<void> {
  await database.query(
    `INSERT INTO alert_channels (id, tenant_id, kind, name, language, target, config_sealed)
     SELECT $1, $2, 'mail', $3, $4, $3, $5 WHERE NOT EXISTS (SELECT FROM alert_channels WHERE tenant_id = $2)`,
    [channel.id, channel.tenantId, channel.address, channel.language, channel.configSealed],
  );
}

const IS_OPEN = `c.deleted_at IS NULL AND (c.sent_in_hour < ${MAX_AN_HOUR} OR c.hour_ends_at <= now())`;

/** SQL: the channel `c` is silent now, by its owner's clock. `$2`: zones that Postgres knows; it refuses a whole statement for one that it does not, and such a channel's owner is told at night. */
const IS_QUIET = `(CASE WHEN lower(c.quiet_hours ->> 'timeZone') = ANY ($2::text[]) THEN (
  SELECT CASE WHEN q.from_at < q.to_at THEN q.at >= q.from_at AND q.at < q.to_at ELSE q.at >= q.from_at OR q.at < q.to_at END
  FROM (SELECT (now() AT TIME ZONE (c.quiet_hours ->> 'timeZone'))::time AS at, (c.quiet_hours ->> 'start')::time AS from_at, (c.quiet_hours ->> 'end')::time AS to_at) q) ELSE false END)`;
const zones = new WeakMap<Database, Promise<string[]>>();

/** Names of the zones that Postgres knows; asked for once, since it reads a file for each. */
function knownZones(database: Database): Promise<string[]> {
  let known = zones.get(database);
  if (!known) {
    const rows = database.query<{ name: string }>('SELECT lower(name) AS name FROM pg_timezone_names');
    known = rows.then((found) => found.map(({ name }) => name));
    known.catch(() => zones.delete(database));
    zones.set(database, known);
  }
  return known;
}

/** SQL: the telling `d` may leave by its channel `c` now: a test always, and a mailbox that cannot send where its owner wants to be woken for it. */
const MAY_LEAVE = `(NOT ${IS_QUIET} OR d.alert_id IS NULL
  OR (c.quiet_hours ->> 'exceptLost')::boolean AND EXISTS (SELECT FROM alerts a WHERE a.id = d.alert_id AND a.code = 'mailbox.lost'))`;

/** Channels that have something to tell now. */
export async function findDueChannels(database: Database, limit: number): Promise<string[]> {
  const rows = await database.prepared<{ id: string }>(
    'alert-channels-due',
    `SELECT c.id FROM (
       SELECT d.channel_id, min(d.due_at) AS since FROM alert_deliveries d JOIN alert_channels c ON c.id = d.channel_id
       WHERE d.due_at <= ${NOW} AND coalesce(d.lease_until <= ${NOW}, true) AND ${MAY_LEAVE} GROUP BY 1
     ) w JOIN alert_channels c ON c.id = w.channel_id JOIN tenants t ON t.id = c.tenant_id AND t.deleted_at IS NULL AND t.suspended_at IS NULL
     WHERE ${IS_OPEN} ORDER BY w.since LIMIT $1`,
    [limit, await knownZones(database)],
  );
  return rows.map(({ id }) => id);
}

/** One message to be told, with what it says. */
export interface ClaimedNote {
  noteId: string;
  channel: {
    id: string;
    tenantId: string;
    kind: string;
    language: string;
    /** The tenant's; null where none was chosen. */
    timeZone: string | null;
    configSealed: Buffer;
  };
  deliveries: ClaimedDelivery[];
}

export interface ClaimedDelivery {
  id: string;
  tries: number;
  telling: string;
  alertId: string | null;
  code: string | null;
  subjectId: string | null;
  /** Of the mailbox or device, as its owner calls it; null once it is gone. */
  subjectName: string | null;
  /** It is about a channel that pictures go to. */
  isChannel: boolean;
  facts: Record<string, unknown> | null;
  openedAt: Date | null;
  endedAt: Date | null;
  count: number | null;
}

/** Takes what one channel tells next: a message that was tried before, else all that is due together. Null when there is nothing. */
export async function claimNote(database: Database, channelId: string): Promise<ClaimedNote | null> {
  const rows = await database.query<ClaimedDelivery & { noteId: string } & ClaimedNote['channel'] & { own: string }>(
    `WITH channel AS MATERIALIZED (
       SELECT c.* FROM alert_channels c WHERE c.id = $1 AND ${IS_OPEN} FOR UPDATE
     ), due AS MATERIALIZED (
       SELECT d.id, d.note_id, d.due_at FROM alert_deliveries d JOIN channel c ON c.id = d.channel_id
       WHERE d.due_at <= ${NOW} AND coalesce(d.lease_until <= ${NOW}, true) AND ${MAY_LEAVE} ORDER BY d.note_id IS NULL, d.due_at, d.id LIMIT ${MAX_IN_ONE} FOR UPDATE OF d
     ), first AS MATERIALIZED (
       SELECT note_id, coalesce(note_id, uuidv7()) AS own FROM due ORDER BY note_id IS NULL, due_at, id LIMIT 1
     ), taken AS (
       UPDATE alert_deliveries d SET lease_until = now() + ${LEASE}, note_id = f.own, tries = d.tries + 1
       FROM due, first f WHERE d.id = due.id AND due.note_id IS NOT DISTINCT FROM f.note_id
       RETURNING d.id, d.tries, d.telling, d.alert_id, d.note_id
     )
     SELECT t.id, t.tries, t.telling, t.alert_id AS "alertId", t.note_id AS "noteId", a.code, a.subject_id AS "subjectId", coalesce(v.name, CASE b.provider WHEN 'channel' THEN b.display_name ELSE b.address END) AS "subjectName", coalesce(b.provider = 'channel', false) AS "isChannel",
       a.facts, a.opened_at AS "openedAt", a.ended_at AS "endedAt", a.count, c.id AS own, c.tenant_id AS "tenantId", c.kind, c.language,
       c.config_sealed AS "configSealed", (SELECT n.time_zone FROM tenants n WHERE n.id = c.tenant_id) AS "timeZone"
     FROM taken t CROSS JOIN channel c LEFT JOIN alerts a ON a.id = t.alert_id AND a.tenant_id = c.tenant_id
     LEFT JOIN devices v ON v.id = a.subject_id AND v.tenant_id = c.tenant_id LEFT JOIN mailboxes b ON b.id = a.subject_id AND b.tenant_id = c.tenant_id
     ORDER BY t.id`,
    [channelId, await knownZones(database)],
  );
  const [first] = rows;
  if (!first) return null;
  const { tenantId, kind, language, timeZone, configSealed } = first;
  return {
    noteId: first.noteId,
    channel: { id: first.own, tenantId, kind, language, timeZone, configSealed },
    deliveries: rows,
  };
}

/** It was taken. */
export async function recordTold(database: Database, note: ClaimedNote, status: number | null): Promise<void> {
  await database.query(
    `WITH told AS (
       UPDATE alert_deliveries SET sent_at = now(), due_at = NULL, lease_until = NULL, failure = NULL, status = $3 WHERE id = ANY ($1::uuid[])
     )
     UPDATE alert_channels SET last_sent_at = now(), failing_since = NULL, failure = NULL,
       sent_in_hour = CASE WHEN hour_ends_at <= now() THEN 1 ELSE sent_in_hour + 1 END,
       hour_ends_at = CASE WHEN hour_ends_at <= now() THEN now() + interval '1 hour' ELSE hour_ends_at END
     WHERE id = $2`,
    [note.deliveries.map(({ id }) => id), note.channel.id, status],
  );
}

/** It was not taken: tried again in `inMs`, or given up. */
export async function recordUntold(
  database: Database,
  note: ClaimedNote,
  result: { failure: string; status: number | null; inMs: number | null },
): Promise<void> {
  await database.query(
    `WITH untold AS (
       UPDATE alert_deliveries SET due_at = now() + $3::float8 * interval '1 millisecond', lease_until = NULL, failure = $4, status = $5
       WHERE id = ANY ($1::uuid[])
     )
     UPDATE alert_channels SET failing_since = coalesce(failing_since, now()), failure = $4 WHERE id = $2`,
    [note.deliveries.map(({ id }) => id), note.channel.id, result.inMs, result.failure, result.status],
  );
}

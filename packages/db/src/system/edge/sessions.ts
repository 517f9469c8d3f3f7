import { type DoorName, normalizeUsername, type SessionLine, type SessionRecord } from '@hikyaku/core';
import type { Database } from '../../database.ts';

/** A session as it is kept. Times in milliseconds since the epoch. */
export interface NewSession {
  id: string;
  tenantId: string;
  /** Null: it named none of the tenant's devices. */
  deviceId: string | null;
  startedAt: number;
  endedAt: number | null;
  door: DoorName;
  address: string;
  tls: string | null;
  username: string | null;
  hello: string | null;
  messageIds: string[];
  /** Null while it runs and nothing has failed. */
  diagnosis: string | null;
  severity: string | null;
  facts: Record<string, unknown>;
  steps: SessionRecord['steps'];
  lines: SessionLine[];
}

/** Writes sessions, or writes anew what is known by now of one that was told before its end: one that named nobody
 * becomes its owner's. Those of erased tenants are left out. */
export async function writeSessions(database: Database, sessions: NewSession[]): Promise<void> {
  const rows = sessions.map((session) => ({
    ...session,
    startedAt: new Date(session.startedAt),
    endedAt: session.endedAt === null ? null : new Date(session.endedAt),
  }));
  await database.prepared(
    'write-sessions',
    `INSERT INTO smtp_sessions (id, tenant_id, device_id, started_at, ended_at, door, address, tls, username, hello, message_ids, diagnosis, severity, facts, steps, lines)
     SELECT s.id, s."tenantId", s."deviceId", s."startedAt", s."endedAt", s.door, s.address, s.tls, s.username, s.hello,
       ARRAY(SELECT jsonb_array_elements_text(s."messageIds")::uuid), s.diagnosis, s.severity, s.facts, s.steps, s.lines
     FROM jsonb_to_recordset($1::jsonb) AS s (id uuid, "tenantId" uuid, "deviceId" uuid, "startedAt" timestamptz, "endedAt" timestamptz, door text, address text,
       tls text, username text, hello text, "messageIds" jsonb, diagnosis text, severity text, facts jsonb, steps jsonb, lines jsonb)
     JOIN tenants t ON t.id = s."tenantId" AND t.deleted_at IS NULL
     ON CONFLICT (id) DO UPDATE SET tenant_id = EXCLUDED.tenant_id, device_id = EXCLUDED.device_id, ended_at = EXCLUDED.ended_at, tls = EXCLUDED.tls, username = EXCLUDED.username,
       hello = EXCLUDED.hello, message_ids = EXCLUDED.message_ids, diagnosis = EXCLUDED.diagnosis, severity = EXCLUDED.severity,
       facts = EXCLUDED.facts, steps = EXCLUDED.steps, lines = EXCLUDED.lines
     WHERE smtp_sessions.tenant_id = EXCLUDED.tenant_id OR smtp_sessions.device_id IS NULL`,
    [JSON.stringify(rows)],
  );
}

/** An owner waits for a device. Times in milliseconds since the epoch. */
export interface WatchRow {
  deviceId: string;
  tenantId: string;
  address: string;
  since: number;
  until: number;
}

/** Watches that are open now; at most so many, the newest. */
export async function readWatches(database: Database, limit: number): Promise<WatchRow[]> {
  return database.query<WatchRow>(
    `SELECT device_id AS "deviceId", tenant_id AS "tenantId", address, (extract(epoch FROM since) * 1000)::float8 AS since,
       (extract(epoch FROM until) * 1000)::float8 AS until FROM watches WHERE until > now() ORDER BY until DESC LIMIT $1`,
    [limit],
  );
}

/** `mailbox`: the address of one of its mailboxes, or what stands before the `@`. */
export type OwnNameKind = 'mailbox' | 'deleted_device';

/** What a name that was typed as a user name is to the tenant; null where it is nothing of it. */
export async function ownNameKind(database: Database, tenantId: string, name: string): Promise<OwnNameKind | null> {
  const [row] = await database.query<{ kind: OwnNameKind | null }>(
    `SELECT CASE
       WHEN EXISTS (SELECT 1 FROM mailboxes WHERE tenant_id = $1 AND deleted_at IS NULL
         AND (lower(address) = lower($2) OR split_part(lower(address), '@', 1) = lower($2))) THEN 'mailbox'
       WHEN EXISTS (SELECT 1 FROM credentials c JOIN devices d ON d.id = c.device_id
         WHERE c.username = $3 AND d.tenant_id = $1 AND d.deleted_at IS NOT NULL) THEN 'deleted_device'
     END AS kind`,
    [tenantId, name, normalizeUsername(name)],
  );
  return row?.kind ?? null;
}

/** User names of a tenant, for the nearest to one that was mistyped; at most so many. */
export async function readUsernames(database: Database, tenantId: string, limit: number): Promise<string[]> {
  const rows = await database.query<{ username: string }>(
    `SELECT c.username FROM credentials c JOIN devices d ON d.id = c.device_id
     WHERE d.tenant_id = $1 AND d.deleted_at IS NULL AND c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > now()) LIMIT $2`,
    [tenantId, limit],
  );
  return rows.map(({ username }) => username);
}

/** Channel that says which watched sessions were written a moment ago, as JSON: told, never kept. */
export const SESSIONS_WRITTEN = 'hikyaku_sessions';

export interface WrittenSession {
  tenantId: string;
  deviceId: string | null;
  id: string;
}

/** Tells whoever listens now that these can be read. */
export async function tellSessions(database: Database, sessions: WrittenSession[]): Promise<void> {
  if (sessions.length === 0) return;
  const told = sessions.map(({ tenantId, deviceId, id }) => JSON.stringify({ tenantId, deviceId, id }));
  await database.query('SELECT pg_notify($1, told) FROM unnest($2::text[]) AS g (told)', [SESSIONS_WRITTEN, told]);
}

/** Sessions are kept that long (design, section 4: their own retention). */
const KEEP = `interval '14 days'`;

/** Forgets old sessions, the oldest first, at most `limit`. How many. */
export async function pruneSessions(database: Database, limit: number): Promise<number> {
  const rows = await database.query(
    `DELETE FROM smtp_sessions WHERE id IN (
       SELECT id FROM smtp_sessions WHERE started_at < now() - ${KEEP} ORDER BY started_at LIMIT $1)
     RETURNING 1 AS gone`,
    [limit],
  );
  return rows.length;
}

/** Forgets watches that ended a day ago, at most `limit`. How many. */
export async function pruneWatches(database: Database, limit: number): Promise<number> {
  const rows = await database.query(
    `DELETE FROM watches WHERE device_id IN (SELECT device_id FROM watches WHERE until < now() - interval '1 day' LIMIT $1) RETURNING 1 AS gone`,
    [limit],
  );
  return rows.length;
}

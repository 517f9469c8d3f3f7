import type { Database } from '../../database.ts';
import { isEnded } from './message-conditions.ts';
import { isClockSeen } from './unseen-time.ts';

/**
 * SQL: true where some mail still has its content in `object`. A question for each object, never a join: the planner knows the number of spooled
 * mails from the last ANALYZE, when there may have been none, and would then compare each object with all of them.
 */
const isLive = (object: string): string =>
  `coalesce((SELECT true FROM messages l WHERE l.spool_object = ${object} AND l.content_destroyed_at IS NULL LIMIT 1), false)`;

/** Of these spool objects, those in which no message has content any more. */
export async function findUnusedObjects(database: Database, objects: string[]): Promise<string[]> {
  const rows = await database.prepared<{ object: string }>(
    'unused-objects',
    `SELECT g.object FROM unnest($1::text[]) AS g (object) WHERE NOT ${isLive('g.object')}`,
    [objects],
  );
  return rows.map(({ object }) => object);
}

/** Where destroyed mails lie in these objects, and no copy of theirs, nor they as a copy, is needed still. */
export async function findDeadSlicesOf(
  database: Database,
  objects: string[],
): Promise<{ object: string; offset: number; length: number }[]> {
  return database.prepared(
    'dead-slices-of',
    `SELECT spool_object AS object, spool_offset AS "offset", spool_length AS length FROM messages
     WHERE spool_object = ANY ($1::text[]) AND content_destroyed_at IS NOT NULL
       AND (spool_object, spool_offset) NOT IN (
         SELECT l.spool_object, l.spool_offset FROM messages l WHERE l.spool_object = ANY ($1::text[]) AND l.content_destroyed_at IS NULL)`,
    [objects],
  );
}

/** After the objects are gone: their messages do not point at them any more. */
export async function forgetSpoolObjects(database: Database, objects: string[]): Promise<void> {
  await database.prepared(
    'worker-forget-objects',
    `UPDATE messages SET spool_object = NULL, spool_offset = NULL, spool_length = NULL
     WHERE spool_object = ANY ($1::text[]) AND content_destroyed_at IS NOT NULL`,
    [objects],
  );
}

/** Objects in which no content lives any more, though they may still be there: what a worker that died in between left. */
export async function findDeadSpoolObjects(database: Database, limit: number): Promise<string[]> {
  const rows = await database.prepared<{ object: string }>(
    'sweep-dead-objects',
    `SELECT DISTINCT d.spool_object AS object FROM messages d
     WHERE d.content_destroyed_at IS NOT NULL AND d.spool_object IS NOT NULL AND NOT ${isLive('d.spool_object')}
     LIMIT $1`,
    [limit],
  );
  return rows.map(({ object }) => object);
}

/**
 * Destroys content whose time is over: the sealed key goes, the spool object follows as dead. Only of messages that have come to an end;
 * whoever ends one (a cancellation) sets its `content_until`. None by a clock that jumped and was not followed yet. How many.
 */
export async function destroyOverdueContent(database: Database, limit: number): Promise<number> {
  const rows = await database.prepared<{ count: number }>(
    'sweep-overdue-content',
    `WITH overdue AS (
       SELECT m.id FROM messages m
       WHERE m.content_destroyed_at IS NULL AND m.content_until <= now() AND ${isEnded('m')} AND ${isClockSeen}
       LIMIT $1 FOR UPDATE SKIP LOCKED
     ), destroyed AS (
       UPDATE messages m SET key_sealed = NULL, content_destroyed_at = now() FROM overdue WHERE m.id = overdue.id RETURNING m.id, m.tenant_id
     ), told AS (
       INSERT INTO message_events (message_id, tenant_id, kind) SELECT id, tenant_id, 'content_destroyed' FROM destroyed
     ), outboxed AS (
       INSERT INTO outbox (tenant_id, kind, subject_id, facts) SELECT tenant_id, 'message.content_destroyed', id, '{}' FROM destroyed
     )
     SELECT count(*)::int AS count FROM destroyed`,
    [limit],
  );
  return rows[0]!.count;
}

/** Of these objects, those that no row knows. */
export async function findUnknownObjects(database: Database, objects: string[]): Promise<string[]> {
  const rows = await database.query<{ object: string }>(
    `SELECT o.object FROM unnest($1::text[]) AS o (object)
     WHERE NOT ${isLive('o.object')} AND NOT coalesce(
       (SELECT true FROM messages d WHERE d.spool_object = o.object AND d.content_destroyed_at IS NOT NULL LIMIT 1), false)`,
    [objects],
  );
  return rows.map(({ object }) => object);
}

/** A destroyed mail's place in an object that lives on for other mails. */
export interface DeadSlice {
  id: string;
  object: string;
  offset: number;
  length: number;
}

/** Slices, needed by no copy either, of mails destroyed at least `afterMs` ago, in objects that others still need: a pack in which one mail is held for days. */
export async function findDeadSlices(database: Database, afterMs: number, limit: number): Promise<DeadSlice[]> {
  return database.prepared<DeadSlice>(
    'sweep-dead-slices',
    `SELECT d.id, d.spool_object AS object, d.spool_offset AS "offset", d.spool_length AS length FROM messages d
     WHERE d.content_destroyed_at IS NOT NULL AND d.spool_object IS NOT NULL
       AND d.content_destroyed_at < now() - $1 * interval '1 millisecond' AND ${isLive('d.spool_object')}
       AND NOT coalesce((SELECT true FROM messages l WHERE l.spool_object = d.spool_object AND l.spool_offset = d.spool_offset AND l.content_destroyed_at IS NULL LIMIT 1), false)
     LIMIT $2`,
    [afterMs, limit],
  );
}

/** After slices are erased: their messages do not point at them any more. */
export async function forgetSlices(database: Database, messageIds: string[]): Promise<void> {
  await database.query(
    `UPDATE messages SET spool_object = NULL, spool_offset = NULL, spool_length = NULL
     WHERE id = ANY ($1::uuid[]) AND content_destroyed_at IS NOT NULL`,
    [messageIds],
  );
}

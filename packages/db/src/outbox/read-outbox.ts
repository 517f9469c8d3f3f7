import type { Database } from '../database.ts';

/** What somebody is to be told of. Written in the commit of the change itself: messages by the writer, by retention and by reports that came back, settings by triggers. */
export type OutboxKind =
  | 'message.moved'
  | 'message.content_destroyed'
  | 'message.bounced'
  | 'messages.removed'
  | 'mailbox.changed'
  | 'device.changed'
  | 'device.refused'
  | 'device.asked';

export interface OutboxRow {
  tenantId: string;
  at: Date;
  kind: OutboxKind;
  /** The message, mailbox or device; of `messages.removed` the tenant. */
  subjectId: string;
  /** `message.moved`: {was, is, code, deviceId, mailboxId}; `message.bounced`: {deviceId, mailboxId, reason, status}; `messages.removed`: how many by state; `mailbox.changed`: {state, code}; `device.refused`: {code, count, since, hasWorked}; `device.asked` (new recipients wait for the owner's word): {waiting}. Never content, never a secret. */
  facts: Record<string, unknown>;
}

/** A place in the outbox: its transaction and number. */
export interface OutboxPlace {
  xid: number;
  seq: number;
}

/** The channel that `WAKE_READERS` and the tables' triggers speak on. */
export const OUTBOX_WRITTEN = 'hikyaku_outbox';

/**
 * SQL that wakes who reads the outbox. A clock and no more: NOTIFY takes a lock that all commits share, so it is sent once for many rows, and
 * readers look by themselves too.
 */
export const WAKE_READERS = `SELECT pg_notify('${OUTBOX_WRITTEN}', '')`;
/** In the place of names that are too many. */
export const ANY_ACCOUNT = '*';
/** A NOTIFY carries less than 8,000 bytes. */
const MOST_NAMES_BYTES = 7_500;

/** `WAKE_READERS` that names the provider accounts for which mail came: a turn of theirs that runs need not look for it. */
export function wakeForArrivals(accountKeys: Iterable<string>): { name: string; text: string; values: string[] } {
  const names = [...new Set(accountKeys)].join('\n');
  const payload = Buffer.byteLength(names) > MOST_NAMES_BYTES ? ANY_ACCOUNT : names;
  return { name: 'wake-for-arrivals', text: `SELECT pg_notify('${OUTBOX_WRITTEN}', $1)`, values: [payload] };
}

/** The accounts that a payload names. */
export const arrivalsIn = (payload: string): string[] => (payload === '' ? [] : payload.split('\n'));

/** Wakes readers for what was committed before. */
export async function wakeOutboxReaders(database: Database): Promise<void> {
  await database.query(WAKE_READERS);
}

/** SQL: the oldest transaction that may still write. */
export const OLDEST_OPEN = 'pg_snapshot_xmin(pg_current_snapshot())::text::bigint';

/** The place before everything that is not committed yet: where a reader begins that wants only what comes. */
export async function outboxEnd(database: Database): Promise<OutboxPlace> {
  const rows = await database.query<{ xid: number }>(`SELECT ${OLDEST_OPEN} AS xid`);
  return { xid: rows[0]!.xid, seq: 0 };
}

/**
 * Rows after `place`, in order, at most `limit`, with the place of the last one. Rows of transactions that run beside an older one still open
 * wait for it: so a place never passes a row that is committed late, and each is read at least once.
 */
export async function readOutbox(
  database: Database,
  place: OutboxPlace,
  limit: number,
): Promise<{ rows: OutboxRow[]; place: OutboxPlace }> {
  const rows = await database.prepared<OutboxRow & OutboxPlace>(
    'outbox-read',
    `SELECT tenant_id AS "tenantId", at, kind, subject_id AS "subjectId", facts, xid, seq FROM outbox
     WHERE (xid, seq) > ($1::bigint, $2::bigint) AND xid < ${OLDEST_OPEN}
     ORDER BY xid, seq LIMIT $3`,
    [place.xid, place.seq, limit],
  );
  const last = rows.at(-1);
  return { rows, place: last ? { xid: last.xid, seq: last.seq } : place };
}

/** Rows live that long: readers are seconds behind, and who was away for a day looks at the tables anew. */
const KEEP = `interval '1 day'`;

/** Forgets old rows, the oldest first, at most `limit`, and none that a reader with a kept place has not read. How many. */
export async function pruneOutbox(database: Database, limit: number): Promise<number> {
  const rows = await database.query(
    `DELETE FROM outbox WHERE (xid, seq) IN (
       SELECT xid, seq FROM (SELECT xid, seq, at FROM outbox ORDER BY xid, seq LIMIT $1) oldest
       WHERE at < now() - ${KEEP} AND NOT EXISTS (SELECT FROM outbox_readers r WHERE (oldest.xid, oldest.seq) > (r.xid, r.seq)))
     RETURNING 1 AS gone`,
    [limit],
  );
  return rows.length;
}

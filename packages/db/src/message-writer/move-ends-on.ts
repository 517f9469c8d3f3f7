import type pg from 'pg';

const MS = `interval '1 millisecond'`;
/** SQL: before it went ahead by `$1` milliseconds. */
const BEFORE = `(now() - $1::float8 * ${MS})`;

/**
 * The clock went ahead by `byMs` while nobody looked: content that could be sent again before can be for as long as it could, and who is at a mail has as much time for it as he
 * had. What somebody is writing to is passed over: it gets new times anyway.
 */
export async function moveEndsOn(client: pg.PoolClient, byMs: number): Promise<void> {
  for (const [column, isKept] of [
    ['content_until', 'content_destroyed_at IS NULL AND content_until IS NOT NULL'],
    ['lease_until', 'lease_until IS NOT NULL'],
  ] as const) {
    await client.query(
      `WITH running AS (SELECT id FROM messages WHERE ${isKept} AND ${column} > ${BEFORE} FOR NO KEY UPDATE SKIP LOCKED)
       UPDATE messages m SET ${column} = m.${column} + $1::float8 * ${MS} FROM running WHERE m.id = running.id`,
      [byMs],
    );
  }
}

import type { Database } from '../../database.ts';

/** Of `instance_settings`: `updated_at` is Postgres's latest time that a worker saw, `value` the times that none did, `[{from, to}]` in milliseconds. */
export const CLOCK_KEY = 'clock';
/** A step of network time is smaller, and keeps nobody waiting for long. */
export const CLOCK_STEP = `interval '10 seconds'`;
/** Between two looks of workers, which are seconds apart: a restart is shorter. */
export const UNSEEN_FROM = `interval '10 minutes'`;
/** Longer ones than this keep from pruning what is kept for days, for as long as this. */
const DAY = `interval '1 day'`;
const ROW = `FROM instance_settings s WHERE s.key = '${CLOCK_KEY}'`;

/** SQL: `since` and `until` of each time that no worker saw, the one that may go on now included. */
const UNSEEN = `(
  SELECT to_timestamp((e ->> 'from')::float8 / 1000) AS since, to_timestamp((e ->> 'to')::float8 / 1000) AS until
  FROM instance_settings s, jsonb_array_elements(CASE WHEN jsonb_typeof(s.value) = 'array' THEN s.value ELSE '[]' END) e WHERE s.key = '${CLOCK_KEY}'
  UNION ALL SELECT s.updated_at, now() ${ROW} AND s.updated_at < now() - ${UNSEEN_FROM}
)`;

/** SQL: how much of the time since `time` no worker saw, an interval: the machine was off, or its clock was set ahead. */
export const unseenSince = (time: string): string =>
  `(SELECT coalesce(sum(greatest(interval '0', least(u.until, now()) - greatest(u.since, ${time}))), interval '0') FROM ${UNSEEN} u)`;

/** SQL: a worker looked at the clock just now; true where none has yet. */
export const isClockSeen = `coalesce((SELECT s.updated_at > now() - ${UNSEEN_FROM} ${ROW}), true)`;

/** False for a day after a jump of more than a day: what is kept for days is not removed by a clock that may be put right. */
export async function isClockTrusted(database: Database): Promise<boolean> {
  const [row] = await database.query<{ isTrusted: boolean }>(
    `SELECT NOT EXISTS (SELECT FROM ${UNSEEN} u WHERE u.until - u.since > ${DAY} AND u.until > now() - ${DAY}) AS "isTrusted"`,
  );
  return row!.isTrusted;
}

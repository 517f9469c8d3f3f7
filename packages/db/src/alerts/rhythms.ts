import type { Database } from '../database.ts';

/** Days on which a gap ended that are remembered: two weeks of a camera, a quarter of a weekly report. */
const DAYS = 14;
/** With fewer nobody knows what is usual. */
const LEAST_DAYS = 5;
/** Looked at that often: what is counted of gaps is no finer, and an idle look is one scan of a narrow condition. */
const LOOK_EVERY = `interval '1 hour'`;
/** A gap is no longer than the longest rhythm that an owner can set: 90 days, in minutes. */
const LONGEST = 90 * 24 * 60;

/** How many times its usual gap a device may be silent. */
const TIMES = 3;

/**
 * SQL: after how many hours without mail device `d` is silent: its owner's number, else three times its usual gap; null while neither is known. The usual gap is the second longest of the remembered days' longest, so that one
 * outage is not usual, and a night is.
 */
export const silentAfterHours = (d: string): string =>
  `coalesce(${d}.silence_after_hours, CASE WHEN ${d}.usual_gap_minutes IS NOT NULL THEN ceil(${TIMES} * greatest(${d}.usual_gap_minutes, 60) / 60.0)::int END)`;

/** The same of a row that was read. */
export function silentAfterHoursOf(row: {
  silenceAfterHours: number | null;
  usualGapMinutes: number | null;
}): number | null {
  const { silenceAfterHours, usualGapMinutes } = row;
  if (silenceAfterHours !== null) return silenceAfterHours;
  return usualGapMinutes === null ? null : Math.ceil((TIMES * Math.max(usualGapMinutes, 60)) / 60);
}

/**
 * Keeps what is usual of up to `limit` devices that sent since they were looked at. 14 numbers a device, away from the path of mail. `now`: by default Postgres's. How many.
 */
export async function keepRhythms(database: Database, limit: number, now: Date | null = null): Promise<number> {
  const rows = await database.query(
    `WITH few AS (
       SELECT d.id, d.last_message_at AS at, coalesce($2::timestamptz, now())::date AS day, d.rhythm_day IS NOT DISTINCT FROM coalesce($2::timestamptz, now())::date AS is_same_day, d.rhythm_gaps AS gaps,
         CASE WHEN d.rhythm_seen_at IS NOT NULL THEN least(${LONGEST}, ceil(extract(epoch FROM d.last_message_at - d.rhythm_seen_at) / 60))::int END AS gap
       FROM devices d
       WHERE d.deleted_at IS NULL AND d.last_message_at IS NOT NULL
         AND (d.rhythm_seen_at IS NULL OR d.rhythm_seen_at < d.last_message_at AND d.rhythm_seen_at < coalesce($2::timestamptz, now()) - ${LOOK_EVERY})
       ORDER BY d.id LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED
     ), kept AS (
       SELECT f.*, CASE
         WHEN f.gap IS NULL THEN f.gaps
         WHEN f.is_same_day AND cardinality(f.gaps) > 0 THEN f.gaps[:cardinality(f.gaps) - 1] || greatest(f.gaps[cardinality(f.gaps)], f.gap)
         ELSE f.gaps[greatest(1, cardinality(f.gaps) - ${DAYS - 2}):] || f.gap END AS next
       FROM few f
     )
     UPDATE devices d SET rhythm_seen_at = k.at, rhythm_day = CASE WHEN k.gap IS NULL THEN d.rhythm_day ELSE k.day END, rhythm_gaps = k.next,
       usual_gap_minutes = CASE WHEN cardinality(k.next) >= ${LEAST_DAYS} THEN (SELECT g FROM unnest(k.next) AS g ORDER BY g DESC OFFSET 1 LIMIT 1) END
     FROM kept k WHERE d.id = k.id RETURNING 1 AS kept`,
    [limit, now],
  );
  return rows.length;
}

/** What happened to a part before. */
export interface MessageHistory {
  deferrals: number;
  doubts: number;
  /** Claims that ended without a first byte and without a word. */
  abandons: number;
  /** For how long it has been tried: from its first attempt that failed for now, or the first one behind the owner's last retry. What no try lies in does not count (ADR 0065). Milliseconds. */
  ageMs: number;
}

/** Between two tries so much counts at most: longer than any wait of our own plans, shorter than a night without power or a clock that jumps by days. */
const MOST_BETWEEN = `interval '6 hours'`;

/** SQL: joins the history of part `part` of message row `m`; its columns are `HISTORY_COLUMNS`. Attempts that still run do not count. */
export const joinHistory = (m: string, part: string): string => `
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE t.outcome = 'deferred')::int AS deferrals, count(*) FILTER (WHERE t.outcome = 'in_doubt')::int AS doubts,
      count(*) FILTER (WHERE t.outcome = 'abandoned')::int AS abandons,
      coalesce(bool_or(t.is_repeat OR t.outcome = 'in_doubt'), false) AS is_repeat
    FROM attempts t WHERE t.message_id = ${m}.id AND t.part_number = ${part}
  ) tries
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(greatest(0, extract(epoch FROM least(f.until - f.at, ${MOST_BETWEEN})) * 1000)), 0) AS ms FROM (
      SELECT t.started_at AS at, coalesce(lead(t.started_at) OVER (ORDER BY t.number), now()) AS until FROM attempts t
      WHERE t.message_id = ${m}.id AND t.part_number = ${part} AND t.outcome IN ('deferred', 'in_doubt')
        AND t.started_at >= coalesce((SELECT max(e.at) FROM message_events e WHERE e.message_id = ${m}.id AND e.kind = 'retried'), t.started_at)
    ) f WHERE NOT EXISTS (
      -- It was held between them.
      SELECT FROM message_events r WHERE r.message_id = ${m}.id AND (r.kind = 'released' OR r.kind = 'rerouted' AND r.data ->> 'was' = 'held') AND r.at >= f.at AND r.at < f.until)
  ) tried`;

export const HISTORY_COLUMNS = `tries.deferrals, tries.doubts, tries.abandons, tried.ms::float8 AS "ageMs"`;

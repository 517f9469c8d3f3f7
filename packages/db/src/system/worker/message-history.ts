/** What happened to a part before. */
export interface MessageHistory {
  deferrals: number;
  doubts: number;
  /** Claims that ended without a first byte and without a word. */
  abandons: number;
  /** Since it could be sent at all (hand-off, by the database's clock) or the owner's last retry, without the time it was held. Milliseconds. */
  ageMs: number;
}

/** SQL: joins the history of part `part` of message row `m`; its columns are `HISTORY_COLUMNS`. Attempts that still run do not count. */
export const joinHistory = (m: string, part: string): string => `
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE t.outcome = 'deferred')::int AS deferrals, count(*) FILTER (WHERE t.outcome = 'in_doubt')::int AS doubts,
      count(*) FILTER (WHERE t.outcome = 'abandoned')::int AS abandons,
      coalesce(bool_or(t.is_repeat OR t.outcome = 'in_doubt'), false) AS is_repeat
    FROM attempts t WHERE t.message_id = ${m}.id AND t.part_number = ${part}
  ) tries
  CROSS JOIN LATERAL (
    SELECT coalesce(max(e.at), ${m}.ingested_at) AS since FROM message_events e WHERE e.message_id = ${m}.id AND e.kind = 'retried'
  ) begun
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(extract(epoch FROM r.at - coalesce(
        (SELECT max(h.at) FROM message_events h WHERE h.message_id = ${m}.id AND h.kind = 'held' AND h.number < r.number),
        ${m}.ingested_at)) * 1000), 0) AS ms
    FROM message_events r WHERE r.message_id = ${m}.id AND (r.kind = 'released' OR r.kind = 'rerouted' AND r.data ->> 'was' = 'held') AND r.at >= begun.since
  ) held`;

export const HISTORY_COLUMNS = `tries.deferrals, tries.doubts, tries.abandons,
  (extract(epoch FROM now() - begun.since) * 1000 - held.ms)::float8 AS "ageMs"`;

/** SQL: the attempt of part `part` ends, as it is told in `moved`. */
export const attemptEnded = (part: string): string => `
  UPDATE attempts t SET finished_at = now(), outcome = moved.outcome, status = moved.status, code = moved.attempt_code, text = moved.text
  FROM moved WHERE t.message_id = moved.id AND t.part_number = ${part} AND t.fence = moved.fence`;

/** SQL: the line of its story. */
export const OUTCOME_LINE = `
  INSERT INTO message_events (message_id, tenant_id, kind, data) SELECT id, tenant_id, kind, data::jsonb FROM moved`;

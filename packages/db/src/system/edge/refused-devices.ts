import type { Database } from '../../database.ts';
import { WAKE_READERS } from '../../outbox/read-outbox.ts';
import type { NewSession } from './sessions.ts';

/** That many failed sessions in a row are told, of a device that never came through too: before, its owner is still setting it up. */
const PILED_UP = 5;

/**
 * Counts the failures of devices in a row, by sessions that have ended. Told in the outbox: the first failure of a device that had worked, and the
 * fifth of any. A session without an error ends the count.
 */
export async function countRefusals(database: Database, sessions: NewSession[]): Promise<void> {
  const ended = sessions.filter(({ deviceId, endedAt }) => deviceId !== null && endedAt !== null);
  const failed = ended.filter(({ severity }) => severity === 'error');
  const well = ended.filter(({ severity }) => severity !== 'error');
  if (well.length) {
    await database.query(
      `UPDATE devices SET refused_since = NULL, refused_at = NULL, refused_count = 0, refused_code = NULL
       WHERE id = ANY ($1::uuid[]) AND refused_count > 0`,
      [well.map(({ deviceId }) => deviceId)],
    );
  }
  if (failed.length === 0) return;
  const told = await database.query(
    `WITH given AS (
       SELECT device_id, count(*)::int AS count, min(at) AS first, max(at) AS last, (array_agg(code ORDER BY at DESC))[1] AS code
       FROM unnest($1::uuid[], $2::float8[], $3::text[]) AS g (device_id, at, code) GROUP BY device_id
     ), counted AS (
       UPDATE devices d SET refused_since = coalesce(d.refused_since, to_timestamp(g.first / 1000)), refused_at = to_timestamp(g.last / 1000),
         refused_count = least(d.refused_count + g.count, 1000000), refused_code = g.code
       FROM given g WHERE d.id = g.device_id AND d.deleted_at IS NULL
       RETURNING d.id, d.tenant_id, d.refused_since, d.refused_count, old.refused_count AS before, d.refused_code,
         d.last_message_at IS NOT NULL AS has_worked
     )
     INSERT INTO outbox (tenant_id, kind, subject_id, facts)
     SELECT tenant_id, 'device.refused', id,
       jsonb_build_object('code', refused_code, 'count', refused_count, 'since', refused_since, 'hasWorked', has_worked)
     FROM counted WHERE (has_worked AND before = 0) OR (before < ${PILED_UP} AND refused_count >= ${PILED_UP})
     RETURNING 1 AS told`,
    [
      failed.map(({ deviceId }) => deviceId),
      failed.map(({ startedAt }) => startedAt),
      failed.map(({ diagnosis }) => diagnosis),
    ],
  );
  if (told.length) await database.query(WAKE_READERS);
}

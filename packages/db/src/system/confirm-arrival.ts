import type { Database } from '../database.ts';

/** What nobody said for that long is not asked any more. */
const KEEP = `interval '90 days'`;

/**
 * The mail with this link has arrived. False when no link with this token works. Pressed twice, the first time stays; a member's "no" of
 * before is over, since somebody found it.
 */
export async function confirmArrival(database: Database, tokenHash: Buffer): Promise<boolean> {
  const rows = await database.query(
    `UPDATE arrivals SET denied_at = NULL,
       confirmed_at = CASE WHEN confirmed_by = 'recipient' THEN confirmed_at ELSE now() END, confirmed_by = 'recipient'
     WHERE token_hash = $1 AND expires_at > now() RETURNING 1 AS done`,
    [tokenHash],
  );
  return rows.length > 0;
}

/**
 * Forgets, at most `limit` rows, what is older than 90 days and was never confirmed, or has a newer word of the same recipient beside it, or is
 * about what was taken away. How many.
 */
export async function pruneArrivals(database: Database, limit: number): Promise<number> {
  const rows = await database.query(
    `DELETE FROM arrivals WHERE (message_id, recipient) IN (
       SELECT a.message_id, a.recipient FROM arrivals a WHERE a.asked_at < now() - ${KEEP} AND (
         a.confirmed_at IS NULL
         OR EXISTS (SELECT FROM arrivals n WHERE n.tenant_id = a.tenant_id AND n.mailbox_id = a.mailbox_id AND n.recipient = a.recipient
           AND n.device_id IS NOT DISTINCT FROM a.device_id AND n.confirmed_at IS NOT NULL AND n.asked_at > a.asked_at)
         OR EXISTS (SELECT FROM devices d WHERE d.id = a.device_id AND d.deleted_at IS NOT NULL)
         OR EXISTS (SELECT FROM mailboxes b WHERE b.id = a.mailbox_id AND b.deleted_at IS NOT NULL))
       ORDER BY a.asked_at LIMIT $1)
     RETURNING 1 AS gone`,
    [limit],
  );
  return rows.length;
}

import type { Database } from '../../database.ts';
import { closeMailbox } from '../../message-writer/write-outcomes.ts';
import { canSend } from './message-conditions.ts';
import type { AccountMailbox } from './turns.ts';

/**
 * SQL: when a permission that was just renewed is renewed again though nothing is sent: about a week later (they die after 90 days at Microsoft, half a
 * year at Google), spread over a day, so that mailboxes connected together are not renewed together for ever.
 */
export const REFRESH_DUE = `now() + interval '6 days 12 hours' + random() * interval '1 day'`;

/** Mailboxes that have sent nothing for about a week, the longest waiting first. */
export async function findQuietMailboxes(
  database: Database,
  environment: 'live' | 'sandbox',
  limit: number,
): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `SELECT b.id FROM mailboxes b WHERE b.refresh_due_at <= now() AND ${canSend('b', '$1')} ORDER BY b.refresh_due_at LIMIT $2`,
    [environment, limit],
  );
  return rows.map(({ id }) => id);
}

/** A quiet mailbox, as a turn would see it; null when it is none any more. */
export async function readQuietMailbox(
  database: Database,
  environment: 'live' | 'sandbox',
  mailboxId: string,
): Promise<(AccountMailbox & { accountKey: string }) | null> {
  const rows = await database.query<AccountMailbox & { accountKey: string }>(
    `SELECT b.id, b.tenant_id AS "tenantId", b.provider, b.environment, b.address, b.display_name AS "displayName", b.state, false AS "isDeleted",
       b.secret_sealed AS "secretSealed", b.secret_version AS "secretVersion", b.account_key AS "accountKey"
     FROM mailboxes b WHERE b.id = $2 AND b.refresh_due_at <= now() AND ${canSend('b', '$1')}`,
    [environment, mailboxId],
  );
  return rows[0] ?? null;
}

/** Renewed without a new secret, or not now: looked at again in `inMs`, without it in a week. */
export async function postponeRefresh(database: Database, mailboxId: string, inMs?: number): Promise<void> {
  await database.query(
    `UPDATE mailboxes SET refresh_due_at = coalesce(now() + $2::float8 * interval '1 millisecond', ${REFRESH_DUE}) WHERE id = $1 AND refresh_due_at IS NOT NULL`,
    [mailboxId, inMs ?? null],
  );
}

/** The provider refuses to renew: the mailbox must be connected again, its waiting mail is held, the outbox tells it. */
export async function closeQuietMailbox(
  database: Database,
  refused: { mailboxId: string; secretVersion: number; code: string },
): Promise<void> {
  await database.transaction(async (client) => {
    const query = async <T extends object>(text: string, values?: unknown[]) =>
      (await client.query<T>(text, values)).rows;
    await closeMailbox(query, refused);
  });
}

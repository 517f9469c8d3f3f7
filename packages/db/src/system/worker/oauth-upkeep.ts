import type { Database } from '../../database.ts';

/** Drops up to `limit` OAuth states that nobody can use any more. An hour of grace lets a late browser get a precise answer. How many. */
export async function dropOldOAuthStates(database: Database, limit: number): Promise<number> {
  const rows = await database.query(
    `DELETE FROM oauth_states WHERE state_hash IN (
       SELECT state_hash FROM oauth_states WHERE expires_at < now() - interval '1 hour' ORDER BY expires_at LIMIT $1)
     RETURNING state_hash`,
    [limit],
  );
  return rows.length;
}

/** How many live mailboxes, in all tenants, use a provider account: only the last one may end the grant (Google's ends for all). */
export async function countMailboxesOfAccount(database: Database, accountKey: string): Promise<number> {
  const rows = await database.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM mailboxes WHERE account_key = $1 AND deleted_at IS NULL',
    [accountKey],
  );
  return rows[0]!.count;
}

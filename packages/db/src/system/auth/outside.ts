import { newId } from '@hikyaku/core';
import type { Database } from '../../database.ts';

/** A sign-in at a provider that a person has linked to his account. */
export interface LinkedSignIn {
  id: string;
  providerId: string;
  /** What it called itself when it was used last. */
  label: string | null;
  createdAt: Date;
  lastUsedAt: Date | null;
}

/** Who somebody is at a provider: the pair names one account there for ever. */
export interface OutsideAccount {
  providerId: string;
  accountId: string;
  label: string | null;
}

/** Keeps what a way to a provider was begun with, until it comes back or ends. */
export async function keepOutsideState(
  database: Database,
  state: { identifier: string; value: string; expiresAt: Date },
): Promise<void> {
  await database.query('INSERT INTO auth_verifications (id, identifier, value, expires_at) VALUES ($1, $2, $3, $4)', [
    newId(),
    state.identifier,
    state.value,
    state.expiresAt,
  ]);
}

/** Takes it, once: of two that come with the same one, one gets it. */
export async function takeOutsideState(database: Database, identifier: string): Promise<string | null> {
  const rows = await database.query<{ value: string; isLive: boolean }>(
    'DELETE FROM auth_verifications WHERE identifier = $1 RETURNING value, expires_at > now() AS "isLive"',
    [identifier],
  );
  return rows[0]?.isLive ? rows[0].value : null;
}

/** Whose account it is linked to, and whether his address is confirmed; null where it is nobody's. What it calls itself now is noted. */
export async function useOutsideAccount(
  database: Database,
  account: OutsideAccount,
): Promise<{ userId: string; isConfirmed: boolean } | null> {
  const rows = await database.query<{ userId: string; isConfirmed: boolean }>(
    `UPDATE auth_accounts a SET label = $3, last_used_at = now(), updated_at = now() FROM auth_users u
     WHERE a.provider_id = $1 AND a.account_id = $2 AND u.id = a.user_id
     RETURNING u.id AS "userId", u.email_verified AS "isConfirmed"`,
    [account.providerId, account.accountId, account.label],
  );
  return rows[0] ?? null;
}

/** Links it to a person. `other`: it is somebody else's. `full`: he has `max` already. */
export async function linkOutsideAccount(
  database: Database,
  link: OutsideAccount & { userId: string; max: number },
): Promise<'linked' | 'known' | 'other' | 'full'> {
  const { userId, providerId, accountId, label, max } = link;
  return database.transaction(async (client) => {
    await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`sign-ins of ${userId}`]);
    const owner = await client.query<{ user_id: string }>(
      'SELECT user_id FROM auth_accounts WHERE provider_id = $1 AND account_id = $2',
      [providerId, accountId],
    );
    if (owner.rows[0]) return owner.rows[0].user_id === userId ? 'known' : 'other';
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM auth_accounts WHERE user_id = $1 AND provider_id <> 'credential'`,
      [userId],
    );
    if ((rows[0]?.count ?? 0) >= max) return 'full';
    const { rowCount } = await client.query(
      `INSERT INTO auth_accounts (id, account_id, provider_id, user_id, label) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (provider_id, account_id) DO NOTHING`,
      [newId(), accountId, providerId, userId, label],
    );
    return rowCount === 1 ? 'linked' : 'other';
  });
}

/** A person's linked sign-ins of these providers, the one used last first. */
export async function listLinkedSignIns(
  database: Database,
  userId: string,
  providerIds: string[],
): Promise<LinkedSignIn[]> {
  return database.query<LinkedSignIn>(
    `SELECT id, provider_id AS "providerId", label, created_at AS "createdAt", last_used_at AS "lastUsedAt" FROM auth_accounts
     WHERE user_id = $1 AND provider_id = ANY ($2) ORDER BY coalesce(last_used_at, created_at) DESC, id`,
    [userId, providerIds],
  );
}

/** Takes one of a person's linked sign-ins away. Null where he has none of this id. */
export async function unlinkSignIn(database: Database, userId: string, id: string): Promise<LinkedSignIn | null> {
  const rows = await database.query<LinkedSignIn>(
    `DELETE FROM auth_accounts WHERE id = $2 AND user_id = $1 AND provider_id <> 'credential'
     RETURNING id, provider_id AS "providerId", label, created_at AS "createdAt", last_used_at AS "lastUsedAt"`,
    [userId, id],
  );
  return rows[0] ?? null;
}

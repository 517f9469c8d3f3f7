import type { Database } from '../../database.ts';

/** Whether an account takes no code of its second step, after too many wrong ones. */
export async function isSecondStepLocked(database: Database, userId: string): Promise<boolean> {
  const rows = await database.query('SELECT FROM auth_two_factors WHERE user_id = $1 AND locked_until > now()', [
    userId,
  ]);
  return rows.length > 0;
}

/** Takes the second step from a person who has lost it. Answers with whose it was; null where nobody of this address has one. */
export async function removeSecondStep(
  database: Database,
  email: string,
): Promise<{ id: string; email: string; emailVerified: boolean } | null> {
  const rows = await database.query<{ id: string; email: string; emailVerified: boolean }>(
    `WITH person AS (
       UPDATE auth_users SET two_factor_enabled = false, updated_at = now() WHERE lower(email) = lower($1) AND two_factor_enabled
       RETURNING id, email, email_verified
     ), gone AS (DELETE FROM auth_two_factors WHERE user_id IN (SELECT id FROM person))
     SELECT id, email, email_verified AS "emailVerified" FROM person`,
    [email],
  );
  return rows[0] ?? null;
}

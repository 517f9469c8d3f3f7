import type { Database } from '../../database.ts';

/** Whether a passkey's person has a confirmed address; null where nobody has this passkey. */
export async function isPasskeyPersonConfirmed(database: Database, credentialId: string): Promise<boolean | null> {
  const rows = await database.query<{ confirmed: boolean }>(
    `SELECT u.email_verified AS confirmed FROM auth_passkeys p JOIN auth_users u ON u.id = p.user_id WHERE p.credential_id = $1`,
    [credentialId],
  );
  return rows[0]?.confirmed ?? null;
}

export async function countPasskeys(database: Database, userId: string): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM auth_passkeys WHERE user_id = $1',
    [userId],
  );
  return row?.count ?? 0;
}

/** A passkey signed its person in. */
export async function notePasskeyUse(database: Database, credentialId: string): Promise<void> {
  await database.query('UPDATE auth_passkeys SET last_used_at = now() WHERE credential_id = $1', [credentialId]);
}

/** Each new challenge clears so many that have ended, so that the table holds no more than those of some minutes. */
const CLEARED_AT_ONCE = 200;

/** Better Auth takes a challenge that is answered; one that nobody answers, which anybody may ask for, it would keep. */
export async function clearEndedChallenges(database: Database): Promise<void> {
  await database.query(
    `DELETE FROM auth_verifications WHERE id IN
       (SELECT id FROM auth_verifications WHERE expires_at < now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
    [CLEARED_AT_ONCE],
  );
}

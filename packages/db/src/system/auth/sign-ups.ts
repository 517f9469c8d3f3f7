import { newId } from '@hikyaku/core';
import type pg from 'pg';
import type { Database } from '../../database.ts';
import type { OutsideAccount } from './outside.ts';

/** A sign-up that waits for its address to be confirmed. */
export interface SignUpRow {
  id: string;
  email: string;
  name: string;
  passwordHash: string;
  /** The sign-in at a provider that it was begun by. */
  outside?: Pick<OutsideAccount, 'providerId' | 'accountId'> | null;
}

/** Without a mail of its own; one with a mail stays until it ends, and the limit on mail bounds their number. So no flood ends a link. */
const KEPT_WITHOUT_MAIL = 2;
/** Each new one clears so many that have ended. */
const CLEARED_AT_ONCE = 200;

/** Keeps a sign-up. It stands beside earlier ones of the address: which of them becomes the account, its mail and password decide. */
export async function addSignUp(
  database: Database,
  signUp: Omit<SignUpRow, 'id'> & { tokenHash: string; hasMail: boolean; expiresAt: Date; now: Date },
): Promise<void> {
  const { email, name, passwordHash, tokenHash, hasMail, now, expiresAt, outside } = signUp;
  await database.transaction(async (client) => {
    await lockAddress(client, email);
    await client.query(
      `DELETE FROM auth_sign_ups WHERE id IN
         (SELECT id FROM auth_sign_ups WHERE expires_at < $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
      [now, CLEARED_AT_ONCE],
    );
    await client.query(
      `DELETE FROM auth_sign_ups WHERE id IN
         (SELECT id FROM auth_sign_ups WHERE email = $1 AND NOT has_mail ORDER BY created_at DESC, id DESC OFFSET $2)`,
      [email, KEPT_WITHOUT_MAIL - (hasMail ? 0 : 1)],
    );
    await client.query(
      `INSERT INTO auth_sign_ups (id, email, name, password_hash, token_hash, has_mail, created_at, expires_at, provider_id, account_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        ...[newId(), email, name, passwordHash, tokenHash, hasMail, now, expiresAt],
        ...[outside?.providerId ?? null, outside?.accountId ?? null],
      ],
    );
  });
}

/** The live sign-ups of the address to which the mail with this token went, its own first; none when the token is unknown or has ended. */
export async function findSignUps(database: Database, tokenHash: string, now: Date): Promise<SignUpRow[]> {
  return database.query<SignUpRow>(
    `SELECT s.id, s.email, s.name, s.password_hash AS "passwordHash",
       CASE WHEN s.provider_id IS NOT NULL
         THEN json_build_object('providerId', s.provider_id, 'accountId', s.account_id) END AS outside
     FROM auth_sign_ups named
     JOIN auth_sign_ups s ON s.email = named.email AND s.expires_at > $2
     WHERE named.token_hash = $1 AND named.expires_at > $2
     ORDER BY (s.id = named.id) DESC, s.created_at DESC, s.id DESC`,
    [tokenHash, now],
  );
}

/** A person by his address, with the hash of his password where he has one. */
export async function findUserByAddress(
  database: Database,
  email: string,
): Promise<{ id: string; name: string; emailVerified: boolean; passwordHash: string | null } | null> {
  const rows = await database.query<{ id: string; name: string; emailVerified: boolean; passwordHash: string | null }>(
    `SELECT u.id, u.name, u.email_verified AS "emailVerified",
       (SELECT password FROM auth_accounts a WHERE a.user_id = u.id AND a.provider_id = 'credential' LIMIT 1) AS "passwordHash"
     FROM auth_users u WHERE u.email = $1`,
    [email],
  );
  return rows[0] ?? null;
}

/**
 * Makes a sign-up the account of its address and ends all others of that address. An account that stood there unconfirmed is confirmed when
 * it is the same person's (`sameUserId`: its password was typed); any other loses its address, password, passkeys, sessions and rank. Answers with the
 * person's id; null when the sign-up is gone or the address was confirmed meanwhile.
 */
export async function confirmSignUp(
  database: Database,
  signUp: SignUpRow,
  sameUserId: string | null,
): Promise<string | null> {
  return database.transaction(async (client) => {
    await lockAddress(client, signUp.email);
    const ended = await client.query<{ id: string }>('DELETE FROM auth_sign_ups WHERE email = $1 RETURNING id', [
      signUp.email,
    ]);
    if (!ended.rows.some(({ id }) => id === signUp.id)) return null;
    const standing = await client.query<{ id: string; email_verified: boolean }>(
      'SELECT id, email_verified FROM auth_users WHERE email = $1 FOR UPDATE',
      [signUp.email],
    );
    const [user] = standing.rows;
    if (user?.email_verified) return null;
    if (user) await client.query('DELETE FROM auth_sessions WHERE user_id = $1', [user.id]);
    if (user && user.id === sameUserId) {
      await client.query('UPDATE auth_users SET email_verified = true, updated_at = now() WHERE id = $1', [user.id]);
      await linkOf(client, user.id, signUp);
      return user.id;
    }
    if (user) await setAside(client, user.id);
    return insertPerson(client, signUp, true);
  });
}

/**
 * Makes the account of who was brought by a provider, at once: `isConfirmed` where that answers for his address. Null where a confirmed account of the
 * address stands, or any while nothing is confirmed here; one that nobody confirmed gives way.
 */
export async function makeAccount(
  database: Database,
  signUp: Omit<SignUpRow, 'id'>,
  isConfirmed: boolean,
): Promise<string | null> {
  return database.transaction(async (client) => {
    await lockAddress(client, signUp.email);
    const { rows } = await client.query<{ id: string; email_verified: boolean }>(
      'SELECT id, email_verified FROM auth_users WHERE email = $1 FOR UPDATE',
      [signUp.email],
    );
    const [standing] = rows;
    if (standing && (standing.email_verified || !isConfirmed)) return null;
    if (standing) {
      await client.query('DELETE FROM auth_sessions WHERE user_id = $1', [standing.id]);
      await setAside(client, standing.id);
    }
    await client.query('DELETE FROM auth_sign_ups WHERE email = $1', [signUp.email]);
    return insertPerson(client, signUp, isConfirmed);
  });
}

async function insertPerson(
  client: pg.PoolClient,
  signUp: Omit<SignUpRow, 'id'>,
  isConfirmed: boolean,
): Promise<string> {
  const id = newId();
  await client.query('INSERT INTO auth_users (id, name, email, email_verified) VALUES ($1, $2, $3, $4)', [
    ...[id, signUp.name, signUp.email, isConfirmed],
  ]);
  await client.query(
    `INSERT INTO auth_accounts (id, account_id, provider_id, user_id, password) VALUES ($1, $2, 'credential', $2, $3)`,
    [newId(), id, signUp.passwordHash],
  );
  await linkOf(client, id, signUp);
  return id;
}

/** What became somebody else's meanwhile stays his. */
async function linkOf(client: pg.PoolClient, userId: string, { outside }: Pick<SignUpRow, 'outside'>): Promise<void> {
  if (!outside) return;
  await client.query(
    `INSERT INTO auth_accounts (id, account_id, provider_id, user_id) VALUES ($1, $2, $3, $4)
     ON CONFLICT (provider_id, account_id) DO NOTHING`,
    [newId(), outside.accountId, outside.providerId, userId],
  );
}

/** Nobody ever showed that this account's address was his. What belongs to it stays as it is, and nobody signs in to it. */
export async function setAside(client: pg.PoolClient, userId: string): Promise<void> {
  await client.query('DELETE FROM auth_accounts WHERE user_id = $1', [userId]);
  await client.query('DELETE FROM auth_passkeys WHERE user_id = $1', [userId]);
  await client.query(
    `UPDATE auth_users SET email = 'unconfirmed.' || id || '@invalid', is_operator = false, updated_at = now() WHERE id = $1`,
    [userId],
  );
}

export async function lockAddress(client: pg.PoolClient, email: string): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`sign-ups of ${email}`]);
}

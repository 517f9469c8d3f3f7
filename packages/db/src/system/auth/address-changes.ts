import { newId } from '@hikyaku/core';
import type pg from 'pg';
import type { Database } from '../../database.ts';
import { lockAddress, setAside } from './sign-ups.ts';

/** A change of a person's address that waits for its new mailbox, or that its old one may take back. */
export interface AddressChangeRow {
  id: string;
  userId: string;
  oldEmail: string;
  newEmail: string;
  createdAt: Date;
}

/** Each new one clears so many that have ended. */
const CLEARED_AT_ONCE = 200;
const COLUMNS = 'id, user_id AS "userId", old_email AS "oldEmail", new_email AS "newEmail", created_at AS "createdAt"';

/** Keeps a change that was asked for, in place of one of this person that still waits. */
export async function addAddressChange(
  database: Database,
  change: Omit<AddressChangeRow, 'id' | 'createdAt'> & {
    tokenHash: string;
    undoHash: string;
    expiresAt: Date;
    undoUntil: Date;
  },
): Promise<void> {
  const { userId, oldEmail, newEmail, tokenHash, undoHash, expiresAt, undoUntil } = change;
  await database.transaction(async (client) => {
    await client.query(
      `DELETE FROM auth_address_changes WHERE id IN
         (SELECT id FROM auth_address_changes WHERE undo_until < now() ORDER BY undo_until LIMIT $1 FOR UPDATE SKIP LOCKED)`,
      [CLEARED_AT_ONCE],
    );
    await client.query('DELETE FROM auth_address_changes WHERE user_id = $1 AND confirmed_at IS NULL', [userId]);
    await client.query(
      `INSERT INTO auth_address_changes (id, user_id, old_email, new_email, token_hash, undo_hash, expires_at, undo_until)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [newId(), userId, oldEmail, newEmail, tokenHash, undoHash, expiresAt, undoUntil],
    );
  });
}

interface WaitingChange extends AddressChangeRow {
  passwordHash: string | null;
  /** The old address was confirmed. */
  isOldConfirmed: boolean;
}

/** The change that a mail's link names, while it waits, and the hash of its person's password. */
export async function findAddressChange(database: Database, tokenHash: string): Promise<WaitingChange | null> {
  const rows = await database.query<WaitingChange>(
    `SELECT ${COLUMNS}, coalesce((SELECT email_verified FROM auth_users u WHERE u.id = c.user_id), false) AS "isOldConfirmed",
       (SELECT password FROM auth_accounts a WHERE a.user_id = c.user_id AND a.provider_id = 'credential') AS "passwordHash"
     FROM auth_address_changes c WHERE token_hash = $1 AND confirmed_at IS NULL AND expires_at > now()`,
    [tokenHash],
  );
  return rows[0] ?? null;
}

/**
 * The new address is the person's, and confirmed. His sessions end but the one that is named, and so does every link that was mailed to the old address,
 * but the one that takes this back, which is good until `undoUntil`. False where the address is another's by now, or his own has changed otherwise.
 */
export async function confirmAddressChange(
  database: Database,
  change: AddressChangeRow,
  { keptSession, undoUntil }: { keptSession: string | null; undoUntil: Date },
): Promise<boolean> {
  return database.transaction(async (client) => {
    const used = await client.query(
      'UPDATE auth_address_changes SET confirmed_at = now(), undo_until = $2 WHERE id = $1 AND confirmed_at IS NULL',
      [change.id, undoUntil],
    );
    if (used.rowCount !== 1) return false;
    return giveAddress(client, {
      ...change,
      from: change.oldEmail,
      to: change.newEmail,
      isConfirmed: true,
      keptSession,
    });
  });
}

/** Where the instance has no mail of its own an address is a name to sign in by, and changes at once. False where it is another's. */
export async function changeAddressAtOnce(
  database: Database,
  change: { userId: string; oldEmail: string; newEmail: string; keptSession: string | null },
): Promise<boolean> {
  const { userId, oldEmail: from, newEmail: to, keptSession } = change;
  return database.transaction((client) => giveAddress(client, { userId, from, to, isConfirmed: false, keptSession }));
}

async function giveAddress(
  client: pg.PoolClient,
  change: { userId: string; from: string; to: string; isConfirmed: boolean; keptSession: string | null },
): Promise<boolean> {
  const { userId, from, to, isConfirmed, keptSession } = change;
  await lockAddress(client, to);
  const { rows } = await client.query<{ id: string; email_verified: boolean }>(
    'SELECT id, email_verified FROM auth_users WHERE email = $1 AND id <> $2 FOR UPDATE',
    [to, userId],
  );
  const [standing] = rows;
  if (standing && (standing.email_verified || !isConfirmed)) return false;
  if (standing) {
    await client.query('DELETE FROM auth_sessions WHERE user_id = $1', [standing.id]);
    await setAside(client, standing.id);
  }
  const changed = await client.query(
    'UPDATE auth_users SET email = $3, email_verified = $4, updated_at = now() WHERE id = $1 AND email = $2',
    [userId, from, to, isConfirmed],
  );
  if (changed.rowCount !== 1) return false;
  await client.query('DELETE FROM auth_sign_ups WHERE email = $1', [to]);
  await endWaysIn(client, userId, keptSession);
  return true;
}

/** Sessions, links that were mailed, challenges of a second step. */
async function endWaysIn(client: pg.PoolClient, userId: string, keptSession: string | null): Promise<void> {
  await client.query('DELETE FROM auth_sessions WHERE user_id = $1 AND token IS DISTINCT FROM $2', [
    userId,
    keptSession,
  ]);
  await client.query('DELETE FROM auth_verifications WHERE value = $1', [userId]);
}

/**
 * The old mailbox says that it was not its owner. A change that waits is gone. One that was made is taken back, and so is whatever way in was made since
 * it was asked for: the password signs nobody in any more, sessions end. Null for a link that is not good; `taken`: the old address is another's by now.
 */
export async function undoAddressChange(
  database: Database,
  undoHash: string,
): Promise<{ end: 'cancelled' | 'restored' | 'taken'; change: AddressChangeRow } | null> {
  return database.transaction(async (client) => {
    const { rows } = await client.query<AddressChangeRow & { confirmedAt: Date | null }>(
      `DELETE FROM auth_address_changes WHERE undo_hash = $1 AND undo_until > now() RETURNING ${COLUMNS}, confirmed_at AS "confirmedAt"`,
      [undoHash],
    );
    const [found] = rows;
    if (!found) return null;
    const { confirmedAt, ...change } = found;
    if (!confirmedAt) return { end: 'cancelled', change };
    const { userId, oldEmail, createdAt } = change;
    await lockAddress(client, oldEmail);
    const other = await client.query('SELECT FROM auth_users WHERE email = $1 AND id <> $2', [oldEmail, userId]);
    if (other.rowCount) return { end: 'taken', change };
    await client.query('UPDATE auth_users SET email = $2, email_verified = true, updated_at = now() WHERE id = $1', [
      ...[userId, oldEmail],
    ]);
    await client.query(`UPDATE auth_accounts SET password = NULL WHERE user_id = $1 AND provider_id = 'credential'`, [
      userId,
    ]);
    await client.query(
      `DELETE FROM auth_accounts WHERE user_id = $1 AND provider_id <> 'credential' AND created_at > $2`,
      [userId, createdAt],
    );
    await client.query('DELETE FROM auth_passkeys WHERE user_id = $1 AND created_at > $2', [userId, createdAt]);
    await client.query('DELETE FROM auth_address_changes WHERE user_id = $1 AND created_at >= $2', [userId, createdAt]);
    await endWaysIn(client, userId, null);
    return { end: 'restored', change };
  });
}

/**
 * By the operator: the account of `email` is signed in to by `newEmail` (or the same) from now on, and by nothing that was before: no session, link, passkey,
 * linked sign-in or way back of a changed address is left, and the password is `passwordHash` (null: none, until one is set by a mail's link).
 * `unknown`: nobody signs in by `email`; `taken`: somebody else does by `newEmail`.
 */
export async function returnAccount(
  database: Database,
  {
    email,
    newEmail,
    passwordHash,
    isConfirmed,
  }: { email: string; newEmail: string; passwordHash: string | null; isConfirmed: boolean },
): Promise<'unknown' | 'taken' | { userId: string; wasConfirmed: boolean; hasSecondStep: boolean }> {
  return database.transaction(async (client) => {
    const { rows } = await client.query<{ id: string; email: string; verified: boolean; hasStep: boolean }>(
      'SELECT id, email, email_verified AS verified, two_factor_enabled AS "hasStep" FROM auth_users WHERE lower(email) = $1 FOR UPDATE',
      [email.toLowerCase()],
    );
    const [person] = rows;
    if (!person) return 'unknown';
    const { id: userId, email: from, verified, hasStep } = person;
    const to = newEmail.toLowerCase();
    const isGiven = await giveAddress(client, {
      ...{ userId, from, to, keptSession: null },
      isConfirmed: isConfirmed || (verified && to === from),
    });
    if (!isGiven) return 'taken';
    await client.query(`DELETE FROM auth_accounts WHERE user_id = $1 AND provider_id <> 'credential'`, [userId]);
    await client.query('DELETE FROM auth_passkeys WHERE user_id = $1', [userId]);
    await client.query('DELETE FROM auth_address_changes WHERE user_id = $1', [userId]);
    const set = await client.query(
      `UPDATE auth_accounts SET password = $2, updated_at = now() WHERE user_id = $1 AND provider_id = 'credential'`,
      [userId, passwordHash],
    );
    // As Better Auth makes the one of a password.
    if (!set.rowCount)
      await client.query(
        `INSERT INTO auth_accounts (id, account_id, provider_id, user_id, password) VALUES ($1, $2, 'credential', $2, $3)`,
        [newId(), userId, passwordHash],
      );
    return { userId, wasConfirmed: verified, hasSecondStep: hasStep };
  });
}

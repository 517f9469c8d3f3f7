import type { Database } from '../../database.ts';
import { moveMessages } from '../../message-writer/move-messages.ts';
import { HOLD_WAITING } from '../../message-writer/write-outcomes.ts';
import { heldDigestAt, heldPriority } from './held-long.ts';
import { canSend, isHeld, isWaiting } from './message-conditions.ts';
import { REFRESH_DUE } from './quiet-mailboxes.ts';

export interface StoredSecret {
  secretSealed: Buffer | null;
  secretVersion: number;
}

/** The secret as stored now; null when the mailbox is gone. */
export async function readSecret(database: Database, mailboxId: string): Promise<StoredSecret | null> {
  const rows = await database.query<StoredSecret>(
    `SELECT secret_sealed AS "secretSealed", secret_version AS "secretVersion" FROM mailboxes WHERE id = $1 AND deleted_at IS NULL`,
    [mailboxId],
  );
  return rows[0] ?? null;
}

/** Stores a rotated secret over the version that it came from. Null when somebody else was faster: theirs stays. */
export async function saveSecret(
  database: Database,
  mailboxId: string,
  secretVersion: number,
  sealed: Buffer,
): Promise<number | null> {
  const rows = await database.query<{ version: number }>(
    `UPDATE mailboxes SET secret_sealed = $3, secret_version = secret_version + 1, updated_at = now(),
       refresh_due_at = ${REFRESH_DUE}
     WHERE id = $1 AND secret_version = $2 AND secret_sealed IS NOT NULL AND deleted_at IS NULL
     RETURNING secret_version AS version`,
    [mailboxId, secretVersion, sealed],
  );
  return rows[0]?.version ?? null;
}

/** Runs `work` while no other process refreshes this mailbox. Holds one connection meanwhile; `work` must end within a minute. */
export async function withSecretLock<T>(database: Database, mailboxId: string, work: () => Promise<T>): Promise<T> {
  return database.transaction(async (client) => {
    await client.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [`mailbox secret ${mailboxId}`]);
    return work();
  });
}

/** Mail that waits for a mailbox that cannot send (closed, disconnected, another mode's, a suspended tenant's) becomes `held`. How many. */
export async function holdStranded(
  database: Database,
  accountKey: string,
  environment: 'live' | 'sandbox',
): Promise<number> {
  const rows = await database.query<{ count: number }>(
    `WITH ${moveMessages({
      event: 'held',
      where: `m.account_key = $1 AND ${isWaiting('m')} AND NOT EXISTS (
         SELECT FROM mailboxes b WHERE b.id = m.mailbox_id AND ${canSend('b', '$2')})`,
      stateCode: `coalesce(
         (SELECT CASE WHEN EXISTS (SELECT FROM tenants n WHERE n.id = b.tenant_id AND n.suspended_at IS NOT NULL) THEN 'tenant.suspended'
            WHEN b.environment <> $2::environment THEN 'upstream.environment' ELSE coalesce(b.state_code, 'upstream.auth_lost') END
          FROM mailboxes b WHERE b.id = m.mailbox_id), 'upstream.no_mailbox')`,
      storyData: `jsonb_build_object('code', moved.state_code)`,
    })}
     SELECT count(*)::int AS count FROM moved`,
    [accountKey, environment],
  );
  return rows[0]!.count;
}

/** Mailboxes of the other mode (sandbox, live) need to be connected again; their waiting mail is held. Ids of those closed now. Channels that pictures go to are of both modes. */
export async function closeForeignMailboxes(database: Database, environment: 'live' | 'sandbox'): Promise<string[]> {
  return database.transaction(async (client) => {
    await client.query(
      `UPDATE mailboxes SET environment = $1::environment WHERE provider = 'channel' AND environment <> $1::environment AND deleted_at IS NULL`,
      [environment],
    );
    const { rows } = await client.query<{ id: string }>(
      `UPDATE mailboxes SET state = 'needs_reconnect', state_code = 'upstream.environment', updated_at = now()
       WHERE environment <> $1::environment AND state = 'active' AND deleted_at IS NULL RETURNING id`,
      [environment],
    );
    for (const { id } of rows) await client.query(HOLD_WAITING, [id, 'upstream.environment']);
    return rows.map(({ id }) => id);
  });
}

/**
 * The mail held for a mailbox waits again, due now: what connecting a mailbox calls. The account to wake, and how many mails;
 * null when the mailbox is not active or nothing was held. What is older than an hour, of devices that want digests, is gathered for them instead; of the others it leaves behind new mail.
 */
export async function releaseHeld(
  database: Database,
  mailboxId: string,
): Promise<{ accountKey: string; count: number } | null> {
  const rows = await database.query<{ accountKey: string; count: number }>(
    `WITH mailbox AS (
       SELECT b.id, b.account_key FROM mailboxes b WHERE b.id = $1 AND ${canSend('b', 'b.environment')}
     ), ${moveMessages({
       event: 'released',
       from: 'mailbox',
       where: `m.mailbox_id = mailbox.id AND ${isHeld('m')} AND m.key_sealed IS NOT NULL`,
       set: `account_key = mailbox.account_key, priority = ${heldPriority('m')}`,
       digestAt: heldDigestAt('m'),
     })}
     SELECT mailbox.account_key AS "accountKey", (SELECT count(*)::int FROM moved) AS count FROM mailbox`,
    [mailboxId],
  );
  const found = rows[0];
  return found && found.count > 0 ? found : null;
}

/** Active mailboxes with mail still held: a process died between connecting and releasing. */
export async function findReleasable(
  database: Database,
  environment: 'live' | 'sandbox',
  limit: number,
): Promise<string[]> {
  const rows = await database.prepared<{ id: string }>(
    'sweep-releasable',
    `WITH RECURSIVE holding AS (
       (SELECT m.mailbox_id FROM messages m WHERE ${isHeld('m')} ORDER BY m.mailbox_id LIMIT 1)
       UNION ALL
       SELECT (SELECT m.mailbox_id FROM messages m WHERE ${isHeld('m')} AND m.mailbox_id > h.mailbox_id ORDER BY m.mailbox_id LIMIT 1)
       FROM holding h WHERE h.mailbox_id IS NOT NULL
     )
     SELECT b.id FROM holding h JOIN mailboxes b ON b.id = h.mailbox_id
     WHERE ${canSend('b', '$1')} LIMIT $2`,
    [environment, limit],
  );
  return rows.map(({ id }) => id);
}

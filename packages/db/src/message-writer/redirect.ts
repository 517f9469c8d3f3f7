import type { Database } from '../database.ts';
import { isHeld } from '../system/worker/message-conditions.ts';
import { moveMessages } from './move-messages.ts';

/**
 * Mail that was to go to a channel alone, and is held since the channel was removed, goes to its device's mailbox: at most `limit`. Accounts with mail due by it.
 */
export async function redirectFromChannels(database: Database, limit: number): Promise<string[]> {
  const rows = await database.query<{ accountKey: string }>(
    `WITH few AS MATERIALIZED (
       SELECT m.id, b.id AS mailbox_id, b.account_key FROM mailboxes c
       CROSS JOIN LATERAL (
         SELECT m.id, m.device_id FROM messages m WHERE m.mailbox_id = c.id AND ${isHeld('m')} AND m.key_sealed IS NOT NULL LIMIT $1
       ) m
       JOIN devices d ON d.id = m.device_id AND d.tenant_id = c.tenant_id
       JOIN mailboxes b ON b.id = d.mailbox_id AND b.tenant_id = d.tenant_id AND b.deleted_at IS NULL
       WHERE c.provider = 'channel' AND c.deleted_at IS NOT NULL LIMIT $1
     ), ${moveMessages({
       event: 'released',
       from: 'few',
       where: 'm.id = few.id',
       set: 'mailbox_id = few.mailbox_id, account_key = few.account_key',
     })}
     SELECT DISTINCT few.account_key AS "accountKey" FROM moved JOIN few ON few.id = moved.id`,
    [limit],
  );
  return rows.map(({ accountKey }) => accountKey);
}

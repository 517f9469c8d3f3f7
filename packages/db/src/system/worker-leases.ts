import type { Database } from '../database.ts';
import { HISTORY_COLUMNS, joinHistory, type MessageHistory } from './worker-history.ts';
import { isSending } from './worker-states.ts';

/** A message whose worker is gone. */
export interface LostMessage extends MessageHistory {
  messageId: string;
  tenantId: string;
  accountKey: string | null;
  fence: number;
  /** Past the commit point: the provider may have it. */
  wasCommitted: boolean;
}

const SELECT_LOST = `
  SELECT m.id AS "messageId", m.tenant_id AS "tenantId", m.account_key AS "accountKey", m.fence,
    m.committed_at IS NOT NULL AS "wasCommitted", ${HISTORY_COLUMNS}
  FROM messages m ${joinHistory('m')}`;

/** Messages whose lease ran out, oldest lease first. */
export async function findLostMessages(database: Database, limit: number): Promise<LostMessage[]> {
  return database.query<LostMessage>(
    `${SELECT_LOST} WHERE ${isSending('m')} AND m.lease_until <= now() ORDER BY m.lease_until LIMIT $1`,
    [limit],
  );
}

/**
 * Messages that an earlier turn of this account claimed and never brought to the commit point. Whoever holds the turn may put them back at once, under
 * `whileUncommitted`: a worker that is slow and not dead finds its mark refused.
 */
export async function findUncommitted(database: Database, accountKey: string, limit: number): Promise<LostMessage[]> {
  return database.prepared<LostMessage>(
    'worker-uncommitted',
    `${SELECT_LOST} WHERE ${isSending('m')} AND m.account_key = $1 AND m.committed_at IS NULL LIMIT $2`,
    [accountKey, limit],
  );
}

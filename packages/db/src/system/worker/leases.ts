import { statesBefore } from '@hikyaku/core';
import type { Database } from '../../database.ts';
import { isSending, quoted } from './message-conditions.ts';
import { HISTORY_COLUMNS, joinHistory, type MessageHistory } from './message-history.ts';

/** A message whose worker is gone. */
export interface LostMessage extends MessageHistory {
  messageId: string;
  /** The part that was being sent. */
  partNumber: number;
  tenantId: string;
  accountKey: string | null;
  fence: number;
  leaseUntil: Date;
  /** Past the commit point: the provider may have it. */
  wasCommitted: boolean;
  /** Its lease ran out. */
  hasLapsed: boolean;
}

const SELECT_LOST = `
  SELECT m.id AS "messageId", part.number AS "partNumber", m.tenant_id AS "tenantId", m.account_key AS "accountKey", m.fence, m.lease_until AS "leaseUntil",
    m.committed_at IS NOT NULL AS "wasCommitted", m.lease_until <= now() AS "hasLapsed", ${HISTORY_COLUMNS}
  FROM messages m CROSS JOIN LATERAL (
    SELECT coalesce(min(p.number) FILTER (WHERE p.state::text IN (${quoted(statesBefore('accepted'))})), 1) AS number
    FROM parts p WHERE p.message_id = m.id
  ) part ${joinHistory('m', 'part.number')}`;

/** Messages whose lease ran out, oldest lease first, `after` another one: those that cannot be ended stand first each time. */
export async function findLostMessages(
  database: Database,
  limit: number,
  after: Pick<LostMessage, 'leaseUntil' | 'messageId'> | null = null,
): Promise<LostMessage[]> {
  return database.prepared<LostMessage>(
    'sweep-lost',
    `${SELECT_LOST} WHERE ${isSending('m')} AND m.lease_until <= now()
       AND (m.lease_until, m.id) > (coalesce($2::timestamptz, '-infinity'), coalesce($3::uuid, '00000000-0000-0000-0000-000000000000'))
     ORDER BY m.lease_until, m.id LIMIT $1`,
    [limit, after?.leaseUntil, after?.messageId],
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

import { ARRIVALS, OWN_DOOR } from '@hikyaku/core';
import { isUnwatched } from '../system/edge/learn-recipients.ts';
import { DIGEST_NET } from './digest-windows.ts';
import { PLAIN_DIGEST_AT } from './gathering.ts';
import { ACCEPTED_AT, ACCEPTED_LINES, givenMails, PRIORITY, STONES, TOLD } from './insert-steps.ts';
import type { NewMessage } from './new-message.ts';

const { arrived } = ARRIVALS;

/**
 * Those of a batch that are an unwatched device's (`isUnwatched`), to all of their recipients at once, under no rule and no quiet hours, and so is all else of their device: a device's
 * mails go in one statement, since the first of them may be its first after quiet.
 */
export function plainOf(
  messages: NewMessage[],
  waiting: ReadonlyMap<string, number[]>,
  unwatched: ReadonlySet<string | null>,
): NewMessage[] {
  const isPlain = (m: NewMessage): boolean =>
    unwatched.has(m.deviceId) &&
    m.door !== OWN_DOOR &&
    !m.rule &&
    !m.notBefore &&
    !m.copyOf &&
    !waiting.get(m.messageId)?.length;
  const others = new Set(messages.filter((message) => !isPlain(message)).map(({ deviceId }) => deviceId));
  return messages.filter(({ deviceId }) => !others.has(deviceId));
}

/**
 * SQL: the insert of `plainOf`, with the values and the answer of the one of `insert-messages.ts` and half of its steps. It leaves to that one what belongs to a mailbox that is
 * gone, or to a device that came to be watched just now. `hasDigests`: it gathers, as its devices want.
 */
const insertPlain = (hasDigests: boolean): string => `
WITH given AS (
  SELECT g.*, ${ACCEPTED_AT},${hasDigests ? ' row_number() OVER (PARTITION BY g.device_id, g.is_test ORDER BY g.accepted_ms, g.id) AS alert_rank,' : ''}
    row_number() OVER (PARTITION BY g.device_id ORDER BY g.accepted_ms, g.id) = 1 AS is_first
  FROM ${givenMails()}
), inserted AS (
  INSERT INTO messages (id, queue_id, tenant_id, device_id, mailbox_id, account_key, state, due_at, digest_at, priority, is_test, subject,
    size_bytes, mail_from, recipients, message_id_header, door, accepted_at, key_sealed, spool_object, spool_offset, spool_length)
  SELECT g.id, g.queue_id, g.tenant_id, g.device_id, g.mailbox_id, b.account_key, '${arrived.state}',
    ${hasDigests ? `coalesce(w.digest_at + ${DIGEST_NET}, now()), w.digest_at` : 'now(), NULL'}, ${PRIORITY},
    g.is_test, g.subject, g.size_bytes, g.mail_from, string_to_array(g.recipients, E'\\n'), g.message_id_header, g.door, g.accepted_at,
    decode(g.key_sealed, 'base64'), g.spool_object, g.spool_offset, g.spool_length
  FROM given g
  JOIN tenants n ON n.id = g.tenant_id AND n.deleted_at IS NULL
  JOIN mailboxes b ON b.id = g.mailbox_id AND b.tenant_id = g.tenant_id AND b.deleted_at IS NULL
  JOIN devices d ON d.id = g.device_id AND ${isUnwatched('d')}${hasDigests ? '' : ' AND d.digest_minutes IS NULL'}
  ${hasDigests ? `CROSS JOIN LATERAL (SELECT ${PLAIN_DIGEST_AT} AS digest_at) w` : ''}
  WHERE NOT EXISTS (SELECT FROM tombstones t WHERE t.message_id = g.id)
  ORDER BY g.accepted_ms, g.id
  ON CONFLICT (id) DO NOTHING
  RETURNING id, tenant_id, device_id, mailbox_id, account_key, accepted_at, digest_at, is_test, NULL::text AS was, state::text AS state, state_code
), ${STONES}, story AS (
  INSERT INTO message_events (message_id, tenant_id, at, kind, data)
  ${ACCEPTED_LINES}
), ${TOLD}
SELECT id, tenant_id AS "tenantId", account_key AS "accountKey", date_part('epoch', now() - accepted_at) * 1000 AS "lagMs",
  ${hasDigests ? 'CASE WHEN digest_at IS NULL AND NOT is_test THEN device_id END' : 'NULL'} AS opens, NULL AS "copyTo"
FROM inserted`;

export const INSERT_PLAIN = { name: 'insert-plain', text: insertPlain(false) };
export const INSERT_GATHERING = { name: 'insert-gathering', text: insertPlain(true) };

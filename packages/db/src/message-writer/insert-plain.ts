import { ARRIVALS } from '@hikyaku/core';
import { isUnwatched } from '../system/learn-recipients.ts';
import { OWN_DOOR } from './gathering.ts';
import type { NewMessage } from './new-message.ts';
import { QUIET } from './quiet.ts';
import { tellMoves } from './tell-moves.ts';

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
 * The insert of `plainOf`, with the values and the answer of the one of `insert-messages.ts` and half of its steps. It leaves to that one what belongs to a mailbox that is
 * gone, or to a device that came to be watched just now.
 */
export const INSERT_PLAIN = {
  name: 'insert-plain',
  text: `
WITH given AS (
  SELECT g.*, least(to_timestamp(g.accepted_ms / 1000), now()) AS accepted_at,
    row_number() OVER (PARTITION BY g.device_id ORDER BY g.accepted_ms, g.id) = 1 AS is_first
  FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[], $6::float8[], $7::text[], $8::text[], $9::text[], $10::text[],
    $11::bool[], $12::int[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::bigint[], $19::bigint[])
    AS g (id, queue_id, tenant_id, device_id, mailbox_id, accepted_ms, mail_from, recipients, subject, message_id_header,
      is_test, size_bytes, door, tls, client_address, key_sealed, spool_object, spool_offset, spool_length)
), inserted AS (
  INSERT INTO messages (id, queue_id, tenant_id, device_id, mailbox_id, account_key, state, due_at, priority, is_test, subject,
    size_bytes, mail_from, recipients, message_id_header, door, accepted_at, key_sealed, spool_object, spool_offset, spool_length)
  SELECT g.id, g.queue_id, g.tenant_id, g.device_id, g.mailbox_id, b.account_key, '${arrived.state}', now(),
    CASE WHEN g.is_test THEN 0 WHEN g.is_first AND coalesce(d.last_message_at < g.accepted_at - ${QUIET}, true) THEN 1 ELSE 2 END,
    g.is_test, g.subject, g.size_bytes, g.mail_from, string_to_array(g.recipients, E'\\n'), g.message_id_header, g.door, g.accepted_at,
    decode(g.key_sealed, 'base64'), g.spool_object, g.spool_offset, g.spool_length
  FROM given g
  JOIN tenants n ON n.id = g.tenant_id AND n.deleted_at IS NULL
  JOIN mailboxes b ON b.id = g.mailbox_id AND b.tenant_id = g.tenant_id AND b.deleted_at IS NULL
  JOIN devices d ON d.id = g.device_id AND ${isUnwatched('d')}
  WHERE NOT EXISTS (SELECT FROM tombstones t WHERE t.message_id = g.id)
  ORDER BY g.accepted_ms, g.id
  ON CONFLICT (id) DO NOTHING
  RETURNING id, tenant_id, device_id, mailbox_id, account_key, accepted_at, NULL::text AS was, state::text AS state, state_code
), stones AS (
  INSERT INTO tombstones (message_id) SELECT id FROM inserted ON CONFLICT DO NOTHING
), story AS (
  INSERT INTO message_events (message_id, tenant_id, at, kind, data)
  SELECT i.id, i.tenant_id, i.accepted_at, 'accepted', jsonb_build_object('door', g.door, 'tls', g.tls, 'address', g.client_address)
  FROM inserted i JOIN given g ON g.id = i.id
), told AS (${tellMoves('inserted')}
)
SELECT id, tenant_id AS "tenantId", account_key AS "accountKey", date_part('epoch', now() - accepted_at) * 1000 AS "lagMs", NULL AS opens, NULL AS "copyTo"
FROM inserted`,
};

/** How many of the insert's values, from the first on, the plain one has. */
export const PLAIN_VALUES = 19;

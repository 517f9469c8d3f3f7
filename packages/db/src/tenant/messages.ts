import { type MessageState, statesBefore } from '@hikyaku/core';
import { Prisma } from '../generated/client.ts';
import type { TenantScope } from './scope.ts';

/** Metadata only: the role may not even read the sealed key or where the content lies. */
export interface MessageRow {
  id: string;
  seq: bigint;
  queueId: string;
  state: MessageState;
  stateCode: string | null;
  /** Null: mail of our own, of no device. */
  deviceId: string | null;
  deviceName: string | null;
  mailboxId: string;
  mailboxAddress: string | null;
  provider: 'microsoft' | 'google' | 'smtp' | 'channel' | null;
  accountKey: string | null;
  /** Its mailbox has to be connected anew, and its device names no other one. */
  isMailboxLost: boolean;
  isTest: boolean;
  subject: string | null;
  sizeBytes: number;
  recipients: string[];
  mailFrom: string;
  messageIdHeader: string;
  door: string;
  acceptedAt: Date;
  sentAt: Date | null;
  dueAt: Date | null;
  /** When it is put into a digest, while it is gathered for one. */
  digestAt: Date | null;
  /** The digest that it is in. */
  digestId: string | null;
  /** The mail of which it is a channel's copy. */
  copyOf: string | null;
  contentUntil: Date | null;
  contentDestroyedAt: Date | null;
}

const columns = Prisma.sql`
  m.id, m.seq, m.queue_id AS "queueId", m.state::text AS state, m.state_code AS "stateCode", m.device_id AS "deviceId",
  d.name AS "deviceName", m.mailbox_id AS "mailboxId", CASE b.provider WHEN 'channel' THEN b.display_name ELSE b.address END AS "mailboxAddress", b.provider::text AS provider,
  m.account_key AS "accountKey", coalesce(b.state = 'needs_reconnect' AND d.fallback_mailbox_id IS NULL, false) AS "isMailboxLost", m.is_test AS "isTest", m.subject, m.size_bytes AS "sizeBytes", m.recipients,
  m.mail_from AS "mailFrom", m.message_id_header AS "messageIdHeader", m.door, m.accepted_at AS "acceptedAt", m.sent_at AS "sentAt",
  m.due_at AS "dueAt", m.digest_at AS "digestAt", m.digest_id AS "digestId", m.copy_of AS "copyOf", m.content_until AS "contentUntil", m.content_destroyed_at AS "contentDestroyedAt"`;

// Names come from deleted devices and mailboxes too: the log keeps telling who sent what.
const joins = (tenantId: string) => Prisma.sql`
  LEFT JOIN devices d ON d.id = m.device_id AND d.tenant_id = ${tenantId}::uuid
  LEFT JOIN mailboxes b ON b.id = m.mailbox_id AND b.tenant_id = ${tenantId}::uuid`;

/** The rows with these ids, in their order. */
export async function selectMessages(scope: TenantScope, ids: string[]): Promise<MessageRow[]> {
  if (ids.length === 0) return [];
  return scope.tx.$queryRaw<MessageRow[]>`
    SELECT ${columns} FROM unnest(${ids}::uuid[]) WITH ORDINALITY AS g (id, place)
    JOIN messages m ON m.id = g.id AND m.tenant_id = ${scope.tenantId}::uuid ${joins(scope.tenantId)} ORDER BY g.place`;
}

export async function findMessage(scope: TenantScope, id: string): Promise<MessageRow | null> {
  const rows = await scope.tx.$queryRaw<MessageRow[]>`
    SELECT ${columns} FROM messages m ${joins(scope.tenantId)}
    WHERE m.id = ${id}::uuid AND m.tenant_id = ${scope.tenantId}::uuid`;
  return rows[0] ?? null;
}

/** True when a retry can be offered: the content is still there, and the state has a way back (or is only waiting). */
export function canRetryMessage(row: Pick<MessageRow, 'state' | 'contentDestroyedAt' | 'accountKey'>): boolean {
  return row.contentDestroyedAt === null && row.accountKey !== null && statesBefore('retried').includes(row.state);
}

import { type MessageState, nextMessageState, statesBefore } from '@hikyaku/core';
import { Prisma } from '../generated/client.ts';
import type { TenantScope } from './scope.ts';

/** Metadata only: the role may not even read the sealed key or where the content lies. */
export interface MessageRow {
  id: string;
  seq: bigint;
  queueId: string;
  state: MessageState;
  stateCode: string | null;
  deviceId: string;
  deviceName: string | null;
  mailboxId: string;
  mailboxAddress: string | null;
  provider: 'microsoft' | 'google' | 'smtp' | null;
  accountKey: string | null;
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
  contentUntil: Date | null;
  contentDestroyedAt: Date | null;
}

export interface MessageFilter {
  deviceId?: string | undefined;
  mailboxId?: string | undefined;
  states?: MessageState[] | undefined;
  /** Part of a subject or recipient, or a whole queue id. */
  text?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

const columns = Prisma.sql`
  m.id, m.seq, m.queue_id AS "queueId", m.state::text AS state, m.state_code AS "stateCode", m.device_id AS "deviceId",
  d.name AS "deviceName", m.mailbox_id AS "mailboxId", b.address AS "mailboxAddress", b.provider::text AS provider,
  m.account_key AS "accountKey", m.is_test AS "isTest", m.subject, m.size_bytes AS "sizeBytes", m.recipients,
  m.mail_from AS "mailFrom", m.message_id_header AS "messageIdHeader", m.door, m.accepted_at AS "acceptedAt", m.sent_at AS "sentAt",
  m.due_at AS "dueAt", m.content_until AS "contentUntil", m.content_destroyed_at AS "contentDestroyedAt"`;

// Names come from deleted devices and mailboxes too: the log keeps telling who sent what.
const joins = (tenantId: string) => Prisma.sql`
  LEFT JOIN devices d ON d.id = m.device_id AND d.tenant_id = ${tenantId}::uuid
  LEFT JOIN mailboxes b ON b.id = m.mailbox_id AND b.tenant_id = ${tenantId}::uuid`;

/** A search looks at that many mails per page (a tenth of a second or two); short Japanese words defeat every text index. */
const SEARCHED_PER_PAGE = 50_000;

export interface MessagePage {
  rows: MessageRow[];
  /** A search stopped there with room left on its page: go on below it. Null when it saw everything, or there was no search. */
  searchedTo: bigint | null;
}

/** Newest ingest first, from `beforeSeq` on: a range scan, and stable while new mail arrives. */
export async function pageMessages(
  scope: TenantScope,
  filter: MessageFilter,
  page: { limit: number; beforeSeq?: bigint | undefined; searchAtMost?: number },
): Promise<MessagePage> {
  const { tenantId, tx } = scope;
  const when = [Prisma.sql`m.tenant_id = ${tenantId}::uuid`];
  if (page.beforeSeq !== undefined) when.push(Prisma.sql`m.seq < ${page.beforeSeq}`);
  if (filter.deviceId) when.push(Prisma.sql`m.device_id = ${filter.deviceId}::uuid`);
  if (filter.mailboxId) when.push(Prisma.sql`m.mailbox_id = ${filter.mailboxId}::uuid`);
  if (filter.states) when.push(Prisma.sql`m.state = ANY(${filter.states}::message_state[])`);
  if (filter.from) when.push(Prisma.sql`m.accepted_at >= ${filter.from}`);
  if (filter.to) when.push(Prisma.sql`m.accepted_at < ${filter.to}`);
  const wanted = Prisma.join(when, ' AND ');
  if (!filter.text) {
    const rows = await tx.$queryRaw<MessageRow[]>`
      SELECT ${columns} FROM messages m ${joins(tenantId)} WHERE ${wanted} ORDER BY m.seq DESC LIMIT ${page.limit}`;
    return { rows, searchedTo: null };
  }
  const searchAtMost = page.searchAtMost ?? SEARCHED_PER_PAGE;
  const pattern = `%${filter.text.replace(/[\\%_]/g, '\\$&')}%`;
  const candidates = Prisma.sql`SELECT m.seq, m.queue_id, m.subject, m.recipients FROM messages m
    WHERE ${wanted} ORDER BY m.seq DESC LIMIT ${searchAtMost}`;
  const rows = await tx.$queryRaw<MessageRow[]>`
    SELECT ${columns} FROM (${candidates}) c JOIN messages m ON m.seq = c.seq ${joins(tenantId)}
    WHERE c.queue_id = ${filter.text.toUpperCase()} OR c.subject ILIKE ${pattern} OR array_to_string(c.recipients, ' ') ILIKE ${pattern}
    ORDER BY m.seq DESC LIMIT ${page.limit}`;
  if (rows.length === page.limit) return { rows, searchedTo: null };
  const [end] = await tx.$queryRaw<{ seq: bigint | null }[]>`
    SELECT c.seq FROM (${candidates}) c OFFSET ${searchAtMost - 1} LIMIT 1`;
  return { rows, searchedTo: end?.seq ?? null };
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

/** Sends a message on its way again, now. Null when it has moved meanwhile; otherwise the state it is in. */
export async function retryMessage(scope: TenantScope, row: MessageRow): Promise<MessageState | null> {
  const state = nextMessageState(row.state, 'retried');
  // Due times are Postgres's clock's.
  const count = await scope.tx.$executeRaw`
    UPDATE messages SET state = ${state}::message_state, state_code = NULL, due_at = now(), content_until = NULL
    WHERE id = ${row.id}::uuid AND tenant_id = ${scope.tenantId}::uuid AND state = ${row.state}::message_state
      AND content_destroyed_at IS NULL`;
  if (count === 0) return null;
  await scope.tx.messageEvent.createMany({
    data: [{ messageId: row.id, tenantId: scope.tenantId, kind: 'retried', data: { from: row.state } }],
  });
  return state;
}

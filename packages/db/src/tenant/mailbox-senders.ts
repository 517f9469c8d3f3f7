import type { MailboxSender } from '../generated/client.ts';
import type { TenantScope } from './scope.ts';

export type MailboxSenderRow = Omit<MailboxSender, 'tenantId'>;

const OMITTED = { tenantId: true } as const;

/** All of a mailbox, by address; their number is bounded when they are added. */
export async function listSenders(scope: TenantScope, mailboxId: string): Promise<MailboxSenderRow[]> {
  return scope.tx.mailboxSender.findMany({
    where: { mailboxId, tenantId: scope.tenantId },
    orderBy: { address: 'asc' },
    omit: OMITTED,
  });
}

/** Null for unknown ones and another tenant's. */
export async function findSender(scope: TenantScope, id: string): Promise<MailboxSenderRow | null> {
  return scope.tx.mailboxSender.findFirst({ where: { id, tenantId: scope.tenantId }, omit: OMITTED });
}

/** As `findSender`. Nobody removes it before this transaction ends, so that no device keeps a sender that is gone. */
export async function holdSender(scope: TenantScope, id: string): Promise<MailboxSenderRow | null> {
  await scope.tx.$queryRaw`
    SELECT 1 AS held FROM mailbox_senders WHERE id = ${id}::uuid AND tenant_id = ${scope.tenantId}::uuid FOR KEY SHARE`;
  return findSender(scope, id);
}

/** Senders of one mailbox are added one after the other: until this transaction ends nobody else adds one. */
export async function lockSenders(scope: TenantScope, mailboxId: string): Promise<void> {
  await scope.tx.$queryRaw`SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(${`senders ${mailboxId}`}, 0))`;
}

export async function insertSender(
  scope: TenantScope,
  sender: Pick<MailboxSenderRow, 'id' | 'mailboxId' | 'address' | 'kind'>,
): Promise<void> {
  await scope.tx.mailboxSender.createMany({ data: [{ ...sender, tenantId: scope.tenantId }] });
}

/** The owner's word, where the provider's answer says nothing. */
export async function confirmSender(scope: TenantScope, id: string, now: Date): Promise<void> {
  await scope.tx.mailboxSender.updateMany({
    where: { id, tenantId: scope.tenantId },
    data: { state: 'works', stateCode: null, testedAt: now },
  });
}

/** Its devices send from the mailbox's own address again. First the sender: whoever gives it to a device just now is waited for. */
export async function removeSender(scope: TenantScope, id: string): Promise<void> {
  const { tenantId, tx } = scope;
  await tx.mailboxSender.deleteMany({ where: { id, tenantId } });
  await tx.device.updateMany({ where: { tenantId, senderId: id }, data: { senderId: null } });
}

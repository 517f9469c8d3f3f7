import type { Mailbox } from '../generated/client.ts';
import type { TenantScope } from './scope.ts';

/** Without the sealed secret: only who needs it asks for it. */
export type MailboxRow = Omit<Mailbox, 'tenantId' | 'secretSealed'>;
export type MailboxListRow = MailboxRow & { deviceCount: number; heldCount: number };

const omit = { secretSealed: true } as const;

export async function findMailbox(scope: TenantScope, id: string): Promise<MailboxRow | null> {
  return scope.tx.mailbox.findFirst({ where: { id, tenantId: scope.tenantId, deletedAt: null }, omit });
}

export async function pageMailboxes(
  scope: TenantScope,
  page: { limit: number; beforeId?: string | undefined },
): Promise<MailboxListRow[]> {
  const { tenantId, tx } = scope;
  const rows = await tx.mailbox.findMany({
    where: { tenantId, deletedAt: null, ...(page.beforeId ? { id: { lt: page.beforeId } } : {}) },
    orderBy: { id: 'desc' },
    take: page.limit,
    omit,
  });
  const mailboxId = { in: rows.map(({ id }) => id) };
  const devices = await tx.device.groupBy({
    by: ['mailboxId'],
    where: { tenantId, mailboxId, deletedAt: null },
    _count: true,
  });
  const held = await tx.message.groupBy({
    by: ['mailboxId'],
    where: { tenantId, mailboxId, state: 'held' },
    _count: true,
  });
  const countOf = (groups: { mailboxId: string; _count: number }[], id: string) =>
    groups.find((group) => group.mailboxId === id)?._count ?? 0;
  return rows.map((row) => ({ ...row, deviceCount: countOf(devices, row.id), heldCount: countOf(held, row.id) }));
}

/** The account key and the sealed secret, for ending the grant at the provider. */
export async function findMailboxSecret(
  scope: TenantScope,
  id: string,
): Promise<{ provider: Mailbox['provider']; accountKey: string; secretSealed: Buffer | null } | null> {
  const row = await scope.tx.mailbox.findFirst({
    where: { id, tenantId: scope.tenantId, deletedAt: null },
    select: { provider: true, accountKey: true, secretSealed: true },
  });
  return row && { ...row, secretSealed: row.secretSealed && Buffer.from(row.secretSealed) };
}

/** Takes a mailbox out of use and forgets its secret. False when there is no such mailbox. */
export async function closeMailbox(scope: TenantScope, id: string, now: Date): Promise<boolean> {
  const { count } = await scope.tx.mailbox.updateMany({
    where: { id, tenantId: scope.tenantId, deletedAt: null },
    data: { deletedAt: now, secretSealed: null, secretVersion: { increment: 1 }, state: 'disabled' },
  });
  return count === 1;
}

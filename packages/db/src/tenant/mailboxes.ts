import { type Mailbox, Prisma } from '../generated/client.ts';
import { isHeld } from '../system/worker/message-conditions.ts';
import type { TenantScope } from './scope.ts';

/** Without the sealed secret: only who needs it asks for it. */
export type MailboxRow = Omit<Mailbox, 'tenantId' | 'secretSealed' | 'provider'> & { provider: MailboxProvider };
type MailboxProvider = Exclude<Mailbox['provider'], 'channel'>;
/** `heldCount` counts up to 10,000. */
export type MailboxListRow = MailboxRow & { deviceCount: number; heldCount: number };

/** Held mails of one mailbox: more than anybody reads one by one, and counted in about ten milliseconds. */
const COUNTED_AT_MOST = 10_000;

const omit = { secretSealed: true } as const;
/** Channels that pictures go to are no mailboxes to their owner. */
const isMailbox = { deletedAt: null, provider: { not: 'channel' } } as const;

export async function findMailbox(scope: TenantScope, id: string): Promise<MailboxRow | null> {
  const row = await scope.tx.mailbox.findFirst({ where: { id, tenantId: scope.tenantId, ...isMailbox }, omit });
  return row as MailboxRow | null;
}

/** Ids of all mailboxes in use. */
export async function listMailboxIds(scope: TenantScope): Promise<string[]> {
  const rows = await scope.tx.mailbox.findMany({
    where: { tenantId: scope.tenantId, ...isMailbox },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}

export async function pageMailboxes(
  scope: TenantScope,
  page: { limit: number; beforeId?: string | undefined },
): Promise<MailboxListRow[]> {
  const { tenantId, tx } = scope;
  const rows = (await tx.mailbox.findMany({
    where: { tenantId, ...isMailbox, ...(page.beforeId ? { id: { lt: page.beforeId } } : {}) },
    orderBy: { id: 'desc' },
    take: page.limit,
    omit,
  })) as MailboxRow[];
  const mailboxId = { in: rows.map(({ id }) => id) };
  const devices = await tx.device.groupBy({
    by: ['mailboxId'],
    where: { tenantId, mailboxId, deletedAt: null },
    _count: true,
  });
  // By the columns that are set in no other state: an enum would be compared row by row, in everybody's mail.
  const held = await tx.$queryRaw<{ mailboxId: string; _count: number }[]>`
    SELECT b.id AS "mailboxId", held.count AS "_count" FROM unnest(${mailboxId.in}::uuid[]) AS b (id) CROSS JOIN LATERAL (
      SELECT count(*)::int AS count FROM (
        SELECT FROM messages m WHERE m.tenant_id = ${tenantId}::uuid AND m.mailbox_id = b.id AND ${Prisma.raw(isHeld('m'))}
        LIMIT ${COUNTED_AT_MOST}) counted
    ) held`;
  const countOf = (groups: { mailboxId: string; _count: number }[], id: string) =>
    groups.find((group) => group.mailboxId === id)?._count ?? 0;
  return rows.map((row) => ({ ...row, deviceCount: countOf(devices, row.id), heldCount: countOf(held, row.id) }));
}

/** The account and the sealed secret, for ending the grant at the provider or for connecting it anew. */
export async function findMailboxSecret(
  scope: TenantScope,
  id: string,
): Promise<(Pick<MailboxRow, 'provider' | 'accountKey' | 'address'> & { secretSealed: Buffer | null }) | null> {
  const row = await scope.tx.mailbox.findFirst({
    where: { id, tenantId: scope.tenantId, ...isMailbox },
    select: { provider: true, accountKey: true, address: true, secretSealed: true },
  });
  if (!row) return null;
  const { provider, secretSealed, ...rest } = row;
  return {
    ...rest,
    provider: provider as MailboxProvider,
    secretSealed: secretSealed && Buffer.from(secretSealed),
  };
}

/** Takes a mailbox into use again that was closed for this reason. */
export async function openAgain(scope: TenantScope, id: string, stateCode: string | null): Promise<void> {
  await scope.tx.mailbox.updateMany({
    where: { id, tenantId: scope.tenantId, deletedAt: null, state: 'needs_reconnect', stateCode },
    data: { state: 'active', stateCode: null },
  });
}

/** Takes a mailbox out of use and forgets its secret. False when there is no such mailbox. */
export async function closeMailbox(scope: TenantScope, id: string, now: Date): Promise<boolean> {
  const { count } = await scope.tx.mailbox.updateMany({
    where: { id, tenantId: scope.tenantId, deletedAt: null },
    data: { deletedAt: now, secretSealed: null, secretVersion: { increment: 1 }, state: 'disabled' },
  });
  return count === 1;
}

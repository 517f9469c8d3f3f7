import { newId } from '@hikyaku/core';
import type { Environment, Provider } from '../generated/client.ts';
import type { TenantScope } from './scope.ts';

const WEEK_MS = 7 * 86_400_000;

export interface ConnectedAccount {
  provider: Provider;
  environment: Environment;
  accountKey: string;
  address: string;
  signInName: string | null;
  displayName: string | null;
  scopes: string[];
}

/** The mailbox of an account in this tenant: the live one, else the one disconnected last (its devices still point at it), else null. */
export async function findMailboxOfAccount(scope: TenantScope, accountKey: string): Promise<{ id: string } | null> {
  return scope.tx.mailbox.findFirst({
    where: { tenantId: scope.tenantId, accountKey },
    orderBy: [{ deletedAt: { sort: 'desc', nulls: 'first' } }],
    select: { id: true },
  });
}

/**
 * Writes a finished connection: a new mailbox, or the account's old one with the new secret. `sealSecret` gets the mailbox's id,
 * which the sealing is bound to.
 */
export async function connectMailbox(
  scope: TenantScope,
  account: ConnectedAccount,
  sealSecret: (mailboxId: string) => Buffer,
): Promise<{ id: string; isNew: boolean }> {
  const { tenantId, tx } = scope;
  // Two browsers that finish the same account at once: the second must see the first's row.
  await tx.$queryRaw`SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(${`${tenantId} ${account.accountKey}`}, 0))`;
  const existing = await findMailboxOfAccount(scope, account.accountKey);
  const id = existing?.id ?? newId();
  // An SMTP account's password does not age of disuse.
  const refreshDueAt = account.provider === 'smtp' ? null : new Date(Date.now() + WEEK_MS);
  const values = {
    ...account,
    secretSealed: new Uint8Array(sealSecret(id)),
    state: 'active' as const,
    stateCode: null,
    deletedAt: null,
    refreshDueAt,
  };
  if (!existing) {
    await tx.mailbox.create({ data: { ...values, id, tenantId, secretVersion: 1 }, select: { id: true } });
    return { id, isNew: true };
  }
  await tx.mailbox.updateMany({
    where: { id, tenantId },
    data: { ...values, secretVersion: { increment: 1 } },
  });
  return { id, isNew: false };
}

import { newId } from '@hikyaku/core';
import type { Prisma } from '../generated/client.ts';
import type { TenantScope } from './scope.ts';

/** Writes who did what, in the transaction of the change itself. `data` holds names and numbers, never a secret. */
export async function addAuditEntry(
  scope: TenantScope,
  entry: { actor: string; action: string; target?: string; data?: Prisma.InputJsonValue },
): Promise<void> {
  // createMany: no RETURNING, so the role needs no right to read the log.
  await scope.tx.auditEntry.createMany({ data: [{ id: newId(), tenantId: scope.tenantId, ...entry }] });
}

import type { TenantScope } from './scope.ts';

export interface NewApiKey {
  id: string;
  userId: string;
  name: string;
  /** read, change */
  scope: string;
  hint: string;
  secretHash: Uint8Array<ArrayBuffer>;
  createdAt: Date;
  expiresAt: Date | null;
}

export function countApiKeys({ tx, tenantId }: TenantScope): Promise<number> {
  return tx.apiKey.count({ where: { tenantId } });
}

export async function insertApiKey({ tx, tenantId }: TenantScope, key: NewApiKey): Promise<void> {
  // createMany: no RETURNING, so the role needs no right to read a hash.
  await tx.apiKey.createMany({ data: [{ ...key, tenantId }] });
}

/** Its name; null when the tenant has no such key. */
export async function deleteApiKey({ tx, tenantId }: TenantScope, id: string): Promise<string | null> {
  const row = await tx.apiKey.findFirst({ where: { id, tenantId }, select: { name: true } });
  if (!row) return null;
  await tx.apiKey.deleteMany({ where: { id, tenantId } });
  return row.name;
}

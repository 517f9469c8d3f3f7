import type { Tenant } from '../generated/client.ts';
import type { TenantScope } from './scope.ts';

export async function findTenant(scope: TenantScope): Promise<Tenant | null> {
  return scope.tx.tenant.findFirst({ where: { id: scope.tenantId, deletedAt: null } });
}

export async function updateTenant(
  scope: TenantScope,
  values: Partial<Pick<Tenant, 'name' | 'hideSubjects' | 'retentionDays' | 'timeZone' | 'defaultMailboxId'>>,
): Promise<void> {
  await scope.tx.tenant.updateMany({ where: { id: scope.tenantId, deletedAt: null }, data: values });
}

/** From now on nobody sees or serves the tenant; a minute later its erasure begins. By Postgres's clock, which erasure goes by. */
export async function endTenant(scope: TenantScope): Promise<void> {
  await scope.tx
    .$executeRaw`UPDATE tenants SET deleted_at = now() WHERE id = ${scope.tenantId}::uuid AND deleted_at IS NULL`;
}

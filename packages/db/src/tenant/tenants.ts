import type { Tenant } from '../generated/client.ts';
import type { TenantScope } from './scope.ts';

export async function findTenant(scope: TenantScope): Promise<Tenant | null> {
  return scope.tx.tenant.findFirst({ where: { id: scope.tenantId, deletedAt: null } });
}

export async function updateTenant(
  scope: TenantScope,
  values: Partial<Pick<Tenant, 'name' | 'hideSubjects' | 'retentionDays'>>,
): Promise<void> {
  await scope.tx.tenant.updateMany({ where: { id: scope.tenantId, deletedAt: null }, data: values });
}

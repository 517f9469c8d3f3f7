import type { DeviceGroup } from '../generated/client.ts';
import type { TenantScope } from './scope.ts';

export type DeviceGroupRow = Omit<DeviceGroup, 'tenantId' | 'rules'>;

const OMITTED = { tenantId: true, rules: true } as const;

/** All of them with how many devices each has; a plan bounds their number. */
export async function listGroups(scope: TenantScope): Promise<(DeviceGroupRow & { deviceCount: number })[]> {
  const { tenantId, tx } = scope;
  const rows = await tx.deviceGroup.findMany({ where: { tenantId }, omit: OMITTED });
  const counts = await tx.device.groupBy({
    by: ['groupId'],
    where: { tenantId, deletedAt: null, groupId: { not: null } },
    _count: { _all: true },
  });
  const countOf = new Map(counts.map(({ groupId, _count }) => [groupId, _count._all]));
  return rows.map((row) => ({ ...row, deviceCount: countOf.get(row.id) ?? 0 }));
}

export async function countGroups(scope: TenantScope): Promise<number> {
  return scope.tx.deviceGroup.count({ where: { tenantId: scope.tenantId } });
}

/** Null for unknown ones and another tenant's. */
export async function findGroup(scope: TenantScope, id: string): Promise<DeviceGroupRow | null> {
  return scope.tx.deviceGroup.findFirst({ where: { id, tenantId: scope.tenantId }, omit: OMITTED });
}

/** False for unknown ones and another tenant's. True: nobody removes it before this transaction ends, so that no device is left in a group that is gone. */
export async function holdGroup(scope: TenantScope, id: string): Promise<boolean> {
  const rows = await scope.tx.$queryRaw<unknown[]>`
    SELECT 1 AS held FROM device_groups WHERE id = ${id}::uuid AND tenant_id = ${scope.tenantId}::uuid FOR KEY SHARE`;
  return rows.length > 0;
}

/** The id of the group with this name, whatever its case. */
export async function findGroupByName(scope: TenantScope, name: string): Promise<string | null> {
  const [row] = await scope.tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM device_groups WHERE tenant_id = ${scope.tenantId}::uuid AND lower(name) = lower(${name})`;
  return row?.id ?? null;
}

export async function insertGroup(scope: TenantScope, id: string, name: string): Promise<void> {
  await scope.tx.deviceGroup.createMany({ data: [{ id, name, tenantId: scope.tenantId }] });
}

export async function updateGroup(
  scope: TenantScope,
  id: string,
  data: Partial<Pick<DeviceGroupRow, 'name' | 'digestTogether'>>,
): Promise<void> {
  await scope.tx.deviceGroup.updateMany({ where: { id, tenantId: scope.tenantId }, data });
}

/** Its devices stay, in no group. First the group: whoever assigns a device to it just now is waited for, and its device ungrouped too. */
export async function removeGroup(scope: TenantScope, id: string): Promise<void> {
  const { tenantId, tx } = scope;
  await tx.deviceGroup.deleteMany({ where: { id, tenantId } });
  await tx.device.updateMany({ where: { tenantId, groupId: id }, data: { groupId: null } });
}

import type { DeviceGroup, DeviceGroupName } from '@hikyaku/contracts';
import { addAuditEntry, findGroup, listGroups, renameGroup } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, type ServiceContext } from '../context.ts';
import { lockTenantLimits } from '../limits/tenant-limits.ts';
import { describeGroup } from './list.ts';
import { requireFreeName } from './require-free-name.ts';

/** @throws RelayError `api.forbidden`, `api.not_found`, `group.name_taken` */
export async function renameDeviceGroup(
  context: ServiceContext,
  id: string,
  { name }: DeviceGroupName,
): Promise<DeviceGroup> {
  requirePermission(context, 'devices.change');
  const before = found(await findGroup(context, id));
  await lockTenantLimits(context);
  await requireFreeName(context, name, id);
  await renameGroup(context, id, name);
  const data = { name, before: before.name };
  await addAuditEntry(context, { actor: context.actor.name, action: 'group.renamed', target: id, data });
  const { deviceCount, ...row } = found((await listGroups(context)).find((group) => group.id === id));
  return describeGroup(row, deviceCount);
}

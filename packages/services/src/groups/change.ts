import type { DeviceGroup, DeviceGroupChange } from '@hikyaku/contracts';
import { addAuditEntry, findGroup, listGroups, updateGroup } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, type ServiceContext } from '../context.ts';
import { lockTenantLimits } from '../limits/tenant-limits.ts';
import { describeGroup } from './list.ts';
import { requireFreeName } from './require-free-name.ts';

/** Changes what the request names and nothing else. @throws RelayError `api.forbidden`, `api.not_found`, `group.name_taken` */
export async function changeDeviceGroup(
  context: ServiceContext,
  id: string,
  { name, digestTogether }: DeviceGroupChange,
): Promise<DeviceGroup> {
  requirePermission(context, 'devices.change');
  const before = found(await findGroup(context, id));
  await lockTenantLimits(context);
  const { actor } = context;
  if (name !== undefined) {
    await requireFreeName(context, name, id);
    await updateGroup(context, id, { name });
    const data = { name, before: before.name };
    await addAuditEntry(context, { actor: actor.name, action: 'group.renamed', target: id, data });
  }
  if (digestTogether !== undefined) {
    await updateGroup(context, id, { digestTogether });
    await addAuditEntry(context, { actor: actor.name, action: 'group.changed', target: id, data: { digestTogether } });
  }
  const { deviceCount, ...row } = found((await listGroups(context)).find((group) => group.id === id));
  return describeGroup(row, deviceCount);
}

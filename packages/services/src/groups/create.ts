import type { DeviceGroup, DeviceGroupName } from '@hikyaku/contracts';
import { newId, RelayError } from '@hikyaku/core';
import { addAuditEntry, countGroups, insertGroup } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import type { ServiceContext } from '../context.ts';
import { lockTenantLimits } from '../limits/tenant-limits.ts';
import { describeGroup } from './list.ts';
import { requireFreeName } from './require-free-name.ts';

/** @throws RelayError `api.forbidden`, `group.name_taken`, `limit.device_groups` */
export async function createDeviceGroup(context: ServiceContext, { name }: DeviceGroupName): Promise<DeviceGroup> {
  requirePermission(context, 'devices.change');
  const { deviceGroups } = await lockTenantLimits(context);
  await requireFreeName(context, name, null);
  if ((await countGroups(context)) >= deviceGroups) {
    throw new RelayError('limit.device_groups', { fields: { name: `the limit is ${deviceGroups} groups` } });
  }
  const id = newId(context.now.getTime());
  await insertGroup(context, id, name);
  await addAuditEntry(context, { actor: context.actor.name, action: 'group.created', target: id, data: { name } });
  return describeGroup({ id, name, digestTogether: false, createdAt: context.now }, 0);
}

import { addAuditEntry, findGroup, removeGroup } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, type ServiceContext } from '../context.ts';

/** The devices stay as they are, in no group. @throws RelayError `api.forbidden`, `api.not_found` */
export async function removeDeviceGroup(context: ServiceContext, id: string): Promise<void> {
  requirePermission(context, 'devices.change');
  const { name } = found(await findGroup(context, id));
  await removeGroup(context, id);
  await addAuditEntry(context, { actor: context.actor.name, action: 'group.removed', target: id, data: { name } });
}

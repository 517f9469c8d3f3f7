import { addAuditEntry, deleteDevice, findDevice, revokeCredentials } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, type ServiceContext } from '../context.ts';

/**
 * Takes a device out of use; its credentials stop working. Mail that was accepted before is still sent, and the log keeps its name.
 * @throws RelayError `api.forbidden`, `api.not_found`
 */
export async function removeDevice(context: ServiceContext, id: string): Promise<void> {
  requirePermission(context, 'devices.change');
  const row = found(await findDevice(context, id));
  await deleteDevice(context, id, context.now);
  await revokeCredentials(context, id, context.now);
  await addAuditEntry(context, {
    actor: context.actor.name,
    action: 'device.removed',
    target: id,
    data: { name: row.name },
  });
}

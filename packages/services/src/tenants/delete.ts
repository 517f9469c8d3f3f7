import {
  addAuditEntry,
  closeContentChannel,
  endTenant,
  findTenant,
  listContentChannels,
  listMailboxIds,
} from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, requireFields, type ServiceContext } from '../context.ts';
import { type DisconnectTools, disconnectMailbox } from '../mailboxes/disconnect.ts';

/**
 * Ends the tenant. Its mailboxes are disconnected, so that nothing of it is sent from now on and no provider holds a grant of it; doors and pages
 * know it no more; the worker erases the rest. `name` must be the tenant's own.
 * @throws RelayError `api.forbidden`, `api.invalid` for another name
 */
export async function deleteTenant(context: ServiceContext, tools: DisconnectTools, name: string): Promise<void> {
  requirePermission(context, 'tenant.delete');
  const tenant = found(await findTenant(context));
  requireFields(name === tenant.name ? {} : { name: 'is not the name of what is to be deleted' });
  for (const id of await listMailboxIds(context)) await disconnectMailbox(context, tools, id);
  for (const id of await listContentChannels(context)) await closeContentChannel(context, id, context.now);
  await addAuditEntry(context, { actor: context.actor.name, action: 'tenant.deleted' });
  await endTenant(context);
}

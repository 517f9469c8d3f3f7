import { addAuditEntry, deleteApiKey } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, type ServiceContext } from '../context.ts';

/** Ends a key: its next request is a stranger's. @throws RelayError `api.forbidden`, `api.not_found` */
export async function removeApiKey(context: ServiceContext, id: string): Promise<void> {
  requirePermission(context, 'keys.change');
  const name = found(await deleteApiKey(context, id));
  await addAuditEntry(context, { actor: context.actor.name, action: 'api_key.removed', target: id, data: { name } });
}

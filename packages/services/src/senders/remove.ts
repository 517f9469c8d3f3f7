import { addAuditEntry, findSender, removeSender } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, type ServiceContext } from '../context.ts';

/** Devices that send from it send from the mailbox's own address again. @throws RelayError `api.forbidden`, `api.not_found` */
export async function removeMailboxSender(context: ServiceContext, id: string): Promise<void> {
  requirePermission(context, 'mailboxes.change');
  const { address } = found(await findSender(context, id));
  await removeSender(context, id);
  await addAuditEntry(context, { actor: context.actor.name, action: 'sender.removed', target: id, data: { address } });
}

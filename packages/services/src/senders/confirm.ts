import { RelayError } from '@hikyaku/core';
import { addAuditEntry, confirmSender, findMailbox, findSender } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, type ServiceContext } from '../context.ts';

/**
 * The owner has seen the test mail with this sender. Asked for at Gmail only, which takes every From and writes the account's own over one that it does not
 * know; a wrong word costs nothing but that.
 * @throws RelayError `api.forbidden`, `api.not_found`, `api.conflict` (nothing was sent yet, or the provider says it itself)
 */
export async function confirmMailboxSender(context: ServiceContext, id: string): Promise<void> {
  requirePermission(context, 'mailboxes.change');
  const sender = found(await findSender(context, id));
  const mailbox = found(await findMailbox(context, sender.mailboxId));
  if (mailbox.provider !== 'google' || sender.testedAt === null) {
    throw new RelayError('api.conflict', { internal: `sender of ${mailbox.provider}, tested ${sender.testedAt}` });
  }
  await confirmSender(context, id, context.now);
  await addAuditEntry(context, { actor: context.actor.name, action: 'sender.confirmed', target: id });
}

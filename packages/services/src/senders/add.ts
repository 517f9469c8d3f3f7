import { MAX_SENDERS, type MailboxSender, type SenderCreate } from '@hikyaku/contracts';
import { newId } from '@hikyaku/core';
import { addAuditEntry, findMailbox, insertSender, listSenders, lockSenders } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, requireFields, type ServiceContext } from '../context.ts';
import { maySendShared } from '../mailboxes/further-permissions.ts';
import { describeSender } from './list.ts';

/**
 * A further address of a mailbox, untested: no device may choose it yet.
 * @throws RelayError `api.forbidden`, `api.not_found`, `api.invalid` (there already, too many, no permission for shared ones)
 */
export async function addSender(
  context: ServiceContext,
  mailboxId: string,
  { address, kind }: SenderCreate,
): Promise<MailboxSender> {
  requirePermission(context, 'mailboxes.change');
  const mailbox = found(await findMailbox(context, mailboxId));
  await lockSenders(context, mailboxId);
  const others = await listSenders(context, mailboxId);
  const taken = [mailbox.address, ...others.map((other) => other.address)].map((text) => text.toLowerCase());
  if (kind === 'shared' && !maySendShared(mailbox)) {
    requireFields({ kind: 'needs the permission to send as shared mailboxes' });
  }
  if (taken.includes(address.toLowerCase())) requireFields({ address: 'is there already' });
  if (others.length >= MAX_SENDERS) requireFields({ address: `${MAX_SENDERS} are the most` });
  const id = newId(context.now.getTime());
  await insertSender(context, { id, mailboxId, address, kind });
  await addAuditEntry(context, {
    actor: context.actor.name,
    action: 'sender.added',
    target: id,
    data: { mailboxId, address, kind },
  });
  const row = { id, mailboxId, address, kind, state: 'untested', stateCode: null, testedAt: null } as const;
  return describeSender({ ...row, createdAt: context.now });
}

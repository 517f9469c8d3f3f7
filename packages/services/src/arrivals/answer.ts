import type { ArrivalAnswer } from '@hikyaku/contracts';
import { RelayError } from '@hikyaku/core';
import { addAuditEntry, answerArrival, findMessage } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, requireFields, type ServiceContext } from '../context.ts';

/**
 * A member's word whether a mail reached a recipient's inbox.
 * @throws RelayError `api.forbidden`, `api.not_found`, `api.conflict` (it was not sent yet), `api.invalid` (no recipient of that mail)
 */
export async function answerArrivalOf(context: ServiceContext, id: string, answer: ArrivalAnswer): Promise<void> {
  requirePermission(context, 'messages.change');
  const mail = found(await findMessage(context, id));
  if (mail.state !== 'sent' || !mail.sentAt) throw new RelayError('api.conflict', { internal: `is ${mail.state}` });
  const { recipient, hasArrived } = answer;
  const isKnown = mail.recipients.some((address) => address.toLowerCase() === recipient.toLowerCase());
  if (!isKnown) requireFields({ recipient: 'is none of this mail' });
  const { deviceId, mailboxId, sentAt } = mail;
  await answerArrival(context, { messageId: id, deviceId, mailboxId, recipient, sentAt }, hasArrived, context.now);
  await addAuditEntry(context, {
    actor: context.actor.name,
    action: 'message.arrival_answered',
    target: id,
    data: { hasArrived },
  });
}

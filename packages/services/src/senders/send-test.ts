import type { TestMailAnswer } from '@hikyaku/contracts';
import { RelayError } from '@hikyaku/core';
import { addAuditEntry, findMailbox, findSender, findTenant } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found } from '../context.ts';
import { countTestMail } from '../limits/check-test-mail.ts';
import type { InTenant } from '../mailboxes/connect-finish.ts';
import { type OwnMail, type OwnMailTools, sendOwnMail } from '../own-mail/send-own-mail.ts';
import { senderTestWords } from '../own-mail/test-mail.ts';

/**
 * Sends the mailbox a mail from one of its senders: what the provider says of it is the sender's state. Returns once the mail is durable.
 * @throws RelayError `api.forbidden`, `api.not_found`, `api.conflict` (the mailbox cannot send), `limit.test_mails`
 */
export async function sendSenderTest(inTenant: InTenant, tools: OwnMailTools, id: string): Promise<TestMailAnswer> {
  const mail = await inTenant(async (context): Promise<OwnMail> => {
    requirePermission(context, 'mailboxes.change');
    const sender = found(await findSender(context, id));
    const mailbox = found(await findMailbox(context, sender.mailboxId));
    if (mailbox.state !== 'active') throw new RelayError('api.conflict', { internal: `mailbox is ${mailbox.state}` });
    await countTestMail(context, [mailbox.address], new Set([mailbox.address.toLowerCase()]));
    await addAuditEntry(context, { actor: context.actor.name, action: 'sender.tested', target: id });
    const { hideSubjects } = found(await findTenant(context));
    return {
      ...senderTestWords(sender.address),
      tenantId: context.tenantId,
      mailbox: { id: mailbox.id, address: sender.address },
      deviceId: null,
      // To the mailbox's own address: the sender's may be nobody's inbox.
      recipients: [mailbox.address],
      isTest: true,
      hideSubject: hideSubjects,
    };
  });
  const sent = await sendOwnMail(tools, mail);
  return { ...sent, mails: mail.recipients.map((recipient) => ({ recipient, ...sent })) };
}

import type { TestMailAnswer } from '@hikyaku/contracts';
import { RelayError } from '@hikyaku/core';
import { addAuditEntry, findMailbox, findTenant } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found } from '../context.ts';
import { countTestMail } from '../limits/check-test-mail.ts';
import { sendTestMails, type TestMail, type TestMailTools } from '../own-mail/send-test-mails.ts';
import { mailboxTestWords } from '../own-mail/test-mail.ts';
import type { InTenant } from './connect-finish.ts';

/**
 * Sends a mailbox a mail through itself: it proves the connection before there is any device. Returns once the mail is durable.
 * @throws RelayError `api.forbidden`, `api.not_found`, `api.conflict` (the mailbox cannot send), `limit.test_mails`
 */
export async function sendMailboxTest(inTenant: InTenant, tools: TestMailTools, id: string): Promise<TestMailAnswer> {
  const mail = await inTenant(async (context): Promise<TestMail> => {
    requirePermission(context, 'mailboxes.change');
    const mailbox = found(await findMailbox(context, id));
    if (mailbox.state !== 'active') throw new RelayError('api.conflict', { internal: `mailbox is ${mailbox.state}` });
    await countTestMail(context, [mailbox.address], new Set([mailbox.address.toLowerCase()]));
    await addAuditEntry(context, { actor: context.actor.name, action: 'mailbox.tested', target: id });
    const { hideSubjects } = found(await findTenant(context));
    return {
      wordsFor: (link) => mailboxTestWords(mailbox.address, link),
      tenantId: context.tenantId,
      mailbox,
      deviceId: null,
      recipients: [mailbox.address],
      hideSubject: hideSubjects,
    };
  });
  return sendTestMails(inTenant, tools, mail);
}

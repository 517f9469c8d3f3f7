import type { TestMailAnswer, TestMailRequest } from '@hikyaku/contracts';
import { RelayError } from '@hikyaku/core';
import { addAuditEntry, type DeviceRow, findDevice, findMailbox, findTenant } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, requireFields } from '../context.ts';
import { countTestMail } from '../limits/check-test-mail.ts';
import type { InTenant } from '../mailboxes/connect-finish.ts';
import { sendTestMails, type TestMail, type TestMailTools } from '../own-mail/send-test-mails.ts';
import { deviceTestWords } from '../own-mail/test-mail.ts';

/**
 * Puts a mail of the device on its way from hand-off on, one to each recipient: spool, Postgres, worker, provider. It proves mailbox and
 * recipients, not the device. Returns once they are durable.
 * @throws RelayError `api.forbidden`, `api.not_found`, `api.invalid` (recipients), `api.conflict` (the mailbox cannot send),
 * `limit.test_mails`
 */
export async function sendTestMail(
  inTenant: InTenant,
  tools: TestMailTools,
  deviceId: string,
  input: TestMailRequest,
): Promise<TestMailAnswer> {
  const mail = await inTenant(async (context): Promise<TestMail> => {
    requirePermission(context, 'devices.change');
    const device = found(await findDevice(context, deviceId));
    const mailbox = await findMailbox(context, device.mailboxId);
    if (mailbox?.state !== 'active') {
      throw new RelayError('api.conflict', { fields: { mailboxId: 'cannot send until it is connected again' } });
    }
    const { verifiedAddress } = context;
    const own = verifiedAddress ? [verifiedAddress, mailbox.address] : [mailbox.address];
    const recipients = recipientsOf(device, input.recipients, own);
    await countTestMail(context, recipients, knownTo(device, own));
    await addAuditEntry(context, { actor: context.actor.name, action: 'device.tested', target: deviceId });
    const { hideSubjects } = found(await findTenant(context));
    return {
      wordsFor: (link) => deviceTestWords(device.name, link),
      tenantId: context.tenantId,
      mailbox,
      deviceId,
      recipients,
      hideSubject: hideSubjects,
    };
  });
  return sendTestMails(inTenant, tools, mail);
}

function knownTo(device: DeviceRow, own: string[]): Set<string> {
  const addresses = [...device.recipients, ...device.learntRecipients, ...own];
  return new Set(addresses.map((address) => address.toLowerCase()));
}

/**
 * Whom the policy lets the device reach. Nobody named: one address, of who asks or of the mailbox, since those whom the device alerts should not be
 * woken by a test; in mode `replace`, which knows no other, all of its list.
 */
function recipientsOf(device: DeviceRow, asked: string[] | undefined, own: string[]): string[] {
  const { recipientsMode, recipients, recipientDomains } = device;
  if (recipientsMode === 'replace') return recipients;
  const allowed = new Set(recipients.map((address) => address.toLowerCase()));
  const mayReach = (address: string): boolean =>
    recipientsMode === 'allow'
      ? allowed.has(address.toLowerCase())
      : recipientsMode !== 'domains' || recipientDomains.includes(address.slice(address.lastIndexOf('@') + 1));
  if (asked?.some((address) => !mayReach(address))) {
    requireFields({ recipients: 'are not all allowed for this device' });
  }
  if (asked) return asked;
  const [first] = [...own.filter(mayReach), ...recipients, ...own];
  return [first!];
}

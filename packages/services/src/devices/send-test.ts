import type { TestMailAnswer, TestMailRequest } from '@hikyaku/contracts';
import { RelayError } from '@hikyaku/core';
import { addAuditEntry, type DeviceRow, findDevice, findMailbox, findTenant } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, requireFields } from '../context.ts';
import { countTestMail } from '../limits/check-test-mail.ts';
import type { InTenant } from '../mailboxes/connect-finish.ts';
import { type OwnMail, type OwnMailTools, sendOwnMail } from '../own-mail/send-own-mail.ts';
import { deviceTestWords } from '../own-mail/test-mail.ts';

/**
 * Puts a mail of the device on its way from hand-off on: spool, Postgres, worker, provider. It proves mailbox and recipients, not the device.
 * Returns once it is durable.
 * @throws RelayError `api.forbidden`, `api.not_found`, `api.invalid` (recipients), `api.conflict` (the mailbox cannot send),
 * `limit.test_mails`
 */
export async function sendTestMail(
  inTenant: InTenant,
  tools: OwnMailTools,
  deviceId: string,
  input: TestMailRequest,
): Promise<TestMailAnswer> {
  const mail = await inTenant(async (context): Promise<OwnMail> => {
    requirePermission(context, 'devices.change');
    const device = found(await findDevice(context, deviceId));
    const mailbox = await findMailbox(context, device.mailboxId);
    if (mailbox?.state !== 'active') {
      throw new RelayError('api.conflict', { fields: { mailboxId: 'cannot send until it is connected again' } });
    }
    const recipients = recipientsOf(device, input.recipients, mailbox.address);
    await countTestMail(context, recipients, knownTo(device, mailbox.address, context.verifiedAddress));
    await addAuditEntry(context, { actor: context.actor.name, action: 'device.tested', target: deviceId });
    const { hideSubjects } = found(await findTenant(context));
    return {
      ...deviceTestWords(device.name),
      tenantId: context.tenantId,
      mailbox,
      deviceId,
      recipients,
      isTest: true,
      hideSubject: hideSubjects,
    };
  });
  return sendOwnMail(tools, mail);
}

function knownTo(device: DeviceRow, ...own: (string | null)[]): Set<string> {
  const addresses = [...device.recipients, ...device.learntRecipients, ...own.filter((address) => address !== null)];
  return new Set(addresses.map((address) => address.toLowerCase()));
}

/** Whom the policy lets the device reach; without any known, the mailbox itself. */
function recipientsOf(device: DeviceRow, asked: string[] | undefined, ownAddress: string): string[] {
  if (device.recipientsMode === 'replace') return device.recipients;
  if (device.recipientsMode === 'allow') {
    const allowed = new Set(device.recipients.map((address) => address.toLowerCase()));
    if (asked?.some((address) => !allowed.has(address.toLowerCase()))) {
      requireFields({ recipients: 'are not all allowed for this device' });
    }
    return asked ?? device.recipients;
  }
  if (device.recipientsMode === 'domains') {
    const isElsewhere = (address: string) =>
      !device.recipientDomains.includes(address.slice(address.lastIndexOf('@') + 1));
    if (asked?.some(isElsewhere)) requireFields({ recipients: 'are not all allowed for this device' });
    return asked ?? [ownAddress];
  }
  return asked ?? (device.learntRecipients.length ? device.learntRecipients : [ownAddress]);
}

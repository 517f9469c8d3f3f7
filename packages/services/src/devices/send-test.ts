import type { TestMailAnswer, TestMailRequest } from '@hikyaku/contracts';
import { newId, newQueueId, RelayError } from '@hikyaku/core';
import { addAuditEntry, type DeviceRow, findDevice, findMailbox, findTenant, type NewMessage } from '@hikyaku/db';
import type { TurnQueue } from '@hikyaku/queue';
import { createContentEncryptor, type SpoolStore } from '@hikyaku/spool';
import type { ContentSealer } from '@hikyaku/vault';
import { requirePermission } from '../actor.ts';
import { found, requireFields } from '../context.ts';
import { countTestMail } from '../limits/check-test-mail.ts';
import type { InTenant } from '../mailboxes/connect-finish.ts';
import { composeTestMail, testMailSubject } from './test-mail.ts';

export interface TestMailTools {
  contentSealer: ContentSealer;
  spool: Pick<SpoolStore, 'putPack'>;
  /** Hand-off's own insert. */
  insertMessages(messages: NewMessage[]): Promise<{ accountKey: string | null }[]>;
  queue: Pick<TurnQueue, 'wake'>;
  /** Domain of the Message-ID. */
  messageIdDomain: string;
}

/** The door that the delivery log names; a mail of this door is no sign of life of the device. */
export const DASHBOARD_DOOR = 'dashboard';

/**
 * Puts a mail of the device on its way from hand-off on: spool, Postgres, worker, provider. It proves mailbox and recipients, not the device.
 * The content is sealed as the edge seals it. Returns once it is durable.
 * @throws RelayError `api.forbidden`, `api.not_found`, `api.invalid` (recipients), `api.conflict` (the mailbox cannot send),
 * `limit.test_mails`
 */
export async function sendTestMail(
  inTenant: InTenant,
  tools: TestMailTools,
  deviceId: string,
  input: TestMailRequest,
): Promise<TestMailAnswer> {
  const messageId = newId();
  const queueId = newQueueId();
  const { tenantId, device, mailbox, recipients, hideSubjects } = await inTenant(async (context) => {
    requirePermission(context, 'devices.change');
    const device = found(await findDevice(context, deviceId));
    const mailbox = await findMailbox(context, device.mailboxId);
    if (mailbox?.state !== 'active') {
      throw new RelayError('api.conflict', { fields: { mailboxId: 'cannot send until it is connected again' } });
    }
    const recipients = recipientsOf(device, input.recipients, mailbox.address);
    await countTestMail(context, recipients, knownTo(device, mailbox.address, context.verifiedAddress));
    await addAuditEntry(context, { actor: context.actor.name, action: 'device.tested', target: deviceId });
    const tenant = found(await findTenant(context));
    return { tenantId: context.tenantId, device, mailbox, recipients, hideSubjects: tenant.hideSubjects };
  });
  const now = new Date();
  const messageIdHeader = `<${messageId}@${tools.messageIdDomain}>`;
  const mail = composeTestMail({
    deviceName: device.name,
    from: mailbox.address,
    recipients,
    messageIdHeader,
    now,
  });
  const { contentKey, sealed } = tools.contentSealer.seal(messageId, {
    tenantId,
    mailFrom: mailbox.address,
    recipients,
  });
  const encryptor = createContentEncryptor(contentKey, messageId);
  const { object, slices } = await tools.spool.putPack([Buffer.concat([...encryptor.push(mail), ...encryptor.end()])]);
  const [inserted] = await tools.insertMessages([
    {
      messageId,
      queueId,
      tenantId,
      deviceId,
      mailboxId: mailbox.id,
      acceptedAt: now.getTime(),
      mailFrom: mailbox.address,
      recipients,
      subject: hideSubjects ? null : testMailSubject(device.name),
      messageIdHeader,
      isTest: true,
      sizeBytes: mail.length,
      door: DASHBOARD_DOOR,
      tls: null,
      clientAddress: '',
      keySealed: sealed.toString('base64'),
      spool: { object, ...slices[0]! },
    },
  ]);
  // The sweeper wakes what this cannot.
  if (inserted?.accountKey) void tools.queue.wake([inserted.accountKey]).catch(() => {});
  return { messageId, queueId };
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
  return asked ?? (device.learntRecipients.length ? device.learntRecipients : [ownAddress]);
}

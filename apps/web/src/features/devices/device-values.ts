import type { Device, DeviceCreate, LegacyTls, RecipientsMode } from '@hikyaku/contracts';
import { plainText } from '../../forms/plain-text.ts';

/** The form's view of a device: text where the api has lists and nulls. */
export interface DeviceValues {
  name: string;
  /** Id in the catalogue; null: another one, or not known. */
  family: string | null;
  mailboxId: string;
  /** One of the mailbox's further senders; empty: its own address. */
  senderId: string;
  /** Another mailbox, for when its own cannot send; empty: none. */
  fallbackMailboxId: string;
  /** Name of its site, perhaps a new one; empty: none. */
  group: string;
  recipientsMode: RecipientsMode;
  /** One address a line. */
  recipients: string;
  /** One domain a line. */
  recipientDomains: string;
  allowPlainAuth: boolean;
  legacyTls: LegacyTls;
  popBeforeSmtp: boolean;
  /** One address or network a line. */
  allowedAddresses: string;
  subjectPrefix: string;
  /** Empty: find out automatically. */
  charset: string;
  smallerPictures: boolean;
}

export const NEW_DEVICE: DeviceValues = {
  name: '',
  family: null,
  mailboxId: '',
  senderId: '',
  fallbackMailboxId: '',
  group: '',
  recipientsMode: 'device',
  recipients: '',
  recipientDomains: '',
  allowPlainAuth: false,
  legacyTls: 'allow',
  popBeforeSmtp: false,
  allowedAddresses: '',
  subjectPrefix: '',
  charset: '',
  smallerPictures: false,
};

/** `group`: the name of its site. */
export function toValues(device: Device, group: string): DeviceValues {
  const { name, family, mailboxId, recipientsMode, allowPlainAuth, legacyTls, popBeforeSmtp } = device;
  return {
    name,
    family,
    mailboxId,
    senderId: device.senderId ?? '',
    fallbackMailboxId: device.fallbackMailboxId ?? '',
    group,
    recipientsMode,
    allowPlainAuth,
    legacyTls,
    popBeforeSmtp,
    allowedAddresses: device.allowedAddresses.join('\n'),
    recipients: device.recipients.join('\n'),
    recipientDomains: device.recipientDomains.join('\n'),
    subjectPrefix: device.subjectPrefix ?? '',
    charset: device.charset ?? '',
    smallerPictures: device.smallerPictures,
  };
}

/** Addresses as people write lists of them: on lines, with commas, also the Japanese ones. */
export function splitAddresses(text: string): string[] {
  return plainText(text)
    .split(/[\s,;、]+/)
    .filter(Boolean);
}

/** The owner writes down who: the other modes know people by themselves, or by their domain. */
export const hasAddressList = (mode: RecipientsMode): boolean => mode === 'allow' || mode === 'replace';

/** All but the site, which has to be found by its name first (`ensureGroup`). */
export function toBody({ group: _, ...values }: DeviceValues): DeviceCreate {
  // Without a login a device reaches only those who are written down.
  const isListed = hasAddressList(values.recipientsMode);
  return {
    ...values,
    popBeforeSmtp: isListed && values.popBeforeSmtp,
    allowedAddresses: isListed ? splitAddresses(values.allowedAddresses) : [],
    recipients: isListed ? splitAddresses(values.recipients) : [],
    recipientDomains: values.recipientsMode === 'domains' ? splitAddresses(values.recipientDomains) : [],
    senderId: values.senderId || null,
    fallbackMailboxId: values.fallbackMailboxId || null,
    subjectPrefix: values.subjectPrefix.trim() || null,
    charset: values.charset || null,
  };
}

import type { MailRule } from './mail-rules/mail-rule.ts';
import type { QuietHours } from './quiet-hours.ts';

/** How the recipients of a device's mail are decided (design, section 4). */
export type RecipientsMode = 'device' | 'domains' | 'allow' | 'replace';

/** What the edge needs to know of a device to run a session. */
export interface DevicePolicy {
  deviceId: string;
  tenantId: string;
  mailboxId: string;
  /** Provider account of the mailbox; null when the mailbox is gone. */
  accountKey: string | null;
  deviceName: string;
  recipientsMode: RecipientsMode;
  recipients: string[];
  /** Mode `domains`: anyone at these, in the form of `canonicalDomain`. */
  recipientDomains: string[];
  allowPlainAuth: boolean;
  /** Sign in over TLS 1.0 and 1.1. Without TLS at all is `allowPlainAuth`'s. */
  legacyTls: 'allow' | 'refuse';
  /** A POP login from the same address, a short while ago, stands for a login. */
  popBeforeSmtp: boolean;
  /** Addresses and networks from which the device sends without a login. */
  allowedAddresses: string[];
  /** Device switched off by its owner. */
  isDisabled: boolean;
  /** Null: the instance's limit. */
  maxSizeBytes: number | null;
  /** True: the subject is not kept as metadata. */
  hideSubjects: boolean;
  timeZone: string | null;
  charset: string | null;
  /** In the device's zone. */
  quietHours: QuietHours | null;
  /** The owner's rules, of the device and of the group that it is in. */
  rules: { device: MailRule[]; group: MailRule[] };
}

/** One row of the credential snapshot. */
export interface SnapshotCredential {
  username: string;
  /** Base64 HMAC-SHA-256 of the normalised password. */
  passwordDigest: string;
  deviceId: string;
  /** Milliseconds since the epoch; null while it is the current one. */
  expiresAt: number | null;
}

import type { DoorName } from './door.ts';
import type { FoundRule } from './mail-rules/mail-rule.ts';

/** What is known of a mail when it is accepted: the journal keeps it beside the ciphertext, hand-off makes the message of it. */
export interface AcceptedMail {
  messageId: string;
  queueId: string;
  tenantId: string;
  deviceId: string;
  mailboxId: string;
  /** Milliseconds since the epoch, by the edge's clock. */
  acceptedAt: number;
  mailFrom: string;
  recipients: string[];
  subject: string | null;
  messageIdHeader: string;
  isTest: boolean;
  /** Plain RFC 5322 bytes as received. */
  sizeBytes: number;
  door: DoorName;
  clientAddress: string;
  tls: string | null;
  /** Base64 of the content key, sealed to the worker. Here and in the row only. */
  keySealed: string;
  /** The owner's rule that it met; mailbox and recipients are as it says already. */
  rule?: AppliedRule;
  /** It leaves no sooner, milliseconds since the epoch: when its device's quiet hours end. */
  notBefore?: number;
}

/** A rule as it was applied. */
export interface AppliedRule extends FoundRule {
  /** Whom the device wrote to, where the rule named others. */
  insteadOf?: string[];
  /** The mailbox that the rule names is gone: the mail leaves by its device's own. */
  isMailboxGone?: true;
}

/** True when a mail goes to those whom its device wrote to: only such mail teaches whom it writes to, and waits for its owner's word about them. */
export function isForAsked(rule: AppliedRule | undefined): boolean {
  if (!rule) return true;
  const { action } = rule.rule;
  return action !== 'recipients' && action !== 'drop' && action !== 'heartbeat';
}

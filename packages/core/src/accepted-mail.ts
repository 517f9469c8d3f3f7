import type { DoorName } from './door.ts';

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
}

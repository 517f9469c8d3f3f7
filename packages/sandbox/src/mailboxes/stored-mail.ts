import type { MailProvider } from '../accounts/account.ts';

export type Box = 'sent' | 'inbox';

/** A mail in the store. The file holds this as its first line, then the RFC 5322 bytes. */
export interface StoredMail {
  id: string;
  /** Milliseconds since the epoch. */
  at: number;
  provider: MailProvider;
  /** When its inboxes have it, where that is later. */
  arrivesAt?: number;
  /** The account that sent it. */
  account: string;
  from: string;
  to: string[];
  cc: string[];
  /** As it was before the provider stripped it. */
  bcc: string[];
  subject: string;
  sizeBytes: number;
  /** Whose Sent folder has it; null: saved nowhere. */
  sentBy: string | null;
  /** Whose inboxes have it, lower case. */
  inboxes: string[];
}

/** When the mail came into this folder. */
export const cameAt = (mail: StoredMail, box: Box): number => (box === 'inbox' ? (mail.arrivesAt ?? mail.at) : mail.at);

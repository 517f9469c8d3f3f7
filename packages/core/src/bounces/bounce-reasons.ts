/** Why a mail came back, as far as its owner can do something about it. Read by browsers too: this file imports nothing. */
export const BOUNCE_REASONS = [
  /** Nobody has that address. */
  'unknown_recipient',
  /** The recipient's mailbox is closed, or takes no mail. */
  'recipient_closed',
  'mailbox_full',
  /** The domain does not exist, or takes no mail. */
  'unknown_domain',
  'too_large',
  /** The sender's address or domain is not believed: SPF, DKIM, DMARC, reverse names. */
  'sender_refused',
  /** The mailbox that sent it has sent too much, or is blocked at its own provider. */
  'sender_limit',
  /** Taken for spam, or against a rule of the recipient's service. */
  'policy',
  /** The recipient's server did not answer for days. */
  'unreachable',
  'other',
] as const;
export type BounceReason = (typeof BOUNCE_REASONS)[number];

/** What a report says of one recipient. */
export interface BouncedRecipient {
  /** In its one form; null where the report names nobody that could be read. */
  address: string | null;
  /** `delayed`: their servers go on trying. */
  action: 'failed' | 'delayed';
  /** Enhanced code (RFC 3463), `5.1.1`. */
  status: string | null;
  reason: BounceReason;
  /** What the server there said, cut. */
  text: string | null;
}

/** What `prepareMail` needs. */
export interface PrepareInput extends MailFacts {
  /** The mail as received. Called once or more; each call gives the same bytes from the start. */
  source: () => AsyncIterable<Uint8Array>;
  /** Bytes of `source`, as the journal counted them: decides whether a small mail is kept in memory. */
  plainBytes: number;
}

/** What is known of a mail beside its bytes. Plain data. Texts may hold anything: nothing in them can make a header line. */
export interface MailFacts {
  /** The mailbox's address; the name that recipients see (the device's). */
  from: { address: string; name: string };
  /** Envelope recipients: the only ones the mail goes to. */
  recipients: string[];
  /** As `chooseMessageId` gave it at acceptance. */
  messageIdHeader: string;
  acceptedAt: Date;
  queueId: string;
  /** Our name in the Received header; `countOwnReceived` looks for it. */
  receivedBy: string;
  /** HELO name or door, for the Received header; default `device`. */
  receivedFrom?: string | undefined;
  deviceName: string;
  subjectPrefix?: string | null | undefined;
  /** The device's IANA zone, for dates without one. */
  timeZone?: string | null | undefined;
  /** The device's charset or language, for raw bytes. */
  charset?: string | null | undefined;
  /** Addresses of our own login domain are no mailboxes: they are not offered for replies. */
  loginDomain?: string | null | undefined;
  /**
   * `bcc` (default) writes recipients that the device did not show to Bcc: Graph and Gmail have no envelope. `omit` leaves them out,
   * for an upstream that has one.
   */
  hiddenRecipients?: 'bcc' | 'omit' | undefined;
}

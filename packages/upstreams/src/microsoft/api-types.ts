/** Error body of Graph (facts 2.1). Branch on `code`, never on `message`. */
export interface GraphErrorBody {
  error?: { code?: string; message?: string };
}

/** The part of `GET /v1.0/me` that we read. */
export interface GraphMe {
  displayName?: string | null;
  mail?: string | null;
  userPrincipalName?: string | null;
}

export interface GraphRecipient {
  emailAddress: { address: string; name?: string };
}

/** The part of a message that we write in the JSON form. */
export interface GraphMessage {
  subject: string;
  body: { contentType: 'text' | 'html'; content: string };
  /** Absent: the mailbox itself. */
  from?: GraphRecipient;
  toRecipients: GraphRecipient[];
  ccRecipients?: GraphRecipient[];
  bccRecipients?: GraphRecipient[];
  replyTo?: GraphRecipient[];
  internetMessageHeaders?: { name: string; value: string }[];
  /** Kept in the mailbox, and shown to nobody. */
  singleValueExtendedProperties?: { id: string; value: string }[];
}

/** A file, as it is named beside its content. */
export interface GraphAttachment {
  '@odata.type': '#microsoft.graph.fileAttachment';
  name: string;
  contentType: string;
  isInline?: true;
  contentId?: string;
}

/** What MSAL hangs on its errors; `instanceof` misses the commonest cases (facts 5.1, trap 3). */
export interface MsalErrorShape {
  errorCode?: string;
  errorNo?: string | number;
  subError?: string;
  errorMessage?: string;
  /** Ours: what the answer's Retry-After said, which MSAL keeps to itself. */
  retryAfterMs?: number | undefined;
}

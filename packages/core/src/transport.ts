import type { ErrorCode } from './errors/errors.ts';

/** `channel`: no mailbox, but a chat or webhook that takes a mail's subject and pictures. */
export type ProviderName = 'microsoft' | 'google' | 'smtp' | 'channel';
export type EnvironmentName = 'live' | 'sandbox';

/** A mailbox as a transport needs it. The secret is opened by the caller (vault) and written back by `saveSecret`. */
export interface ConnectedMailbox {
  id: string;
  provider: ProviderName;
  environment: EnvironmentName;
  accountKey: string;
  address: string;
  /** Provider credentials as the adapter itself wrote them (JSON text). */
  secret: string;
  /** Stores a rotated secret before it is used; sealed by the caller. */
  saveSecret(secret: string): Promise<void>;
  /**
   * Runs `refresh` while no other process refreshes this mailbox. It gets the secret as stored now, perhaps a newer one already, and must
   * end within half a minute. Absent where the caller is alone anyway.
   */
  refreshAlone?<T>(refresh: (secret: string) => Promise<T>): Promise<T>;
}

/** A mail ready for the provider: CRLF lines, recipients in its headers equal to `recipients`. */
export interface PreparedMail {
  messageId: string;
  /** Envelope recipients, decided at the edge. */
  recipients: string[];
  sizeBytes: number;
  /** The RFC 5322 bytes, `sizeBytes` in all. May be called again for a new attempt. */
  open(): AsyncIterable<Uint8Array>;
}

/** What the upstream said of one recipient. */
export interface RecipientVerdict {
  /** As in `PreparedMail.recipients`. */
  recipient: string;
  outcome: 'accepted' | 'deferred' | 'rejected';
  code?: ErrorCode;
  status?: number;
  text?: string;
}

/** A way for large mails that was tried before and took nothing: signing in by SMTP is switched off for the mailbox, or its SMTP server did not take the mail. */
export type PassedOver = 'smtp_off' | 'smtp_failed';

/**
 * What became of one send. Only `in_doubt` may have put a mail on its way without our knowing. An upstream that refuses some recipients and
 * takes the mail for the rest has accepted it; `recipients` then says which. Those not named share the mail's fate.
 */
export type SendResult =
  | {
      outcome: 'accepted';
      status: number;
      providerId?: string;
      recipients?: RecipientVerdict[];
      /** It was over `maxSizeBytes` and went in another form of the upstream's, which keeps less of its header (`wider_form`), or whole by its SMTP server. */
      largeBy?: 'wider_form' | 'smtp';
      passedOver?: PassedOver;
    }
  | {
      outcome: 'deferred';
      code: ErrorCode;
      status?: number;
      text?: string;
      /** When the provider says when: milliseconds from now. */
      retryAfterMs?: number;
      /** `account`: nothing of this account may be sent before then. */
      scope: 'message' | 'account';
    }
  | {
      outcome: 'rejected';
      code: ErrorCode;
      status?: number;
      text?: string;
      /** With `upstream.too_large`, where it is known: the largest mail that would be taken, bytes. The mail may be fitted to it and sent at once. */
      maxSizeBytes?: number;
      passedOver?: PassedOver;
    }
  | { outcome: 'auth_lost'; code: ErrorCode; status?: number; text?: string }
  | {
      outcome: 'in_doubt';
      code: ErrorCode;
      status?: number;
      text?: string;
      /** Every mail of the account would meet the same doubt: the others rest as after a first deferral. */
      scope?: 'account';
    };

/** An address beside its own that a mailbox may send from: one more name of it, or another mailbox that it may send as. */
export interface MailSender {
  address: string;
  kind: 'alias' | 'shared';
}

export interface SendRequest {
  mailbox: ConnectedMailbox;
  /** Whose mail it is; null: of no device. */
  deviceId?: string | null;
  /** What From in the mail says, where that is not the mailbox's own address. */
  sender?: MailSender;
  mail: PreparedMail;
  /**
   * Where a send has many requests or commands: awaited before the first of them that shows something of the mail. Throws when the lease is
   * lost; then nothing is sent. A lost answer behind it, and before `beforeCommit`, is a plain failure: the mail is tried again.
   */
  beforeFirstByte(): Promise<void>;
  /**
   * The commit point: awaited just before the step from which on the provider may have the mail (the one request of Graph and Gmail, the end
   * mark of DATA). Throws when the lease is lost; then that step is not taken. Only behind it an answer that does not come is `in_doubt`.
   * Sets the mark of `beforeFirstByte` as well: a send of one request awaits this alone.
   */
  beforeCommit(): Promise<void>;
  /** Aborts at the deadline, which is shorter than the lease. */
  signal: AbortSignal;
}

/** A send that came to nothing, or may have. */
export type FailedSend = Exclude<SendResult, { outcome: 'accepted' }>;

/** What became of renewing a permission without sending. */
export type RefreshResult = { outcome: 'refreshed' } | FailedSend;

/** Our adapter to an upstream. It never retries and never throws for what the upstream did; retrying is the message's state machine. */
export interface MailTransport {
  readonly provider: ProviderName;
  /** Largest mail it can take as it is, bytes of RFC 5322. */
  readonly maxSizeBytes: number;
  /** Most recipients of one send; a mail to more leaves in several parts. */
  readonly maxRecipients: number;
  send(request: SendRequest): Promise<SendResult>;
  /** Renews the permission of a mailbox that sends nothing; absent where permissions do not age. `signal` as in a send. */
  refresh?(request: Pick<SendRequest, 'mailbox' | 'signal'>): Promise<RefreshResult>;
}

/** What a finished OAuth connection tells. */
export interface OAuthGrant {
  accountKey: string;
  address: string;
  /** What the account signs in as, where that is another name than its address (Microsoft): the hint for connecting it again. */
  signInName: string | null;
  displayName: string | null;
  scopes: string[];
  /** Why large mails cannot leave by SMTP, where that was asked for and tried. */
  largeRefused?: ErrorCode;
  /** To be sealed at once; the adapter's own JSON. */
  secret: string;
}

/** The OAuth side of an adapter: authorization code with PKCE (S256). */
export interface OAuthConnector {
  readonly provider: ProviderName;
  /** Large mails can leave whole by the provider's SMTP server, where an owner gives the permission (`wantsLarge`). */
  readonly takesLarge: boolean;
  authorizationUrl(request: {
    state: string;
    codeChallenge: string;
    redirectUri: string;
    loginHint?: string;
    /** Asks for the permission to send as shared mailboxes too, where the provider has it. */
    wantsShared?: boolean;
    /** Asks for the permission to hand over large mails whole, by the provider's SMTP server, where it has one. */
    wantsLarge?: boolean;
  }): Promise<string>;
  /**
   * Where an organization's administrator approves the relay for everybody in it; comes back to `redirectUri` with the state, and without a code.
   * Absent where a provider has no such page.
   */
  adminConsentUrl?(request: { redirectUri: string; state: string }): string;
  /**
   * Ends the sign-in, and tries what the mailbox may do where that can be tried.
   * @throws RelayError `oauth.code_refused`, `upstream.unavailable`, `upstream.client_secret`, and every `upstream.…` that holds a mail: it would hold each one
   */
  redeem(request: {
    code: string;
    codeVerifier: string;
    redirectUri: string;
    wantsShared?: boolean;
    wantsLarge?: boolean;
  }): Promise<OAuthGrant>;
  /** Ends the grant at the provider where it has a way to; false where it has none. */
  revoke(secret: string): Promise<boolean>;
  /** Mailboxes that nobody signs in for. Absent where a provider has no such way. */
  readonly appOnly?: AppOnlyConnector;
}

/** How an organization lets the relay itself send from mailboxes that it names, without anybody's sign-in (Microsoft's client credentials). */
export interface AppOnlyConnector {
  /** Our registration's id, which the administrator's commands name. */
  readonly clientId: string;
  /** Where an administrator takes the relay into his organization; comes back to `redirectUri` with the state, and without a code. */
  approvalUrl(request: { redirectUri: string; state: string }): string;
  /**
   * Sends a mail from the mailbox to itself, which shows that the relay may send from it, and to whoever reads it that he may read the mailbox. Returns
   * what connects it, which nobody may have before he has shown that.
   * @throws RelayError `upstream.app_unapproved`, `upstream.app_out_of_scope`, `oauth.wrong_kind`, `upstream.unavailable`, `upstream.client_secret`, and every
   * `upstream.…` that holds a mail
   */
  sendProof(mail: { address: string; subject: string; text: string }): Promise<OAuthGrant>;
}

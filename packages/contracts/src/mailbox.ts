import { z } from 'zod';
import { pageOf, timestamp } from './paging.ts';
import { recipient } from './recipient.ts';

export const providerName = z.enum(['microsoft', 'google', 'smtp']);
/** Providers that are connected by a redirect. */
export const oauthProviderName = z.enum(['microsoft', 'google']);
export const mailboxState = z.enum(['active', 'needs_reconnect', 'disabled']);
export const environmentName = z.enum(['live', 'sandbox']);

export const mailbox = z
  .object({
    id: z.uuid(),
    provider: providerName,
    address: z.string(),
    displayName: z.string().nullable(),
    state: mailboxState,
    /** Code of the error registry when the state is not `active`. */
    stateCode: z.string().nullable(),
    /** What opens it again when it `needs_reconnect`: signing in anew, or (once mended at the provider) POST /mailboxes/{id}/resume. */
    mend: z.enum(['reconnect', 'try_again']).nullable(),
    /** Used by its organization's leave (Microsoft 365): nobody signed in for it. */
    isAppOnly: z.boolean(),
    environment: environmentName,
    /** Proposed for new devices (`defaultMailboxId` of the tenant). */
    isDefault: z.boolean(),
    /** Its account has given the permission to send as shared mailboxes (`shared` of GET /mailboxes/connect/microsoft). */
    maySendShared: z.boolean(),
    /** Whether mails that are too large for the usual way leave whole, by the provider's SMTP server; null where there is no such way (`large` of GET /mailboxes/connect/microsoft). */
    maySendLarge: z.boolean().nullable(),
    deviceCount: z.number().int(),
    /** Mail that waits for this mailbox to be connected again; counted up to 10,000. */
    heldCount: z.number().int(),
    /** Mail that waits to leave by it in its turn, counted up to 2,000, and about when the last of it is sent. */
    waiting: z.object({
      count: z.number().int(),
      oldestAt: timestamp.nullable(),
      doneAt: timestamp.nullable(),
    }),
    /** What left by its account in the last 24 hours, whoever sent it, and how much its provider takes; null where no limit is known. */
    day: z
      .object({ used: z.number().int(), limit: z.number().int(), counts: z.enum(['mails', 'recipients']) })
      .nullable(),
    createdAt: timestamp,
  })
  .meta({ id: 'Mailbox' });
export type Mailbox = z.infer<typeof mailbox>;
export type ProviderName = z.infer<typeof providerName>;
export type OAuthProviderName = z.infer<typeof oauthProviderName>;
export type MailboxState = z.infer<typeof mailboxState>;
export type EnvironmentName = z.infer<typeof environmentName>;

export const mailboxPage = pageOf(mailbox);

export const connectParams = z.object({ provider: oauthProviderName });
/** `mailboxId`: reconnect that mailbox; another account is refused. `shared`: with the permission to send as shared mailboxes (Microsoft 365); `large`: with that to hand over large mails whole, by SMTP (Microsoft). */
export const connectQuery = z.object({
  login_hint: z.string().max(254).optional(),
  mailboxId: z.uuid().optional(),
  shared: z.enum(['true', 'false']).optional(),
  large: z.enum(['true', 'false']).optional(),
});

/** For the administrator of a Microsoft 365 organization, to be passed on by the owner. */
export const adminConsent = z.object({ url: z.url() }).meta({ id: 'AdminConsent' });
export type AdminConsent = z.infer<typeof adminConsent>;

/** Where the browser lands after `/oauth/{provider}/callback`: `/mailboxes?connected=<id>` or `/mailboxes?error=<code>`. */
export const CONNECT_RETURN_PATH = '/mailboxes';
/** Every value that `?error=` can have. */
export const CONNECT_ERROR_CODES = [
  'oauth.state_invalid',
  'oauth.denied',
  'oauth.code_refused',
  'oauth.wrong_account',
  'oauth.wrong_kind',
  'oauth.provider_off',
  'upstream.scope_missing',
  'upstream.no_mailbox',
  'upstream.unavailable',
  'upstream.throttled',
  'upstream.client_secret',
  'upstream.admin_consent',
  'upstream.admin_blocked',
  'upstream.smtp_off',
  'upstream.account_blocked',
  'upstream.account_disabled',
  'upstream.sender_refused',
  'upstream.mailbox_full',
  'api.unauthenticated',
  'api.forbidden',
  'bug.unknown',
] as const;
export type ConnectErrorCode = (typeof CONNECT_ERROR_CODES)[number];

/** For the administrator of a Microsoft 365 organization: the relay's registration there, and the page on which he lets it in. */
export const appOnlySetup = z.object({ clientId: z.string(), url: z.url() }).meta({ id: 'AppOnlySetup' });
export type AppOnlySetup = z.infer<typeof appOnlySetup>;
/** A mailbox of such an organization, to which a code is sent. */
export const mailboxProof = z.strictObject({ address: recipient }).meta({ id: 'MailboxProof' });
export const mailboxProofSent = z.object({ expiresAt: timestamp }).meta({ id: 'MailboxProofSent' });
export type MailboxProofSent = z.infer<typeof mailboxProofSent>;
/** The code that was sent to it; blanks and hyphens do not count. */
export const connectAppOnlyBody = z
  .strictObject({ address: recipient, code: z.string().min(1).max(40) })
  .meta({ id: 'ConnectAppOnly' });
export type ConnectAppOnly = z.infer<typeof connectAppOnlyBody>;

export const smtpSecurity = z.enum(['tls', 'starttls', 'none']);
/** An SMTP account to be signed in to. `mailboxId`: reconnect that mailbox; another account is refused. */
export const connectSmtpBody = z
  .object({
    address: z.email().max(254),
    /** A host name or an address. */
    host: z
      .string()
      .trim()
      .min(1)
      .max(253)
      .regex(/^[A-Za-z0-9._:[\]-]+$/),
    port: z.number().int().min(1).max(65_535),
    security: smtpSecurity,
    username: z.string().trim().min(1).max(254),
    password: z.string().min(1).max(500),
    mailboxId: z.uuid().optional(),
  })
  .meta({ id: 'ConnectSmtp' });
export type ConnectSmtp = z.infer<typeof connectSmtpBody>;
/** Where an SMTP mailbox signs in: all but its password, which nobody is shown again. */
export const smtpAccess = connectSmtpBody
  .pick({ address: true, host: true, port: true, security: true, username: true })
  .meta({ id: 'SmtpAccess' });
export type SmtpAccess = z.infer<typeof smtpAccess>;
export const connectedMailbox = z.object({ id: z.uuid() }).meta({ id: 'ConnectedMailbox' });

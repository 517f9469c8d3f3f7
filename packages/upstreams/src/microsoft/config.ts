import type { EnvironmentName } from '@hikyaku/core';
import type { Dialler } from '../dialler/dialler.ts';
import type { SmtpServer } from '../smtp/session.ts';

/** Where Microsoft is, and who we are there. */
export interface MicrosoftConfig {
  environment: EnvironmentName;
  clientId: string;
  clientSecret: string;
  /** Always https: MSAL takes no other. */
  authority: string;
  /**
   * Endpoints in place of those that MSAL knows. The sandbox's way (facts 5.1 B): a made-up https authority whose endpoints are plain http.
   */
  endpoints?: { knownAuthorities: string[]; metadata: string };
  /** What stands before a directory's id in the addresses of its token call and of its description, without a slash at the end. */
  loginUrl: string;
  /** `/organizations/v2.0/adminconsent`: never under `common` (facts 1.1). */
  adminConsentUrl: string;
  /** Without a slash at the end. */
  graphUrl: string;
  /** What is asked for besides signing in. */
  scopes: string[];
  /** Its SMTP servers; null where they are not known (national clouds). */
  smtp: MicrosoftSmtp | null;
}

/** Where large mails go whole, and how the relay gets there. */
export interface MicrosoftSmtp {
  dialler: Dialler;
  /** Our name in EHLO. */
  helloName: string;
  /** For personal accounts, and for organizations'. */
  personal: SmtpServer;
  work: SmtpServer;
}

/** As Microsoft's documents name them; STARTTLS is required. */
export const LIVE_SMTP = {
  personal: { host: 'smtp-mail.outlook.com', port: 587, security: 'starttls' },
  work: { host: 'smtp.office365.com', port: 587, security: 'starttls' },
} as const satisfies Pick<MicrosoftSmtp, 'personal' | 'work'>;

const LIVE_AUTHORITY = 'https://login.microsoftonline.com/common';
const LIVE_GRAPH = 'https://graph.microsoft.com';

/** The live service, as the settings name it: a national cloud's hosts, or one organization's id in place of `common`. */
export function liveMicrosoft(settings: {
  clientId: string;
  clientSecret: string;
  authority?: string | undefined;
  graphUrl?: string | undefined;
  scopes?: string[] | undefined;
  /** The way to Microsoft's SMTP servers. */
  line: Pick<MicrosoftSmtp, 'dialler' | 'helloName'>;
}): MicrosoftConfig {
  const {
    clientId,
    clientSecret,
    authority = LIVE_AUTHORITY,
    graphUrl = LIVE_GRAPH,
    scopes = MICROSOFT_SCOPES,
  } = settings;
  const { origin, pathname } = new URL(authority);
  const tenant = pathname.replaceAll('/', '');
  // Administrators have no page under `common`, and approve for an organization.
  const adminTenant = tenant === 'common' || tenant === 'consumers' ? 'organizations' : tenant;
  return {
    environment: 'live',
    clientId,
    clientSecret,
    authority,
    scopes,
    smtp: graphUrl.startsWith(LIVE_GRAPH) ? { ...settings.line, ...LIVE_SMTP } : null,
    graphUrl: graphUrl.replace(/\/$/, ''),
    loginUrl: origin,
    adminConsentUrl: `${origin}/${adminTenant}/v2.0/adminconsent`,
  };
}

/** Self-service consent in every default tenant (facts 1.1); MSAL adds openid, profile and offline_access. */
const MICROSOFT_SCOPES = ['email', 'User.Read', 'Mail.Send'];

/** Asked for only where an owner wants it: whether a user may give it is not attested, an administrator may be needed. */
const SHARED_SCOPE = 'Mail.Send.Shared';

/** For uploads of large mails; asked for only where the operator's scopes name it, since in most organizations an administrator has to give it. */
export const isLargeScope = (scope: string): boolean => /(^|\/)mail\.readwrite$/i.test(scope);

/** For large mails by SMTP; another service's than Graph's, with tokens of its own. Asked for only where an owner wants it. */
export const SMTP_SCOPE = 'https://outlook.office.com/SMTP.Send';

/** The same for the drafts of shared mailboxes: asked for where both are. */
const LARGE_SHARED_SCOPE = 'Mail.ReadWrite.Shared';
export const isLargeSharedScope = (scope: string): boolean => /(^|\/)mail\.readwrite\.shared$/i.test(scope);

/** What of a mailbox's permissions is not everybody's. */
export interface GrantedExtras {
  /** Asked for by its owner. */
  wantsShared: boolean;
  /** Given when it was connected: a token that asks for more than was given closes the mailbox. */
  mayUpload: boolean;
  /** The same for shared mailboxes. */
  mayUploadShared: boolean;
  /** Given when it was connected. */
  maySmtp: boolean;
}

/** What is asked for, and what tokens are asked for later. */
export const scopesOf = (
  config: MicrosoftConfig,
  { wantsShared, mayUpload, mayUploadShared }: Omit<GrantedExtras, 'maySmtp'>,
): string[] => [
  ...config.scopes.filter((scope) => mayUpload || !isLargeScope(scope)),
  ...(wantsShared ? [SHARED_SCOPE] : []),
  ...(wantsShared && mayUploadShared && config.scopes.some(isLargeScope) ? [LARGE_SHARED_SCOPE] : []),
];

/** Permissions are named with their resource where several resources could be meant: on the administrator's page and in token calls without a person. */
export function graphPermission(config: MicrosoftConfig, name: string): string {
  const resource = config.environment === 'sandbox' ? LIVE_GRAPH : new URL(config.graphUrl).origin;
  return `${resource}/${name}`;
}

/** The page on which an administrator decides for his organization. */
export function adminPageUrl(
  config: MicrosoftConfig,
  asked: { redirectUri: string; state: string; scopes: string[] },
): string {
  const url = new URL(config.adminConsentUrl);
  url.search = new URLSearchParams({
    client_id: config.clientId,
    scope: asked.scopes.join(' '),
    redirect_uri: asked.redirectUri,
    state: asked.state,
  }).toString();
  return url.href;
}

/** Of one request (facts 2.1). */
export const GRAPH_MAX_REQUEST_BYTES = 4_194_304;
/** MIME goes as base64: 3/4 of it. */
export const GRAPH_MAX_MAIL_BYTES = 3_145_728;
/** Of a mail by SMTP, or uploaded file by file: Exchange's message size unless an administrator chose another (facts 2.1). */
export const EXCHANGE_MAX_MAIL_BYTES = 36_700_160;
/** Of Exchange Online and Outlook.com unless an administrator chose less (facts 3). */
export const GRAPH_MAX_RECIPIENTS = 500;

/** Of a made-up name that nobody resolves: MSAL wants https and a host it was told to know. */
const SANDBOX_HOST = 'login.sandbox.test';

export function sandboxMicrosoft(
  origin: string,
  client: { clientId: string; clientSecret: string },
  scopes: string[] = MICROSOFT_SCOPES,
  smtp: MicrosoftSmtp | null = null,
): MicrosoftConfig {
  const base = `${origin}/microsoft/{tenantid}`;
  return {
    environment: 'sandbox',
    ...client,
    authority: `https://${SANDBOX_HOST}/common`,
    endpoints: {
      knownAuthorities: [SANDBOX_HOST],
      metadata: JSON.stringify({
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        token_endpoint: `${base}/oauth2/v2.0/token`,
        issuer: `${base}/v2.0`,
        jwks_uri: `${base}/discovery/v2.0/keys`,
        end_session_endpoint: `${base}/oauth2/v2.0/logout`,
      }),
    },
    scopes,
    smtp,
    loginUrl: `${origin}/microsoft`,
    adminConsentUrl: `${origin}/microsoft/organizations/v2.0/adminconsent`,
    graphUrl: `${origin}/microsoft`,
  };
}

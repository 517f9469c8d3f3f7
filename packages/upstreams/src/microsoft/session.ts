import { type AuthenticationResult, ConfidentialClientApplication } from '@azure/msal-node';
import { readJson } from '../http/http-call.ts';
import type { UpstreamPool } from '../http/upstream-pool.ts';
import type { TokenSource } from '../sending/token-keeper.ts';
import { msalNetwork } from './client.ts';
import { type GrantedExtras, isLargeScope, type MicrosoftConfig, SMTP_SCOPE, scopesOf } from './config.ts';

/** MSAL's own client for one mailbox: one shared by several would block them all for one mailbox's 429 (facts 5.1, trap 2). */
export function createMsalClient(
  config: MicrosoftConfig,
  pool: UpstreamPool,
  onRetryAfter: (ms: number | undefined) => void = () => {},
): ConfidentialClientApplication {
  return new ConfidentialClientApplication({
    auth: {
      clientId: config.clientId,
      clientSecret: config.clientSecret,
      authority: config.authority,
      ...(config.endpoints
        ? { knownAuthorities: config.endpoints.knownAuthorities, authorityMetadata: config.endpoints.metadata }
        : {}),
    },
    system: {
      networkClient: msalNetwork(pool, onRetryAfter),
      // Its lines may name accounts; ours say what happened.
      loggerOptions: { loggerCallback: () => {}, piiLoggingEnabled: false },
    },
  });
}

/** When the access tokens of both services end, and what tokens are asked for beside the usual. */
interface KeptTokens extends GrantedExtras {
  expiresAt: number;
  smtpExpiresAt: number;
}

/** The kept secret: MSAL's serialized cache, which alone holds the refresh token (facts 5.1, trap 1), and what it does not tell. */
export function writeSecret(client: ConfidentialClientApplication, kept: KeptTokens): string {
  const { expiresAt, smtpExpiresAt, wantsShared, mayUpload, mayUploadShared, maySmtp } = kept;
  const cache = client.getTokenCache().serialize();
  return JSON.stringify({ v: 1, cache, expiresAt, smtpExpiresAt, wantsShared, mayUpload, mayUploadShared, maySmtp });
}

/** MSAL refreshes by itself when less than five minutes are left; we do it before, when no other process does. */
const MIN_LEFT_MS = 310_000;

/** A mailbox's kept secret, opened for the tokens of one service: both come by the same refresh token. */
export function openMicrosoftSession(
  config: MicrosoftConfig,
  pool: UpstreamPool,
  secret: string,
  service: 'graph' | 'smtp' = 'graph',
): TokenSource {
  let retryAfterMs: number | undefined;
  let written = secret;
  const { cache: _, ...kept } = readSecret(secret);
  const expiry = service === 'smtp' ? 'smtpExpiresAt' : 'expiresAt';
  const scopes = service === 'smtp' ? [SMTP_SCOPE] : scopesOf(config, kept);
  /** MSAL goes through its whole cache and writes it anew for each question; a mail needs only this. */
  let current: string | undefined;
  /** Twenty kilobytes, and a thousand mailboxes may be open: kept from question to question only after a failure, for its own back-off. */
  let client: ConfidentialClientApplication | undefined;

  const open = (): ConfidentialClientApplication => {
    const client = createMsalClient(config, pool, (ms) => {
      retryAfterMs = ms;
    });
    client.getTokenCache().deserialize(readSecret(written).cache);
    return client;
  };
  const acquire = async (forceRefresh: boolean, claims?: string): Promise<AuthenticationResult> => {
    client ??= open();
    const asked = client;
    const cache = asked.getTokenCache();
    const [account] = await cache.getAllAccounts();
    if (!account) throw Object.assign(new Error('no account in the kept secret'), { errorCode: 'no_account_found' });
    const result = await asked
      .acquireTokenSilent({ account, scopes, forceRefresh, ...(claims ? { claims } : {}) })
      .catch((error: object) => {
        throw Object.assign(error, { retryAfterMs });
      });
    kept[expiry] = result.expiresOn?.getTime() ?? 0;
    current = result.accessToken;
    // Also after a refresh that MSAL made ahead of time.
    if (cache.hasChanged()) written = writeSecret(asked, kept);
    client = undefined;
    return result;
  };

  return {
    async present(refused) {
      if (kept[expiry] - Date.now() < MIN_LEFT_MS) return undefined;
      const accessToken = current ?? (await acquire(false)).accessToken;
      return accessToken === refused ? undefined : accessToken;
    },
    refresh: async (claims) => (await acquire(true, claims)).accessToken,
    secret: () => written,
  };
}

/** Whether a mailbox's large mails may be uploaded: given when it was connected, and still wanted by the operator. */
export function mayUploadBy(config: MicrosoftConfig, secret: string, isShared: boolean): boolean {
  const { mayUpload, mayUploadShared } = readSecret(secret);
  return config.scopes.some(isLargeScope) && (isShared ? mayUploadShared : mayUpload);
}

/** The name by which a mailbox signs in to SMTP, where that was permitted; undefined where it was not. */
export function smtpNameOf(secret: string): string | undefined {
  const { maySmtp, cache } = readSecret(secret);
  if (!maySmtp) return undefined;
  const { Account = {} } = (readJson(cache) ?? {}) as { Account?: Record<string, { username?: unknown }> };
  const [account] = Object.values(Account);
  return typeof account?.username === 'string' && account.username ? account.username : undefined;
}

/** A secret that cannot be read has no account: the mailbox must be connected again. */
function readSecret(text: string): { cache: string } & KeptTokens {
  const secret = (readJson(text) ?? {}) as Record<string, unknown>;
  const isGiven = (name: keyof GrantedExtras): boolean => secret[name] === true;
  return {
    cache: typeof secret.cache === 'string' ? secret.cache : '{}',
    expiresAt: Number(secret.expiresAt) || 0,
    smtpExpiresAt: Number(secret.smtpExpiresAt) || 0,
    wantsShared: isGiven('wantsShared'),
    mayUpload: isGiven('mayUpload'),
    mayUploadShared: isGiven('mayUploadShared'),
    maySmtp: isGiven('maySmtp'),
  };
}

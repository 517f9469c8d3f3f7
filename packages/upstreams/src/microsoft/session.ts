import { type AuthenticationResult, ConfidentialClientApplication } from '@azure/msal-node';
import type { UpstreamPool } from '../http/upstream-pool.ts';
import type { TokenSource } from '../sending/token-keeper.ts';
import { msalNetwork } from './client.ts';
import { type GrantedExtras, isLargeScope, type MicrosoftConfig, scopesOf } from './config.ts';

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

/**
 * The kept secret: MSAL's serialized cache, which alone holds the refresh token (facts 5.1, trap 1), when its access token expires, and what its tokens are asked
 * for beside the usual.
 */
export function writeSecret(
  client: ConfidentialClientApplication,
  kept: { expiresAt: number } & GrantedExtras,
): string {
  return JSON.stringify({ v: 1, cache: client.getTokenCache().serialize(), ...kept });
}

/** MSAL refreshes by itself when less than five minutes are left; we do it before, when no other process does. */
const MIN_LEFT_MS = 310_000;

/** A mailbox's kept secret, opened. */
export function openMicrosoftSession(config: MicrosoftConfig, pool: UpstreamPool, secret: string): TokenSource {
  let retryAfterMs: number | undefined;
  let written = secret;
  const kept = readSecret(secret);
  let { expiresAt } = kept;
  const { wantsShared, mayUpload } = kept;
  const scopes = scopesOf(config, kept);
  /** MSAL goes through its whole cache and writes it anew for each question; a mail needs only this. */
  let current: string | undefined;
  const client = createMsalClient(config, pool, (ms) => {
    retryAfterMs = ms;
  });
  const cache = client.getTokenCache();
  cache.deserialize(kept.cache);

  const acquire = async (forceRefresh: boolean, claims?: string): Promise<AuthenticationResult> => {
    const [account] = await cache.getAllAccounts();
    if (!account) throw Object.assign(new Error('no account in the kept secret'), { errorCode: 'no_account_found' });
    const result = await client
      .acquireTokenSilent({ account, scopes, forceRefresh, ...(claims ? { claims } : {}) })
      .catch((error: object) => {
        throw Object.assign(error, { retryAfterMs });
      });
    expiresAt = result.expiresOn?.getTime() ?? 0;
    current = result.accessToken;
    // Also after a refresh that MSAL made ahead of time.
    if (cache.hasChanged()) written = writeSecret(client, { expiresAt, wantsShared, mayUpload });
    return result;
  };

  return {
    async present(refused) {
      if (expiresAt - Date.now() < MIN_LEFT_MS) return undefined;
      const accessToken = current ?? (await acquire(false)).accessToken;
      return accessToken === refused ? undefined : accessToken;
    },
    refresh: async (claims) => (await acquire(true, claims)).accessToken,
    secret: () => written,
  };
}

/** Whether a mailbox's large mails may be uploaded: given when it was connected, and still wanted by the operator. */
export const mayUploadBy = (config: MicrosoftConfig, secret: string): boolean =>
  config.scopes.some(isLargeScope) && readSecret(secret).mayUpload;

/** A secret that cannot be read has no account: the mailbox must be connected again. */
function readSecret(text: string): { cache: string; expiresAt: number } & GrantedExtras {
  try {
    const { cache, expiresAt, wantsShared, mayUpload } = JSON.parse(text) as Record<string, unknown>;
    const extras = { wantsShared: wantsShared === true, mayUpload: mayUpload === true };
    if (typeof cache === 'string') return { cache, expiresAt: Number(expiresAt) || 0, ...extras };
  } catch {
    // Falls through.
  }
  return { cache: '{}', expiresAt: 0, wantsShared: false, mayUpload: false };
}

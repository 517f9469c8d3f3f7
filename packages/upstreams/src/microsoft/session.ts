import { type AuthenticationResult, ConfidentialClientApplication } from '@azure/msal-node';
import type { UpstreamPool } from '../http/upstream-pool.ts';
import type { TokenSource } from '../sending/token-keeper.ts';
import { msalNetwork } from './client.ts';
import { MICROSOFT_SCOPES, type MicrosoftConfig } from './config.ts';

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

/** The kept secret: MSAL's serialized cache, which alone holds the refresh token (facts 5.1, trap 1). */
export function writeSecret(client: ConfidentialClientApplication): string {
  return JSON.stringify({ v: 1, cache: client.getTokenCache().serialize() });
}

/** A mailbox's kept secret, opened. */
export function openMicrosoftSession(config: MicrosoftConfig, pool: UpstreamPool, secret: string): TokenSource {
  let retryAfterMs: number | undefined;
  let written = secret;
  const client = createMsalClient(config, pool, (ms) => {
    retryAfterMs = ms;
  });
  const cache = client.getTokenCache();
  cache.deserialize(readCache(secret));
  const acquire = async (forceRefresh: boolean): Promise<AuthenticationResult> => {
    const [account] = await cache.getAllAccounts();
    if (!account) throw Object.assign(new Error('no account in the kept secret'), { errorCode: 'no_account_found' });
    return client.acquireTokenSilent({ account, scopes: MICROSOFT_SCOPES, forceRefresh }).catch((error: object) => {
      throw Object.assign(error, { retryAfterMs });
    });
  };
  return {
    async token(refused) {
      let result = await acquire(false);
      if (result.accessToken === refused) result = await acquire(true);
      // Also after a refresh that MSAL made ahead of time.
      if (cache.hasChanged()) written = writeSecret(client);
      return result.accessToken;
    },
    secret: () => written,
  };
}

function readCache(secret: string): string {
  try {
    const { cache } = JSON.parse(secret) as { cache?: unknown };
    if (typeof cache === 'string') return cache;
  } catch {
    // Falls through: a secret that cannot be read is a mailbox to be connected again.
  }
  return '{}';
}

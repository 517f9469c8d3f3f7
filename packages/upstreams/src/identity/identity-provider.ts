import { type Clock, type IdentityProvider, RelayError, systemClock } from '@hikyaku/core';
import { httpCall, readJson } from '../http/http-call.ts';
import type { UpstreamPool } from '../http/upstream-pool.ts';
import { isTokenAnswer } from '../sending/token-answer.ts';
import type { IdentityConfig } from './config.ts';
import { createDiscovery, type Discovered } from './discovery.ts';
import { IdTokenRefused, readIdToken } from './id-token.ts';

/** Who somebody is, and nothing of his mail. */
const SCOPES = 'openid email profile';
/** As for a mailbox's tokens. */
const TIMEOUT_MS = 15_000;

/** Signing in by a provider (docs/adr/0052). No token is kept: what the access token could do is not wanted. */
export function createIdentityProvider(options: {
  config: IdentityConfig;
  pool: UpstreamPool;
  clock?: Clock;
}): IdentityProvider {
  const { config, pool, clock = systemClock } = options;
  const discovery = createDiscovery({ url: config.discoveryUrl, pool, now: () => clock.now() });
  return {
    async authorizationUrl({ state, nonce, codeChallenge, redirectUri }) {
      const url = new URL((await discovery.describe()).authorization_endpoint);
      const query = {
        response_type: 'code',
        client_id: config.clientId,
        redirect_uri: redirectUri,
        scope: SCOPES,
        state,
        nonce,
        code_challenge: codeChallenge,
        code_challenge_method: 'S256',
        // Whoever shares a browser chooses who he is.
        prompt: 'select_account',
      };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      return url.href;
    },

    async redeem({ code, codeVerifier, nonce, redirectUri }) {
      const found = await discovery.describe();
      const idToken = await askForToken(found, { code, code_verifier: codeVerifier, redirect_uri: redirectUri });
      const { issuer } = found;
      const claims = await readIdToken(idToken, {
        ...{ config, issuer, nonce, nowMs: clock.now() },
        keyOf: (kid) => discovery.keyOf(kid),
      }).catch((error: unknown) => {
        if (error instanceof IdTokenRefused) throw new RelayError('oauth.code_refused', { internal: error.message });
        throw error;
      });
      const identity = config.identityOf(claims);
      if (!identity) throw new RelayError('oauth.code_refused', { internal: 'the id_token names nobody' });
      return identity;
    },
  };

  async function askForToken(found: Discovered, form: Record<string, string>): Promise<unknown> {
    const { clientId, clientSecret } = config;
    const answer = await httpCall(pool, {
      method: 'POST',
      url: found.token_endpoint,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({
        ...form,
        ...{ grant_type: 'authorization_code', client_id: clientId, client_secret: clientSecret },
      }).toString(),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch(() => {
      throw new RelayError('upstream.unavailable', { internal: 'token: no answer' });
    });
    const said = readJson(answer.text);
    if (!isTokenAnswer(answer.status, said))
      throw new RelayError('upstream.unavailable', { internal: `token: status ${answer.status}` });
    const { error, id_token } = said as { error?: string; id_token?: unknown };
    if (answer.status === 200) return id_token;
    throw new RelayError(CODES[error ?? ''] ?? 'oauth.code_refused', { internal: `token: ${error}` });
  }
}

/** What is not the person's to mend; every other refusal is of this code. */
const CODES: Record<string, 'upstream.client_secret' | 'upstream.unavailable' | undefined> = {
  invalid_client: 'upstream.client_secret',
  unauthorized_client: 'upstream.client_secret',
  temporarily_unavailable: 'upstream.unavailable',
  server_error: 'upstream.unavailable',
};

import { type OAuthConnector, RelayError } from '@hikyaku/core';
import { readJson } from '../http/http-call.ts';
import type { UpstreamPool } from '../http/upstream-pool.ts';
import { createGoogleAuth } from './client.ts';
import { GMAIL_SEND_SCOPE, GOOGLE_SCOPES, type GoogleConfig } from './config.ts';
import { readSecret, writeSecret } from './session.ts';
import { readTokenError, toConnectError } from './token-answers.ts';
import { tokenCall } from './token-call.ts';

/** Signing in with a Google account. */
export function createGoogleConnector(options: { config: GoogleConfig; pool: UpstreamPool }): OAuthConnector {
  const { config, pool } = options;
  return {
    provider: 'google',
    takesLarge: false,

    async authorizationUrl({ state, codeChallenge, redirectUri, loginHint }) {
      const url = new URL(
        createGoogleAuth(config, pool, { redirectUri }).generateAuthUrl({
          access_type: 'offline',
          scope: GOOGLE_SCOPES,
          state,
          // A refresh token comes with a consent only (facts 1.2).
          prompt: loginHint ? 'consent' : 'consent select_account',
          code_challenge: codeChallenge,
          ...(loginHint ? { login_hint: loginHint } : {}),
        }),
      );
      // Left out it would mean "plain" at Google; the library's type for it is an enum of a package that is not ours to import.
      url.searchParams.set('code_challenge_method', 'S256');
      return url.href;
    },

    async redeem({ code, codeVerifier, redirectUri }) {
      const { tokens } = await tokenCall({ config, pool, redirectUri }, (client) =>
        client.getToken({ code, codeVerifier, redirect_uri: redirectUri }),
      ).catch((error: unknown) => {
        throw toConnectError(error);
      });
      const scopes = (tokens.scope ?? '').split(' ').filter(Boolean);
      // The owner may have left the box unticked (facts 1.2).
      if (!scopes.includes(GMAIL_SEND_SCOPE)) throw new RelayError('upstream.scope_missing');
      if (!tokens.refresh_token) throw new RelayError('oauth.code_refused', { internal: 'no refresh token came' });
      const claims = readClaims(tokens.id_token, config.clientId);
      if (!claims.email || claims.email_verified !== true) {
        throw new RelayError('upstream.no_mailbox', { internal: 'the account has no verified address' });
      }
      return {
        accountKey: `google:${claims.sub}`,
        address: claims.email,
        signInName: null,
        displayName: claims.name ?? null,
        scopes,
        secret: writeSecret(tokens),
      };
    },

    async revoke(text) {
      const secret = readSecret(text);
      if (!secret) return true;
      try {
        await createGoogleAuth(config, pool).revokeToken(secret.refreshToken);
        return true;
      } catch (error) {
        // 400: it was dead already, which is what was wanted.
        if ((error as { response?: { status?: number } }).response?.status === 400) return true;
        throw new RelayError('upstream.unavailable', { internal: readTokenError(error).text ?? 'revoke' });
      }
    },
  };
}

interface Claims {
  sub?: string;
  aud?: string;
  iss?: string;
  email?: string;
  email_verified?: boolean;
  name?: string;
}

/** The id_token came from the token endpoint itself: its signature adds nothing (OpenID Connect Core 3.1.3.7), its audience does. */
function readClaims(idToken: string | null | undefined, clientId: string): Claims {
  const claims = (readJson(Buffer.from(idToken?.split('.')[1] ?? '', 'base64url').toString('utf8')) ?? {}) as Claims;
  const isGoogle = claims.iss === 'https://accounts.google.com' || claims.iss === 'accounts.google.com';
  if (!isGoogle || claims.aud !== clientId || !claims.sub) {
    throw new RelayError('oauth.code_refused', { internal: 'the id_token is not for us' });
  }
  return claims;
}

import { type OAuthConnector, RelayError } from '@hikyaku/core';
import { readJson } from '../http/http-call.ts';
import type { UpstreamPool } from '../http/upstream-pool.ts';
import type { GraphMe } from './api-types.ts';
import { createAppOnlyConnector } from './app-only/connector.ts';
import { readMe } from './client.ts';
import {
  adminPageUrl,
  graphPermission,
  isLargeScope,
  isLargeSharedScope,
  type MicrosoftConfig,
  SMTP_SCOPE,
  scopesOf,
} from './config.ts';
import { probeMailbox } from './probe-mailbox.ts';
import { createMsalClient, writeSecret } from './session.ts';
import { askForSmtp } from './smtp/ask-for-smtp.ts';
import { toConnectError } from './token-answers.ts';

/** Signing in with a work, school or personal Microsoft account. */
export function createMicrosoftConnector(options: { config: MicrosoftConfig; pool: UpstreamPool }): OAuthConnector {
  const { config, pool } = options;
  return {
    provider: 'microsoft',
    takesLarge: config.smtp !== null,

    async authorizationUrl({ state, codeChallenge, redirectUri, loginHint, wantsShared = false, wantsLarge = false }) {
      return createMsalClient(config, pool).getAuthCodeUrl({
        scopes: scopesOf(config, { wantsShared, mayUpload: true, mayUploadShared: true }),
        // Consent may be given to two services at once; tokens are for one.
        ...(wantsLarge && config.smtp ? { extraScopesToConsent: [SMTP_SCOPE] } : {}),
        redirectUri,
        state,
        codeChallenge,
        codeChallengeMethod: 'S256',
        // Without a hint the browser's present account would be taken unasked.
        ...(loginHint ? { loginHint } : { prompt: 'select_account' }),
      });
    },

    adminConsentUrl({ redirectUri, state }) {
      // Those that only sign somebody in have no resource.
      const isBare = (name: string) => name === 'email' || name.includes('/');
      const scopes = config.scopes.map((name) => (isBare(name) ? name : graphPermission(config, name)));
      return adminPageUrl(config, { redirectUri, state, scopes });
    },

    async redeem({ code, codeVerifier, redirectUri, wantsShared = false, wantsLarge = false }) {
      const client = createMsalClient(config, pool);
      const scopes = scopesOf(config, { wantsShared, mayUpload: true, mayUploadShared: true });
      const result = await client
        .acquireTokenByCode({ code, codeVerifier, redirectUri, scopes })
        .catch((error: unknown) => {
          throw toConnectError(error);
        });
      const claims = (result.account?.idTokenClaims ?? {}) as Claims;
      if (!claims.oid || !claims.tid) {
        throw new RelayError('oauth.code_refused', { internal: 'the id_token names no account' });
      }
      if (!result.scopes.some(isMailSend)) throw new RelayError('upstream.scope_missing');
      const me = await readProfile(pool, config, result.accessToken);
      // Personal accounts have `mail: null`, some have no user principal name (facts 1.1).
      const address = [me.mail, me.userPrincipalName, claims.email, claims.preferred_username].find(isAddress);
      if (!address) throw new RelayError('upstream.no_mailbox', { internal: 'the account has no address' });
      await probeMailbox(pool, config, { accessToken: result.accessToken, address });
      const accountKey = `microsoft:${claims.tid}:${claims.oid}`;
      const large = wantsLarge ? await askForSmtp(client, config, result.account!, accountKey) : undefined;
      return {
        accountKey,
        address,
        signInName: claims.preferred_username ?? null,
        displayName: me.displayName ?? claims.name ?? null,
        scopes: [...result.scopes, ...(large?.expiresAt === undefined ? [] : [SMTP_SCOPE])],
        ...(large?.refused ? { largeRefused: large.refused } : {}),
        secret: writeSecret(client, {
          expiresAt: result.expiresOn?.getTime() ?? 0,
          // Only what was given: to ask for more at each refresh would close the mailbox.
          wantsShared: wantsShared && result.scopes.some(isMailSendShared),
          mayUpload: result.scopes.some(isLargeScope),
          mayUploadShared: wantsShared && result.scopes.some(isLargeSharedScope),
          maySmtp: large?.expiresAt !== undefined,
          smtpExpiresAt: large?.expiresAt ?? 0,
        }),
      };
    },

    // Entra has no way to revoke a grant; the owner takes it back on his account's page (facts 1.1).
    revoke: async () => false,

    appOnly: createAppOnlyConnector(options),
  };
}

interface Claims {
  oid?: string;
  tid?: string;
  email?: string;
  preferred_username?: string;
  name?: string;
}

const isMailSend = (scope: string): boolean => /(^|\/)mail\.send$/i.test(scope);

const isMailSendShared = (scope: string): boolean => /(^|\/)mail\.send\.shared$/i.test(scope);

/** A guest's principal name (`…#EXT#@…`) is nobody's mail address. */
const isAddress = (text: string | null | undefined): text is string => /^[^\s@#]+@[^\s@#]+$/.test(text ?? '');

async function readProfile(pool: UpstreamPool, config: MicrosoftConfig, accessToken: string): Promise<GraphMe> {
  const answer = await readMe(pool, config, accessToken).catch(() => {
    throw new RelayError('upstream.unavailable', { internal: 'GET /me: no answer' });
  });
  if (answer.status === 200) return (readJson(answer.text) ?? {}) as GraphMe;
  if (answer.status >= 500 || answer.status === 429) {
    throw new RelayError('upstream.unavailable', { internal: `GET /me: ${answer.status}` });
  }
  // User.Read was not given: the id_token has to do.
  return {};
}

import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { OAuthProviderName } from '@hikyaku/contracts';
import { type IdentityProvider, type OutsideIdentity, RelayError } from '@hikyaku/core';
import { clearEndedChallenges, type Database, keepOutsideState, takeOutsideState } from '@hikyaku/db';
import { providerDenial } from '@hikyaku/services';
import { z } from 'zod';
import { browserCookies } from './browser-cookies.ts';

export type IdentityProviders = Partial<Record<OAuthProviderName, IdentityProvider>>;

/** As for a mailbox's connection: a second factor and a lost phone, but no forgotten tab. */
const LIFETIME_MS = 600_000;
/** What tells a sign-in's state from a mailbox's: both come back to the one address that is registered at the provider. */
const MARK = 'in.';
const COOKIE = 'way';
const KEY = /^[A-Za-z0-9_-]{43}$/;
/** The same paths that the dashboard goes on to after a password. */
const PATH = /^\/(?![/\\])[\w\-./?=&%+,:~@!*]*$/;
const PATH_MAX = 500;

/** Who links a sign-in, and in which of his sessions. */
export interface Linker {
  userId: string;
  sessionToken: string;
}

const kept = z.object({
  provider: z.string(),
  browser: z.string(),
  next: z.string(),
  link: z.object({ userId: z.string(), session: z.string() }).nullable(),
});

export const isOutsideState = (state: unknown): boolean => typeof state === 'string' && state.startsWith(MARK);

/**
 * Ways to a provider and back. A key lies in the browser alone; verifier and nonce are made of it, so that neither the database nor the address that comes
 * back finishes a way anywhere else. What is kept is taken once.
 */
export function createWays(options: { database: Database; publicUrl: string; providers: IdentityProviders }) {
  const { database, publicUrl, providers } = options;
  const cookies = browserCookies(publicUrl);
  const providerOf = (name: OAuthProviderName) => {
    const provider = providers[name];
    if (!provider) throw new RelayError('oauth.provider_off', { internal: name });
    return provider;
  };
  const redirectUriOf = (name: OAuthProviderName) => `${publicUrl}/oauth/${name}/callback`;

  return {
    /**
     * The provider's address, and the cookie for the way.
     * @throws RelayError `oauth.provider_off`, `upstream.unavailable`
     */
    async begin(way: {
      provider: OAuthProviderName;
      cookieHeader: string | undefined;
      next?: string | undefined;
      link?: Linker;
    }): Promise<{ url: string; cookie: string }> {
      const provider = providerOf(way.provider);
      const old = cookies.read(way.cookieHeader, COOKIE);
      // Another tab's way goes on by the same key.
      const key = old && KEY.test(old) ? old : randomBytes(32).toString('base64url');
      const state = `${MARK}${randomBytes(32).toString('base64url')}`;
      const url = await provider.authorizationUrl({
        state,
        nonce: madeOf(key, 'nonce', state),
        codeChallenge: createHash('sha256')
          .update(madeOf(key, 'verifier', state))
          .digest('base64url'),
        redirectUri: redirectUriOf(way.provider),
      });
      const next = way.next && way.next.length <= PATH_MAX && PATH.test(way.next) ? way.next : '/';
      const link = way.link ? { userId: way.link.userId, session: hashOf(way.link.sessionToken) } : null;
      await keepOutsideState(database, {
        identifier: identifierOf(state),
        value: JSON.stringify({ provider: way.provider, browser: hashOf(key), next, link }),
        expiresAt: new Date(Date.now() + LIFETIME_MS),
      });
      await clearEndedChallenges(database);
      return { url, cookie: cookies.write(COOKIE, key, LIFETIME_MS / 1000) };
    },

    /**
     * Who came back. What was kept is used up first, whatever follows.
     * @throws RelayError `oauth.state_invalid`, `oauth.denied`, `oauth.code_refused`, `upstream.unavailable` …
     */
    async end(answer: {
      provider: OAuthProviderName;
      cookieHeader: string | undefined;
      state: string;
      code?: string | undefined;
      error?: string | undefined;
      errorDescription?: string | undefined;
      /** Who is signed in in this browser. */
      viewer: Linker | null;
    }): Promise<{ identity: OutsideIdentity; next: string; linkTo: string | null }> {
      const value = await takeOutsideState(database, identifierOf(answer.state));
      const key = cookies.read(answer.cookieHeader, COOKIE) ?? '';
      const way = value === null ? null : kept.parse(JSON.parse(value));
      if (way?.provider !== answer.provider || way.browser !== hashOf(key))
        throw new RelayError('oauth.state_invalid', { internal: 'unknown, used, late or foreign sign-in' });
      const { link, next } = way;
      const { viewer } = answer;
      if (link && (link.userId !== viewer?.userId || link.session !== hashOf(viewer.sessionToken)))
        throw new RelayError('oauth.state_invalid', { internal: 'another session than the one that links' });
      if (answer.error) throw providerDenial(answer.error, answer.errorDescription);
      if (!answer.code) throw new RelayError('oauth.code_refused', { internal: 'no code came back' });
      const identity = await providerOf(answer.provider).redeem({
        code: answer.code,
        codeVerifier: madeOf(key, 'verifier', answer.state),
        nonce: madeOf(key, 'nonce', answer.state),
        redirectUri: redirectUriOf(answer.provider),
      });
      return { identity, next, linkTo: link?.userId ?? null };
    },
  };
}

export type Ways = ReturnType<typeof createWays>;

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');
const identifierOf = (state: string): string => `outside:${hashOf(state)}`;
const madeOf = (key: string, what: string, state: string): string =>
  createHmac('sha256', key).update(`${what} ${state}`).digest('base64url');

import { oauthProviderName } from '@hikyaku/contracts';
import type { EnvironmentName } from '@hikyaku/core';
import { type Database, listLinkedSignIns, unlinkSignIn } from '@hikyaku/db';
import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthEndpoint, sensitiveSessionMiddleware } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { z } from 'zod';
import { asApiError } from '../as-api-error.ts';
import { providerIdsOf, providerNameOf } from './outside-accounts.ts';
import type { Ways } from './ways.ts';

const LIST = '/linked-sign-ins/list';
const ADD = '/linked-sign-ins/add';
export const REMOVE_SIGN_IN = '/linked-sign-ins/remove';
/** Never served (`SERVED` in `auth-routes.ts`): the api's own call, once a provider has said who it is. */
export const FINISH_SIGN_IN = '/linked-sign-ins/finish';

/** The sign-ins at providers that an account has (docs/adr/0052). Adding and removing ask for the password, as for passkeys. */
export function linkedSignIns(tools: { database: Database; environment: EnvironmentName; ways: Ways }) {
  const { database, environment, ways } = tools;
  return {
    id: 'linked-sign-ins',
    endpoints: {
      listLinkedSignIns: createAuthEndpoint(LIST, { method: 'GET', use: [sensitiveSessionMiddleware] }, async (ctx) => {
        const rows = await listLinkedSignIns(database, ctx.context.session.user.id, providerIdsOf(environment));
        return ctx.json(rows.map(({ providerId, ...row }) => ({ ...row, provider: providerNameOf(providerId) })));
      }),
      addLinkedSignIn: createAuthEndpoint(
        ADD,
        {
          method: 'POST',
          body: z.object({ provider: oauthProviderName, password: z.string() }),
          use: [sensitiveSessionMiddleware],
        },
        async (ctx) => {
          const { session, user } = ctx.context.session;
          await ctx.context.password.checkPassword(user.id, ctx);
          const { url, cookie } = await ways
            .begin({
              provider: ctx.body.provider,
              cookieHeader: ctx.headers?.get('cookie') ?? undefined,
              link: { userId: user.id, sessionToken: session.token },
            })
            .catch((error: unknown) => {
              throw asApiError(error);
            });
          ctx.setHeader('set-cookie', cookie);
          return ctx.json({ url });
        },
      ),
      removeLinkedSignIn: createAuthEndpoint(
        REMOVE_SIGN_IN,
        { method: 'POST', body: z.object({ id: z.string(), password: z.string() }), use: [sensitiveSessionMiddleware] },
        async (ctx) => {
          const { user } = ctx.context.session;
          // Who knows his password has a way in left; whoever has none cannot get here.
          await ctx.context.password.checkPassword(user.id, ctx);
          const gone = await unlinkSignIn(database, user.id, ctx.body.id);
          if (!gone) throw new APIError('NOT_FOUND', { code: 'api.not_found', message: 'There is no such sign-in.' });
          return ctx.json({ provider: providerNameOf(gone.providerId), label: gone.label });
        },
      ),
      finishOutsideSignIn: createAuthEndpoint(
        FINISH_SIGN_IN,
        { method: 'POST', body: z.object({ userId: z.string(), by: oauthProviderName }) },
        async (ctx) => {
          const user = await ctx.context.internalAdapter.findUserById(ctx.body.userId);
          if (!user) throw new APIError('UNAUTHORIZED');
          const session = await ctx.context.internalAdapter.createSession(user.id);
          await setSessionCookie(ctx, { session, user });
          // The plugin of the second step puts its own answer here.
          return ctx.json({ twoFactorRedirect: false });
        },
      ),
    },
    rateLimit: [
      // As sign-ins: each compares a password.
      { pathMatcher: (path: string) => path === ADD || path === REMOVE_SIGN_IN, window: 10, max: 3 },
    ],
  } satisfies BetterAuthPlugin;
}

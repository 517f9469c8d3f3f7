import type { BetterAuthPlugin } from 'better-auth';
import { createAuthEndpoint, sensitiveSessionMiddleware } from 'better-auth/api';
import { z } from 'zod';
import { asApiError } from '../as-api-error.ts';
import type { AddressChanges } from './address-changes.ts';

const CHANGE = '/address/change';

/** Asking for another address, with the password. What follows is of the links in its mails (`address-routes.ts`). */
export function addressEndpoint(changes: AddressChanges) {
  return {
    id: 'address-change',
    endpoints: {
      changeAddress: createAuthEndpoint(
        CHANGE,
        {
          method: 'POST',
          body: z.object({ email: z.email().max(254), password: z.string() }),
          use: [sensitiveSessionMiddleware],
        },
        async (ctx) => {
          const { session, user } = ctx.context.session;
          await ctx.context.password.checkPassword(user.id, ctx);
          const { isChanged } = await changes.ask(user, ctx.body.email, session.token).catch((error: unknown) => {
            throw asApiError(error);
          });
          return ctx.json({ isChanged });
        },
      ),
    },
    // As sign-ins: it compares a password.
    rateLimit: [{ pathMatcher: (path: string) => path === CHANGE, window: 10, max: 3 }],
  } satisfies BetterAuthPlugin;
}

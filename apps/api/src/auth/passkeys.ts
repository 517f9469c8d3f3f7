import { passkey } from '@better-auth/passkey';
import { clearEndedChallenges, countPasskeys, type Database, isPasskeyPersonConfirmed } from '@hikyaku/db';
import type { BetterAuthPlugin } from 'better-auth';
import {
  APIError,
  createAuthEndpoint,
  createAuthMiddleware,
  getAuthoritativeSessionFromCtx,
  sensitiveSessionMiddleware,
} from 'better-auth/api';
import { z } from 'zod';
import { passkeyTables } from './table-names.ts';

/** More than a family has phones; every list has an end. */
const PASSKEYS_MAX = 20;
const NAME_MAX = 60;
/** Of an address in ten seconds; an office may be behind one. */
const CHALLENGES_MAX = 30;
const CHALLENGES = '/passkey/generate-';
const PROVE = '/passkey/prove';
const ADD = '/passkey/verify-registration';
const REMOVE = '/passkey/delete-passkey';
const ASK_PASSWORD = new Set([ADD, REMOVE]);

interface PasskeyOptions {
  /** Role `system`. */
  database: Database;
  publicUrl: string;
  /** Addresses are confirmed here, so an unconfirmed account signs in by nothing. */
  asksConfirmation: boolean;
}

/**
 * Passkeys (docs/adr/0046). Better Auth's plugin asks for a fresh session to add one and for any to remove one; here both ask for the
 * password, and a passkey counts only where its authenticator has made sure of its person, since it stands for both steps of signing in.
 */
export function passkeys({ database, publicUrl, asksConfirmation }: PasskeyOptions) {
  const { hostname, origin } = new URL(publicUrl);
  const plugin = passkey({
    rpID: hostname,
    rpName: 'Hikyaku',
    origin,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    registration: {
      afterVerification: async ({ verification }) => {
        if (!verification.registrationInfo?.userVerified) throw withoutPerson();
      },
    },
    authentication: {
      afterVerification: async ({ verification, clientData }) => {
        if (!verification.authenticationInfo.userVerified) throw withoutPerson();
        if (asksConfirmation && !(await isPasskeyPersonConfirmed(database, clientData.id)))
          throw new APIError('FORBIDDEN', { code: 'EMAIL_NOT_VERIFIED', message: 'Confirm your address first.' });
      },
    },
    schema: passkeyTables,
  });
  // A column of ours, which its list tells with the rest; `noteAccountEvents` writes it.
  Object.assign(plugin.schema.passkey.fields, {
    lastUsedAt: { type: 'date', required: false, input: false, fieldName: 'last_used_at' },
  });
  return [plugin, askingForPassword(database)] as const;
}

/** The password before a passkey is made or removed, and a place where it can be told that it is wrong before the browser asks for a finger. */
function askingForPassword(database: Database) {
  return {
    id: 'passkey-password',
    endpoints: {
      provePassword: createAuthEndpoint(
        PROVE,
        { method: 'POST', body: z.object({ password: z.string() }), use: [sensitiveSessionMiddleware] },
        async (ctx) => {
          await ctx.context.password.checkPassword(ctx.context.session.user.id, ctx);
          return ctx.json({ status: true });
        },
      ),
    },
    hooks: {
      before: [
        {
          matcher: ({ path }) => ASK_PASSWORD.has(path ?? ''),
          handler: createAuthMiddleware(async (ctx) => {
            const session = await getAuthoritativeSessionFromCtx(ctx);
            if (!session) return; // The endpoint says so.
            await ctx.context.password.checkPassword(session.user.id, ctx);
            if (ctx.path === REMOVE) return;
            if (!isName(ctx.body?.name))
              throw new APIError('BAD_REQUEST', { code: 'PASSKEY_NAME', message: 'A passkey needs a name.' });
            if ((await countPasskeys(database, session.user.id)) >= PASSKEYS_MAX)
              throw new APIError('BAD_REQUEST', { code: 'PASSKEYS_FULL', message: 'There are too many passkeys.' });
          }),
        },
      ],
      after: [
        {
          matcher: ({ path }) => path?.startsWith(CHALLENGES) ?? false,
          handler: createAuthMiddleware(() => clearEndedChallenges(database)),
        },
      ],
    },
    rateLimit: [
      // As sign-ins: each compares a password.
      { pathMatcher: (path: string) => path === PROVE || ASK_PASSWORD.has(path), window: 10, max: 3 },
      { pathMatcher: (path: string) => path.startsWith(CHALLENGES), window: 10, max: CHALLENGES_MAX },
    ],
  } satisfies BetterAuthPlugin;
}

/** One line of text, as a person names a thing. */
const isName = (name: unknown): boolean =>
  typeof name === 'string' && name.trim() !== '' && name.length <= NAME_MAX && !/\p{Cc}/u.test(name);

const withoutPerson = () =>
  new APIError('BAD_REQUEST', {
    code: 'PASSKEY_WITHOUT_PERSON',
    message: 'The authenticator did not ask who uses it.',
  });

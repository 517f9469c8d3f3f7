import { type EnvironmentName, newId } from '@hikyaku/core';
import { type Database, ensureTenant } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';
import { betterAuth } from 'better-auth';
import { isAPIError } from 'better-auth/api';
import { organization, twoFactor } from 'better-auth/plugins';
import { adminAc, memberAc, ownerAc } from 'better-auth/plugins/organization/access';
import { noteAccountEvents, notePasswordReset } from './account-events.ts';
import type { AccountMail } from './account-mail.ts';
import type { AddressChanges } from './address/address-changes.ts';
import { addressEndpoint } from './address/address-endpoint.ts';
import { resetMail } from './mail-texts.ts';
import { FINISH_SIGN_IN, linkedSignIns } from './outside/linked-sign-ins.ts';
import type { Ways } from './outside/ways.ts';
import { passkeys } from './passkeys.ts';
import { type Passwords, slowPasswords } from './passwords.ts';
import type { SignUps } from './sign-ups.ts';
import { authTables, organizationTables, rateLimitTable, twoFactorTables } from './table-names.ts';

/** What Better Auth logs when something of ours broke and its answer does not say so: constant texts, by its version's sources. */
const BREAKDOWNS = new Set([
  ...['Failed to create user', 'Failed to create session', 'Failed to read session from database'],
  ...['Failed to delete session from database', 'Error pruning rate limit rows'],
]);

/** Header in which our own code, and nobody else, tells Better Auth the client's address. */
export const CLIENT_ADDRESS_HEADER = 'x-hikyaku-client-address';

export const PASSWORD_MIN = 8;
export const PASSWORD_MAX = 128;

export interface AuthOptions {
  /** Role `system`. */
  database: Database;
  publicUrl: string;
  /** Signs session cookies. */
  secret: string;
  /** Without it, addresses are not verified and passwords cannot be reset by mail. */
  byMail?: { mail: AccountMail; signUps: SignUps } | undefined;
  environment: EnvironmentName;
  /** To providers that people sign in by. */
  ways: Ways;
  addressChanges: AddressChanges;
  /** Slow ones unless given. */
  passwords?: Passwords | undefined;
  logger: Logger;
}

/**
 * Better Auth: e-mail and password, sessions in cookies, organizations as tenants. Its own check of origins is ours instead
 * (`refuseCrossSite`), which also lets scripts without an Origin pass; its check of redirect targets stays.
 */
export function createAuth(options: AuthOptions) {
  const { database, byMail, environment, logger, publicUrl, ways } = options;
  const eventTools = { database, mail: byMail?.mail, publicUrl, logger };
  return betterAuth({
    appName: 'Hikyaku',
    baseURL: publicUrl,
    basePath: '/api/auth',
    secret: options.secret,
    trustedOrigins: [publicUrl],
    database: database.pool,
    ...authTables,
    // A session's age proves nobody: what changes an account asks for the password.
    session: { ...authTables.session, freshAge: 0 },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: PASSWORD_MIN,
      maxPasswordLength: PASSWORD_MAX,
      password: options.passwords ?? slowPasswords,
      // Where mail is sent, accounts are made by `sign-ups.ts` alone.
      disableSignUp: byMail !== undefined,
      requireEmailVerification: byMail !== undefined,
      revokeSessionsOnPasswordReset: true,
      onPasswordReset: ({ user }) => notePasswordReset(eventTools, user),
      ...(byMail
        ? {
            sendResetPassword: async ({ user, token }) => {
              // Whoever signed up without a confirmation may be a stranger: what he made is not handed to the owner of the address.
              if (!user.emailVerified || !(await byMail.mail.allows(user.email, 'reset'))) return;
              byMail.mail.deliver(user.email, resetMail(`${publicUrl}/reset-password#token=${token}`));
            },
          }
        : {}),
    },
    ...(byMail
      ? {
          emailVerification: {
            sendOnSignUp: false,
            sendOnSignIn: true,
            autoSignInAfterVerification: false,
            // Asked after a right password only. Its own link is not sent: `/verify-email` is not served.
            sendVerificationEmail: ({ user }) => byMail.signUps.remind(user),
          },
        }
      : {}),
    plugins: [
      organization({
        roles: { owner: ownerAc, admin: adminAc, viewer: memberAc },
        allowUserToCreateOrganization: false,
        disableOrganizationDeletion: true,
        schema: organizationTables,
      }),
      secondStep(),
      ...passkeys({ database, publicUrl, asksConfirmation: byMail !== undefined }),
      linkedSignIns({ database, environment, ways }),
      addressEndpoint(options.addressChanges),
    ],
    hooks: { after: noteAccountEvents(eventTools) },
    databaseHooks: {
      user: {
        create: {
          // After the commit; when it is cut off here, the first request of the person makes the tenant (`resolveViewer`).
          after: async (user) => ensureTenant(database, { userId: user.id, name: user.name || user.email }),
        },
      },
    },
    rateLimit: { enabled: true, storage: 'database', ...rateLimitTable },
    advanced: {
      cookiePrefix: 'hikyaku',
      useSecureCookies: publicUrl.startsWith('https:'),
      disableCSRFCheck: true,
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
      database: { generateId: () => newId() },
    },
    telemetry: { enabled: false },
    onAPIError: {
      // A refusal is an answer; only what broke is a line in the log.
      onError: (error) => {
        const isRefusal = isAPIError(error) && error.status !== 'INTERNAL_SERVER_ERROR';
        if (!isRefusal) logger.error({ event: 'auth.failed', err: error });
      },
    },
    logger: {
      level: 'warn',
      log: (_level, message) => {
        if (BREAKDOWNS.has(message)) return logger.error({ event: 'auth.library_failed', text: message });
        // Anything else may repeat what a stranger sent (an address, a callback); its further arguments may be whole requests.
        logger.debug({ event: 'auth.library', text: message.slice(0, 100).replace(/[^\x20-\x7e]/g, '?') });
      },
    },
  });
}

/** docs/adr/0038: secrets and recovery codes lie encrypted under `secret`, which is itself sealed. */
function secondStep() {
  const plugin = twoFactor({
    issuer: 'Hikyaku',
    backupCodeOptions: { storeBackupCodes: 'encrypted' },
    // A browser that skips the step would outlive a change of password.
    trustDeviceMaxAge: 0,
    schema: twoFactorTables,
  });
  // Asked behind a provider's word as behind a password: how sure that was of its person is not known.
  for (const hook of plugin.hooks.after) {
    const { matcher } = hook;
    hook.matcher = (context) => matcher(context) || context.path === FINISH_SIGN_IN;
  }
  return plugin;
}

export type Auth = ReturnType<typeof createAuth>;

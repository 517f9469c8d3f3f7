import { newId } from '@hikyaku/core';
import { type Database, ensureTenant } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';
import type { SystemMailer } from '@hikyaku/upstreams';
import { betterAuth } from 'better-auth';
import { isAPIError } from 'better-auth/api';
import { organization } from 'better-auth/plugins';
import { adminAc, memberAc, ownerAc } from 'better-auth/plugins/organization/access';
import { resetMail, verificationMail } from './mail-texts.ts';
import { authTables, organizationTables, rateLimitTable } from './table-names.ts';

/** Header in which our own code, and nobody else, tells Better Auth the client's address. */
export const CLIENT_ADDRESS_HEADER = 'x-hikyaku-client-address';

export interface AuthOptions {
  /** Role `system`. */
  database: Database;
  publicUrl: string;
  /** Signs session cookies. */
  secret: string;
  /** Without one, addresses are not verified and passwords cannot be reset by mail. */
  mailer?: SystemMailer | undefined;
  logger: Logger;
}

/**
 * Better Auth: e-mail and password, sessions in cookies, organizations as tenants. Its own check of origins is ours instead
 * (`refuseCrossSite`), which also lets scripts without an Origin pass; its check of redirect targets stays.
 */
export function createAuth(options: AuthOptions) {
  const { database, mailer, logger, publicUrl } = options;
  // Behind the answer: its duration would tell whether the address is known, and a slow SMTP server would hold a transaction.
  const deliver = (mail: Parameters<SystemMailer['send']>[0]): void => {
    mailer?.send(mail).catch((error: unknown) => logger.error({ event: 'auth.mail_failed', err: error }));
  };
  return betterAuth({
    appName: 'Hikyaku',
    baseURL: publicUrl,
    basePath: '/api/auth',
    secret: options.secret,
    trustedOrigins: [publicUrl],
    database: database.pool,
    ...authTables,
    emailAndPassword: {
      enabled: true,
      minPasswordLength: 8,
      maxPasswordLength: 128,
      requireEmailVerification: mailer !== undefined,
      revokeSessionsOnPasswordReset: true,
      ...(mailer ? { sendResetPassword: async ({ user, url }) => deliver({ to: user.email, ...resetMail(url) }) } : {}),
    },
    ...(mailer
      ? {
          emailVerification: {
            sendOnSignUp: true,
            autoSignInAfterVerification: true,
            sendVerificationEmail: async ({ user, url }) => deliver({ to: user.email, ...verificationMail(url) }),
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
    ],
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
      // Its further arguments are dropped: they may be whole requests.
      log: (level, message) => logger[level]({ event: 'auth.library', text: message.slice(0, 300) }),
    },
  });
}

export type Auth = ReturnType<typeof createAuth>;

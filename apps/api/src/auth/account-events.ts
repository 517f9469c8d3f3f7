import { addPersonAudit, countAttempt, type Database, isSecondStepLocked } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';
import { createAuthMiddleware, isAPIError } from 'better-auth/api';
import type { AccountMail } from './account-mail.ts';
import { type SecondStepChange, secondStepMail } from './mail-texts.ts';

/** As long as Better Auth locks an account for (docs/adr/0038): a lock is told of once. */
const LOCK_MS = 15 * 60_000;
/** One entry of a person for all his sign-ins of one kind from one address within it: whatever signs in all day, the log stays readable. */
const SIGN_IN_MS = 3_600_000;
/** The cookie that names a challenge, by its version's sources (`two-factor/constant`). */
const CHALLENGE_COOKIE = 'two_factor';

type Context = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0];

interface Person {
  id: string;
  email: string;
  emailVerified: boolean;
}

type AccountEvent =
  | { person: Person; action: 'person.signed_in'; by: 'password' | 'code' | 'recovery_code'; address: string }
  | { person: Person; action: SecondStepChange };

export interface AccountEventTools {
  /** Role `system`. */
  database: Database;
  mail: AccountMail | undefined;
  publicUrl: string;
  logger: Logger;
}

/** After a request to Better Auth: what it did to an account goes into the audit log, and changes of the second step to its person by mail. */
export function noteAccountEvents(tools: AccountEventTools) {
  return createAuthMiddleware(async (ctx) => {
    try {
      const event = isAPIError(ctx.context.returned) ? await lockIn(ctx, tools.database) : eventIn(ctx);
      if (event) await note(tools, event);
    } catch (error) {
      // What was asked for is done and stays done.
      tools.logger.error({ event: 'auth.note_failed', err: error });
    }
  });
}

/** Runs before the plugin's own hook, which ends the session of a password where a code is still to come. */
function eventIn({ path, context }: Context): AccountEvent | undefined {
  const { newSession, session } = context;
  if (path === '/two-factor/generate-backup-codes' && session)
    return { person: session.user, action: 'second_step.codes_renewed' };
  if (!newSession) return undefined;
  const person = newSession.user;
  const signedIn = { person, action: 'person.signed_in', address: newSession.session.ipAddress ?? '' } as const;
  switch (path) {
    case '/sign-in/email':
      return person.twoFactorEnabled === true ? undefined : { ...signedIn, by: 'password' };
    case '/two-factor/verify-totp':
      // Who has a session already enters the first code.
      return session ? { person, action: 'second_step.turned_on' } : { ...signedIn, by: 'code' };
    case '/two-factor/verify-backup-code':
      return { ...signedIn, by: 'recovery_code' };
    case '/two-factor/disable':
      return { person, action: 'second_step.turned_off' };
    default:
      return undefined;
  }
}

/** A wrong code that was one too many. */
async function lockIn(ctx: Context, database: Database): Promise<AccountEvent | undefined> {
  const { path, context } = ctx;
  if ((path !== '/two-factor/verify-totp' && path !== '/two-factor/verify-backup-code') || context.session)
    return undefined;
  const challenge = await ctx.getSignedCookie(context.createAuthCookie(CHALLENGE_COOKIE).name, context.secret);
  const userId = challenge ? (await context.internalAdapter.findVerificationValue(challenge))?.value : undefined;
  if (!userId || !(await isSecondStepLocked(database, userId))) return undefined;
  const person = await context.internalAdapter.findUserById(userId);
  return person ? { person, action: 'second_step.locked' } : undefined;
}

async function note({ database, mail, publicUrl }: AccountEventTools, event: AccountEvent): Promise<void> {
  const { person, action } = event;
  const isNew = async (key: string, windowMs: number) =>
    (await countAttempt(database, { key: `${action}|${person.id}|${key}`, max: 1, windowMs, now: Date.now() })) === 0;
  if (event.action === 'person.signed_in') {
    const { by, address } = event;
    if (!(await isNew(`${by}|${address}`, SIGN_IN_MS))) return;
    await addPersonAudit(database, { actor: `user:${person.id}`, action, userId: person.id, data: { by, address } });
    return;
  }
  if (event.action === 'second_step.locked' && !(await isNew('', LOCK_MS))) return;
  // Whoever enters wrong codes is not known.
  const actor = event.action === 'second_step.locked' ? 'system' : `user:${person.id}`;
  await addPersonAudit(database, { actor, action, userId: person.id });
  if (mail && person.emailVerified && (await mail.allows(person.email, 'second-step')))
    mail.deliver(person.email, secondStepMail(event.action, `${publicUrl}/settings`));
}

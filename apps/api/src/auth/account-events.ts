import { type OAuthProviderName, oauthProviderName } from '@hikyaku/contracts';
import { addPersonAudit, countAttempt, type Database, isSecondStepLocked, notePasskeyUse } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';
import { createAuthMiddleware, isAPIError } from 'better-auth/api';
import type { AccountMail } from './account-mail.ts';
import { type AccountChange, accountChangeMail } from './mail-texts.ts';
import { FINISH_SIGN_IN, REMOVE_SIGN_IN } from './outside/linked-sign-ins.ts';
import { wordsFor } from './outside/outside-accounts.ts';

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

type SignedInBy = 'password' | 'code' | 'recovery_code' | 'passkey' | OAuthProviderName;

type AccountEvent =
  | { person: Person; action: 'person.signed_in'; by: SignedInBy; address: string }
  // `data`: what the person calls what was changed.
  | { person: Person; action: AccountChange; data?: { name: string } | undefined };

export interface AccountEventTools {
  /** Role `system`. */
  database: Database;
  mail: AccountMail | undefined;
  publicUrl: string;
  logger: Logger;
}

/** After a request to Better Auth: what it did to an account goes into the audit log, and changes of how it is signed in to, to its person by mail. */
export function noteAccountEvents(tools: AccountEventTools) {
  return createAuthMiddleware(async (ctx) => {
    await surely(tools, async () => {
      const event = isAPIError(ctx.context.returned) ? await lockIn(ctx, tools.database) : eventIn(ctx);
      if (event) await note(tools, event);
      const passkeyId: unknown = event?.action === 'person.signed_in' && event.by === 'passkey' && ctx.body.response.id;
      if (typeof passkeyId === 'string') await notePasskeyUse(tools.database, passkeyId);
    });
  });
}

/** A new password by a link: its request names nobody, so Better Auth tells whose it was. */
export const notePasswordReset = (tools: AccountEventTools, person: Person): Promise<void> =>
  surely(tools, () => note(tools, { person, action: 'password.reset' }));

/** A way to a provider came back with a sign-in that is this person's from now on. */
export const noteLinkedSignIn = (
  tools: AccountEventTools,
  person: Person,
  linked: { provider: OAuthProviderName; label: string | null },
): Promise<void> =>
  surely(tools, () => note(tools, { person, action: 'sign_in.linked', data: { name: wordsFor(linked) } }));

/** The operator took the second step from somebody who has lost it. */
export const noteSecondStepTaken = (tools: AccountEventTools, person: Person): Promise<void> =>
  note(tools, { person, action: 'second_step.taken' });

/** Somebody who was signed in as this person made a key, which goes on when he has signed out. The tenant's own log has it. */
export const tellApiKeyMade = (tools: AccountEventTools, person: Person, name: string): Promise<void> =>
  surely(tools, () => tell(tools, person, 'api_key.made', name));

/** What was asked for is done and stays done. */
async function surely(tools: AccountEventTools, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    tools.logger.error({ event: 'auth.note_failed', err: error });
  }
}

/** What a signed-in person changed, by the path that did it. */
const CHANGES: Record<string, AccountChange | undefined> = {
  '/two-factor/generate-backup-codes': 'second_step.codes_renewed',
  '/change-password': 'password.changed',
  '/passkey/verify-registration': 'passkey.added',
  '/passkey/delete-passkey': 'passkey.removed',
  [REMOVE_SIGN_IN]: 'sign_in.unlinked',
};

/** Runs before the plugin's own hook, which ends the session of a password where a code is still to come. */
function eventIn({ path, context, body }: Context): AccountEvent | undefined {
  const { newSession, session } = context;
  const change = CHANGES[path ?? ''];
  if (change && session) {
    return { person: session.user, action: change, data: nameIn(change, context.returned) };
  }
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
    case '/passkey/verify-authentication':
      return { ...signedIn, by: 'passkey' };
    case FINISH_SIGN_IN:
      return person.twoFactorEnabled === true ? undefined : { ...signedIn, by: oauthProviderName.parse(body?.by) };
    case '/two-factor/disable':
      return { person, action: 'second_step.turned_off' };
    default:
      return undefined;
  }
}

/** What was changed, in words that its person knows. */
function nameIn(change: AccountChange, returned: unknown): { name: string } | undefined {
  if (change === 'sign_in.unlinked') return { name: wordsFor(returned as Parameters<typeof wordsFor>[0]) };
  const name = (returned as { name?: unknown } | undefined)?.name;
  return change === 'passkey.added' && typeof name === 'string' ? { name } : undefined;
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

/** Where it is not the person himself. */
const ACTORS: Partial<Record<AccountChange, string>> = {
  // Whoever enters wrong codes is not known.
  'second_step.locked': 'system',
  'second_step.taken': 'operator',
};

async function note(tools: AccountEventTools, event: AccountEvent): Promise<void> {
  const { database } = tools;
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
  await addPersonAudit(database, {
    actor: ACTORS[event.action] ?? `user:${person.id}`,
    action,
    userId: person.id,
    data: event.data,
  });
  await tell(tools, person, event.action, event.data?.name);
}

async function tell({ mail, publicUrl }: AccountEventTools, person: Person, change: AccountChange, name?: string) {
  if (mail && person.emailVerified && (await mail.allows(person.email, 'account-change')))
    mail.deliver(person.email, accountChangeMail(change, `${publicUrl}/settings`, name));
}

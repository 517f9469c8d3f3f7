import { connectParams, newcomerAnswer, type OAuthProviderName, type SignInRefusal } from '@hikyaku/contracts';
import { asRelayError, type EnvironmentName, type OutsideIdentity, RelayError, toProblem } from '@hikyaku/core';
import { type Database, linkOutsideAccount, useOutsideAccount } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type AccountEventTools, noteLinkedSignIn } from '../account-events.ts';
import { type Auth, CLIENT_ADDRESS_HEADER, PASSWORD_MAX, PASSWORD_MIN } from '../create-auth.ts';
import { type AttemptLimit, limitAttempts } from '../limit-attempts.ts';
import { SIGN_UPS } from '../sign-up-routes.ts';
import type { BegunSignUps } from './begun-sign-up.ts';
import { accountOf, LINKS_MAX } from './outside-accounts.ts';
import { refusalOf } from './refusal-of.ts';
import type { Linker, Ways } from './ways.ts';

/** As challenges of passkeys: an office may be behind one address. */
const WAYS: AttemptLimit[] = [{ max: 30, windowMs: 10_000 }];

const typed = z.object({ email: z.email().max(254), password: z.string().min(PASSWORD_MIN).max(PASSWORD_MAX) });

export interface OutsideTools {
  auth: Auth;
  /** What is set up here. */
  names: OAuthProviderName[];
  database: Database;
  environment: EnvironmentName;
  publicUrl: string;
  /** Addresses are confirmed here, so an unconfirmed account signs in by nothing. */
  asksConfirmation: boolean;
  ways: Ways;
  begun: BegunSignUps;
  eventTools: AccountEventTools;
  logger: Logger;
}

/** Signing in by a provider (docs/adr/0052): the way there, and the sign-up of who is new. The way back is `comeBack`. */
export function outsideRoutes(app: FastifyInstance, tools: OutsideTools): void {
  const { begun, database, logger, publicUrl, ways } = tools;
  const routes = app.withTypeProvider<ZodTypeProvider>();

  // A link, so that it works before the page's scripts do. It changes nothing: whoever follows it decides at the provider.
  routes.get(
    '/api/auth/sign-in-with/:provider',
    { schema: { hide: true, params: connectParams, querystring: z.object({ next: z.string().max(500).optional() }) } },
    async (request, reply) => {
      const { provider } = request.params;
      try {
        await limitAttempts(database, request, 'sign-in-with', WAYS);
        const { url, cookie } = await ways.begin({
          ...{ provider, next: request.query.next },
          cookieHeader: request.headers.cookie,
        });
        return await reply.header('set-cookie', cookie).redirect(url, 302);
      } catch (thrown) {
        const error = asRelayError(thrown);
        logRefused(logger, request, provider, error);
        return reply.redirect(pageOf(publicUrl, '/sign-in', refusalOf(error), provider), 302);
      }
    },
  );

  routes.get(
    '/api/auth/newcomer',
    { schema: { hide: true, response: { 200: newcomerAnswer } } },
    async ({ headers: { cookie } }) => begun.read(cookie),
  );
  routes.post('/api/auth/newcomer', { schema: { hide: true, body: typed } }, async (request, reply) => {
    await limitAttempts(database, request, 'sign-up', SIGN_UPS);
    const known = begun.read(request.headers.cookie);
    if (!known) throw new RelayError('oauth.state_invalid', { internal: 'no newcomer' });
    const { userId } = await begun.finish(known, request.body);
    reply.header('set-cookie', begun.end());
    if (!userId) return { token: null };
    await useOutsideAccount(
      database,
      accountOf(known.provider, tools.environment, { ...known, vouchesAddress: false }),
    );
    await signIn(tools, request, reply, { userId, by: known.provider });
    // As Better Auth answers; the session itself is in its cookie.
    return { token: userId };
  });
}

/** A browser that comes back from a provider with a sign-in's state. It always ends on a page of the dashboard. */
export async function comeBack(
  tools: OutsideTools,
  request: FastifyRequest,
  reply: FastifyReply,
  provider: OAuthProviderName,
): Promise<unknown> {
  const { auth, database, logger, publicUrl, ways } = tools;
  const query = request.query as Record<string, unknown>;
  const cookieHeader = request.headers.cookie;
  const session = cookieHeader ? await auth.api.getSession({ headers: new Headers({ cookie: cookieHeader }) }) : null;
  const viewer: Linker | null = session && { userId: session.user.id, sessionToken: session.session.token };
  const refuse = (why: SignInRefusal) =>
    reply.redirect(pageOf(publicUrl, viewer ? '/settings' : '/sign-in', why, provider), 302);
  try {
    await limitAttempts(database, request, 'come-back', WAYS);
    const { identity, next, linkTo } = await ways.end({
      ...{ provider, cookieHeader, viewer, state: text(query.state) ?? '' },
      code: text(query.code),
      error: text(query.error),
      errorDescription: text(query.error_description),
    });
    if (linkTo && session) return await link(identity, session.user);
    const account = accountOf(provider, tools.environment, identity);
    const known = await useOutsideAccount(database, account);
    if (!known) {
      reply.header('set-cookie', tools.begun.keep(provider, identity));
      return await reply.redirect(`${publicUrl}/newcomer?with=${provider}`, 302);
    }
    if (tools.asksConfirmation && !known.isConfirmed) return await refuse('unconfirmed');
    const { isWhole } = await signIn(tools, request, reply, { userId: known.userId, by: provider });
    const onward = isWhole ? next : `/sign-in?step=code&next=${encodeURIComponent(next)}`;
    return await reply.redirect(`${publicUrl}${onward}`, 302);
  } catch (thrown) {
    const error = asRelayError(thrown);
    logRefused(logger, request, provider, error);
    return refuse(refusalOf(error));
  }

  async function link(identity: OutsideIdentity, user: { id: string; email: string; emailVerified: boolean }) {
    const account = accountOf(provider, tools.environment, identity);
    const done = await linkOutsideAccount(database, { ...account, userId: user.id, max: LINKS_MAX });
    if (done === 'other' || done === 'full') return refuse(done);
    if (done === 'linked') await noteLinkedSignIn(tools.eventTools, user, { provider, label: account.label });
    return reply.redirect(`${publicUrl}/settings?linked=${provider}`, 302);
  }
}

/** A session for who was named; not whole where a code is still to come. */
async function signIn(
  { auth }: OutsideTools,
  request: FastifyRequest,
  reply: FastifyReply,
  person: { userId: string; by: OAuthProviderName },
): Promise<{ isWhole: boolean }> {
  const headers = new Headers({ [CLIENT_ADDRESS_HEADER]: request.ip });
  for (const name of ['cookie', 'user-agent'] as const) {
    const value = request.headers[name];
    if (value) headers.set(name, value);
  }
  const made = await auth.api.finishOutsideSignIn({ body: person, headers, returnHeaders: true });
  for (const line of made.headers.getSetCookie()) reply.header('set-cookie', line);
  return { isWhole: !made.response.twoFactorRedirect };
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length > 0 && value.length <= 4096 ? value : undefined;

const pageOf = (publicUrl: string, page: string, why: SignInRefusal, provider: OAuthProviderName): string =>
  `${publicUrl}${page}?refused=${why}&by=${provider}`;

function logRefused(logger: Logger, request: FastifyRequest, provider: string, err: RelayError): void {
  const level = toProblem(err).status >= 500 ? 'error' : 'info';
  logger[level]({ event: 'sign_in.refused', requestId: request.id, provider, err });
}

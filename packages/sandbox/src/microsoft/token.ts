import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AccountIdentity } from '../accounts/account.ts';
import type { Grant } from '../accounts/grant.ts';
import type { SandboxContext } from '../context.ts';
import { applyFault } from '../knobs/apply-fault.ts';
import { splitScopes } from '../oauth/authorize-request.ts';
import { checkClient } from '../oauth/client-check.ts';
import { isVerifierRight } from '../oauth/pkce.ts';
import { originOf, readForm } from '../read-form.ts';
import { appToken } from './app-token.ts';
import { accountOf } from './authorize.ts';
import { ENTRA_ERRORS, type EntraError, entraErrorBody } from './entra-errors.ts';
import { microsoftIdToken } from './id-token.ts';
import type { LoopWatch } from './loop-watch.ts';
import { bareScope, echoScopes, hasScope, isKnownScope, resourcesOf } from './scopes.ts';

/** A refresh token that nobody used for 90 days is dead (facts 1.1). */
const IDLE_LIMIT_MS = 90 * 86_400_000;

type Form = Record<string, string>;
type Outcome = EntraError | { grant: Grant; scopes: string[]; nonce: string | undefined };

/** `POST /{tenant}/oauth2/v2.0/token`: the code leg, the refresh leg, and client credentials. */
export async function tokenMicrosoft(
  context: SandboxContext,
  loops: LoopWatch,
  request: FastifyRequest<{ Params: { tenant: string } }>,
  reply: FastifyReply,
): Promise<unknown> {
  const form = await readForm(request);
  reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
  const refuse = (error: EntraError) =>
    reply.code(error.status).send(entraErrorBody(error, new Date(context.clock.now())));
  const clientError = refuseClient(context, form, request.headers.authorization);
  if (clientError) return refuse(clientError);

  if (form.grant_type === 'client_credentials') {
    if (await applyFault(context, reply, { provider: 'microsoft', call: 'app_token' })) return;
    const answer = appToken(context, form, request.params.tenant);
    return 'error' in answer ? refuse(answer.error) : reply.send(answer.body);
  }
  const isRefresh = form.grant_type === 'refresh_token';
  if (!isRefresh && form.grant_type !== 'authorization_code') return refuse(ENTRA_ERRORS.badGrantType);
  const held = isRefresh ? context.tokens.readRefresh(form.refresh_token ?? '') : undefined;
  const mailbox = held?.address;
  if (await applyFault(context, reply, { provider: 'microsoft', call: isRefresh ? 'refresh' : 'token', mailbox }))
    return;

  // Authorize may ask for several services' permissions; a token is for one.
  if (resourcesOf(splitScopes(form.scope)).size > 1) return refuse(ENTRA_ERRORS.twoResources);
  const outcome = isRefresh
    ? refresh(context, loops, form, held)
    : await redeemCode(context, form, request.params.tenant);
  if ('number' in outcome) return refuse(outcome);
  return reply.send(tokenBody(context, outcome, form, originOf(request)));
}

function refuseClient(context: SandboxContext, form: Form, authorization: string | undefined): EntraError | undefined {
  const check = checkClient('microsoft', form, authorization);
  if (check === 'unknown_client') return ENTRA_ERRORS.unknownClient;
  if (check === 'no_secret') return ENTRA_ERRORS.noSecret;
  if (check === 'wrong_secret') return ENTRA_ERRORS.wrongSecret;
  return context.knobs.values().clientSecret === 'expired' ? ENTRA_ERRORS.expiredSecret : undefined;
}

async function redeemCode(context: SandboxContext, form: Form, tenant: string): Promise<Outcome> {
  const code = context.codes.take(form.code ?? '');
  if (code?.request.provider !== 'microsoft') return ENTRA_ERRORS.codeUnknown;
  if (code.isUsed) return ENTRA_ERRORS.codeUsed;
  if (code.expiresAt <= context.clock.now()) return ENTRA_ERRORS.codeExpired;
  if (code.request.tenant !== tenant) return ENTRA_ERRORS.codeOfOtherTenant;
  if (code.request.redirectUri !== form.redirect_uri) return ENTRA_ERRORS.redirectMismatch;
  if (!isVerifierRight(code.request.codeChallenge, form.code_verifier)) return ENTRA_ERRORS.verifierWrong;
  const scopes = narrow(form.scope, code.scopes);
  if (!scopes) return ENTRA_ERRORS.badScope;
  const { address, isRefreshable } = code;
  const grant = await context.grants.add({ provider: 'microsoft', address, scopes: code.scopes, isRefreshable });
  return { grant, scopes, nonce: code.request.nonce };
}

function refresh(context: SandboxContext, loops: LoopWatch, form: Form, grant: Grant | undefined): Outcome {
  if (grant?.provider !== 'microsoft') return ENTRA_ERRORS.refreshUnknown;
  const account = accountOf(context, grant.address);
  if (loops.isLooping(form.refresh_token!, context.clock.now())) return ENTRA_ERRORS.looping;
  if (grant.endedBy === 'consent_withdrawn') return ENTRA_ERRORS.consentMissing;
  // Personal accounts tell less (facts 1.1, 70000).
  if (grant.endedBy) return account.kind === 'personal' ? ENTRA_ERRORS.refreshUnknown : ENTRA_ERRORS.refreshRevoked;
  if (context.knobs.account(grant.address).isDisabled) return ENTRA_ERRORS.accountDisabled;
  if (grant.lastUsedAt + IDLE_LIMIT_MS < context.clock.now()) return ENTRA_ERRORS.refreshIdle;
  const scopes = narrow(form.scope, grant.scopes);
  if (!scopes) return ENTRA_ERRORS.consentMissing;
  context.grants.touch(grant);
  return { grant, scopes, nonce: undefined };
}

/** The scopes of this call in the words of this call; undefined when one of them was never granted. */
function narrow(asked: string | undefined, granted: string[]): string[] | undefined {
  const scopes = splitScopes(asked);
  if (!scopes.length) return granted;
  const given = new Set(granted.map(bareScope));
  // openid, profile and offline_access come with every sign-in; MSAL adds them to each call.
  const isGiven = (scope: string) =>
    ['openid', 'profile', 'offline_access'].includes(scope) || given.has(bareScope(scope));
  return scopes.every((scope) => isKnownScope(scope) && isGiven(scope)) ? scopes : undefined;
}

function tokenBody(
  context: SandboxContext,
  { grant, scopes, nonce }: Exclude<Outcome, EntraError>,
  form: Form,
  origin: string,
): Record<string, unknown> {
  const account: AccountIdentity = accountOf(context, grant.address);
  const lifetime = context.knobs.values().tokenLifetimeSeconds;
  const clientInfo = JSON.stringify({ uid: account.subject, utid: account.tenant });
  return {
    token_type: 'Bearer',
    scope: echoScopes(scopes),
    expires_in: lifetime,
    ext_expires_in: lifetime,
    access_token: context.tokens.access(grant, scopes, lifetime),
    ...(grant.isRefreshable ? { refresh_token: context.tokens.refresh(grant) } : {}),
    ...(hasScope(scopes, 'openid') ? { id_token: microsoftIdToken(context, account, { origin, scopes, nonce }) } : {}),
    ...(form.client_info === '1' ? { client_info: Buffer.from(clientInfo).toString('base64url') } : {}),
  };
}

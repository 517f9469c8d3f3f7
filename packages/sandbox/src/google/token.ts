import { SANDBOX_CLIENTS } from '@hikyaku/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { identityOf } from '../accounts/account.ts';
import type { Grant } from '../accounts/grant.ts';
import type { SandboxContext } from '../context.ts';
import { applyFault } from '../knobs/apply-fault.ts';
import { checkClient } from '../oauth/client-check.ts';
import { isVerifierRight } from '../oauth/pkce.ts';
import { readForm } from '../read-form.ts';
import { grantedForm } from './scopes.ts';

/** Unused for six months: dead (facts 1.2). */
const IDLE_LIMIT_MS = 183 * 86_400_000;
/** Links of an external project in Testing (facts 1.2). */
const TESTING_LIMIT_MS = 7 * 86_400_000;

interface TokenError {
  status: number;
  error: string;
  error_description?: string;
}

const refusal = (error: string, text?: string, status = 400): TokenError => ({
  status,
  error,
  ...(text ? { error_description: text } : {}),
});

type Outcome = TokenError | { grant: Grant; isCodeLeg: boolean; nonce: string | undefined };

/** `POST /token`: the code leg and the refresh leg. Refresh answers never carry a refresh token: no rotation (facts 1.2). */
export async function tokenGoogle(
  context: SandboxContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const form = await readForm(request);
  reply.header('cache-control', 'no-store');
  const refuse = ({ status, ...body }: TokenError) => reply.code(status).send(body);
  const client = checkClient('google', form, request.headers.authorization);
  if (client === 'unknown_client') return refuse(refusal('invalid_client', 'The OAuth client was not found.', 401));
  if (client !== 'ok' || context.knobs.values().clientSecret === 'expired') {
    return refuse(refusal('invalid_client', 'Unauthorized', 401));
  }
  const isRefresh = form.grant_type === 'refresh_token';
  const held = isRefresh ? context.tokens.readRefresh(form.refresh_token ?? '') : undefined;
  const fault = { provider: 'google', call: isRefresh ? 'refresh' : 'token', mailbox: held?.address } as const;
  if (await applyFault(context, reply, fault)) return;

  const outcome = isRefresh
    ? refresh(context, held)
    : form.grant_type === 'authorization_code'
      ? await redeemCode(context, form)
      : refusal('unsupported_grant_type', 'Invalid grant_type');
  return 'error' in outcome ? refuse(outcome) : reply.send(tokenBody(context, outcome));
}

function refresh(context: SandboxContext, grant: Grant | undefined): Outcome {
  // One text for every cause: the app cannot tell why (facts 1.2).
  const dead = refusal('invalid_grant', 'Token has been expired or revoked.');
  if (grant?.provider !== 'google') return refusal('invalid_grant', 'Bad Request');
  const now = context.clock.now();
  if (grant.endedBy || grant.lastUsedAt + IDLE_LIMIT_MS < now) return dead;
  if (context.knobs.values().googleProject === 'testing' && grant.createdAt + TESTING_LIMIT_MS < now) return dead;
  if (context.knobs.account(grant.address).isDisabled) return refusal('invalid_grant', 'Account has been disabled');
  context.grants.touch(grant);
  return { grant, isCodeLeg: false, nonce: undefined };
}

async function redeemCode(context: SandboxContext, form: Record<string, string>): Promise<Outcome> {
  const code = context.codes.take(form.code ?? '');
  if (code?.request.provider !== 'google') return refusal('invalid_grant', 'Malformed auth code.');
  if (code.isUsed || code.expiresAt <= context.clock.now()) return refusal('invalid_grant', 'Bad Request');
  if (code.request.redirectUri !== form.redirect_uri) return refusal('redirect_uri_mismatch', 'Bad Request');
  if (!isVerifierRight(code.request.codeChallenge, form.code_verifier)) {
    return refusal('invalid_grant', 'Invalid code verifier.');
  }
  const { address, scopes, isRefreshable } = code;
  const grant = await context.grants.add({ provider: 'google', address, scopes, isRefreshable });
  return { grant, isCodeLeg: true, nonce: code.request.nonce };
}

function tokenBody(
  context: SandboxContext,
  { grant, isCodeLeg, nonce }: Exclude<Outcome, TokenError>,
): Record<string, unknown> {
  const lifetime = context.knobs.values().tokenLifetimeSeconds;
  return {
    access_token: context.tokens.access(grant, grant.scopes, lifetime),
    expires_in: lifetime,
    ...(isCodeLeg && grant.isRefreshable ? { refresh_token: context.tokens.refresh(grant) } : {}),
    scope: grantedForm(grant.scopes).join(' '),
    token_type: 'Bearer',
    ...(grant.scopes.includes('openid') ? { id_token: idToken(context, grant, nonce) } : {}),
  };
}

function idToken(context: SandboxContext, grant: Grant, nonce: string | undefined): string {
  const account = identityOf('google', grant.address, context.knobs.account(grant.address).kind);
  const now = Math.floor(context.clock.now() / 1000);
  const showsEmail = grant.scopes.some((scope) => scope === 'email' || scope.endsWith('/userinfo.email'));
  const showsName = grant.scopes.some((scope) => scope === 'profile' || scope.endsWith('/userinfo.profile'));
  return context.keys.signJwt({
    iss: 'https://accounts.google.com',
    azp: SANDBOX_CLIENTS.google.clientId,
    aud: SANDBOX_CLIENTS.google.clientId,
    sub: account.subject,
    iat: now,
    exp: now + 3600,
    ...(account.tenant ? { hd: account.tenant } : {}),
    ...(showsEmail
      ? { email: account.address, email_verified: !context.knobs.account(account.address).hidesEmail }
      : {}),
    ...(showsName ? { name: account.name } : {}),
    ...(nonce === undefined ? {} : { nonce }),
  });
}

import { SANDBOX_CLIENTS } from '@hikyaku/core';
import type { FastifyReply } from 'fastify';
import { type AccountIdentity, identityOf } from '../accounts/account.ts';
import type { SandboxContext } from '../context.ts';
import { applyFault } from '../knobs/apply-fault.ts';
import { isMailAddress } from '../mime/address-list.ts';
import { type AuthorizeRequest, redirectWith, toAuthorizeRequest } from '../oauth/authorize-request.ts';
import { isChallengeWellFormed } from '../oauth/pkce.ts';
import { isRegisteredRedirect } from '../oauth/redirect-uri.ts';
import { consentPage } from '../pages/consent-page.ts';
import { errorPage } from '../pages/error-page.ts';
import type { PageLanguage } from '../pages/language.ts';
import { sendPage } from '../pages/send-page.ts';
import { signInPage } from '../pages/sign-in-page.ts';
import { isKnownScope, isTickable } from './scopes.ts';

interface AuthorizeCall {
  params: Record<string, string>;
  language: PageLanguage;
  decision?: 'accept' | 'cancel';
  /** The tickable scopes that the person ticked. */
  ticked?: string[];
}

const AUTHORIZE_PATH = '/google/o/oauth2/v2/auth';

/** The authorize endpoint. Google shows most of its refusals itself, they never come back to the relay (facts 1.2). */
export async function authorizeGoogle(
  context: SandboxContext,
  call: AuthorizeCall,
  reply: FastifyReply,
): Promise<unknown> {
  const { params, language, decision } = call;
  const showError = (title: string, text: string) =>
    sendPage(reply, errorPage({ language, provider: 'google', title, text }), { status: 400 });
  const problem = problemOf(context, params);
  if (problem) return showError(...problem);
  const request = toAuthorizeRequest('google', '', params);
  const deny = (error: string) => reply.redirect(redirectWith(request, { error }), 302);
  const hint = request.loginHint;
  if (await applyFault(context, reply, { provider: 'google', call: 'authorize', mailbox: hint?.toLowerCase() })) return;
  if (decision === 'cancel') return deny('access_denied');
  if (!hint || !isMailAddress(hint)) {
    if (request.prompts.includes('none')) return deny('interaction_required');
    const page = signInPage({ language, context, request, action: AUTHORIZE_PATH });
    return sendPage(reply, page, { formTarget: request.redirectUri });
  }
  const account = identityOf('google', hint, context.knobs.account(hint).kind);
  const knobs = context.knobs.account(account.address);
  if (knobs.needsAdmin)
    return showError('admin_policy_enforced', 'Access blocked: your administrator must approve this app.');
  if (knobs.isDisabled) return showError('access_denied', 'This account is disabled.');

  const isAsking = context.knobs.consentOf(account.address) === 'ask' && !isConsented(context, account, request);
  if (isAsking && decision !== 'accept') {
    if (request.prompts.includes('none')) return deny('interaction_required');
    const page = consentPage({ language, request, account, action: `${AUTHORIZE_PATH}/consent` });
    return sendPage(reply, page, { formTarget: request.redirectUri });
  }
  const isFirst = context.grants.liveOf('google', account.address).length === 0;
  const scopes = request.scopes.filter(
    (scope) => !isTickable(scope) || (!knobs.untickedScopes?.includes(scope) && (call.ticked?.includes(scope) ?? true)),
  );
  const code = context.codes.issue({
    request,
    address: account.address,
    scopes,
    // Only offline access, and only with a consent: the first one or one asked for (facts 1.2).
    isRefreshable: params.access_type === 'offline' && (isFirst || request.prompts.includes('consent')),
  });
  return reply.redirect(
    redirectWith(request, { code, scope: scopes.join(' '), authuser: '0', prompt: 'consent' }),
    302,
  );
}

/** Title and text of Google's own error page, or undefined. */
function problemOf(context: SandboxContext, params: Record<string, string>): [string, string] | undefined {
  if (params.client_id !== SANDBOX_CLIENTS.google.clientId)
    return ['invalid_client', 'The OAuth client was not found.'];
  if (!isRegisteredRedirect('google', params.redirect_uri ?? '', context.publicUrl)) {
    return ['redirect_uri_mismatch', 'The redirect URI in the request is not registered for the OAuth client.'];
  }
  if (params.response_type !== 'code') return ['unsupported_response_type', 'Only code is supported.'];
  const scopes = (params.scope ?? '').split(/\s+/).filter(Boolean);
  if (!scopes.length || !scopes.every(isKnownScope)) return ['invalid_scope', 'Some requested scopes are not known.'];
  const hasChallenge = params.code_challenge !== undefined || params.code_challenge_method !== undefined;
  // Left out, the method means "plain" at Google; the relay must not rely on that.
  if (
    hasChallenge &&
    (params.code_challenge_method !== 'S256' || !isChallengeWellFormed(params.code_challenge ?? ''))
  ) {
    return ['invalid_request', 'The code challenge must be S256.'];
  }
  return undefined;
}

function isConsented(context: SandboxContext, account: AccountIdentity, request: AuthorizeRequest): boolean {
  if (request.prompts.includes('consent')) return false;
  const given = new Set(context.grants.liveOf('google', account.address).flatMap((grant) => grant.scopes));
  return request.scopes.every((scope) => given.has(scope));
}

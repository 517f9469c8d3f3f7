import { SANDBOX_CLIENTS } from '@hikyaku/core';
import { type AuthorizeRequest, toAuthorizeRequest } from '../oauth/authorize-request.ts';
import { isChallengeWellFormed } from '../oauth/pkce.ts';
import { isRegisteredRedirect } from '../oauth/redirect-uri.ts';
import { ENTRA_ERRORS, type EntraError } from './entra-errors.ts';
import { isKnownScope } from './scopes.ts';

/** A page for the person where client or address are wrong (nothing may be sent there), else an answer to the redirect address. */
export type AuthorizeCheck =
  | { kind: 'ok'; request: AuthorizeRequest }
  | { kind: 'page'; error: EntraError }
  | { kind: 'redirect'; error: EntraError; request: AuthorizeRequest };

export function checkMicrosoftAuthorize(
  tenant: string,
  params: Record<string, string>,
  publicUrl: string,
): AuthorizeCheck {
  if (params.client_id !== SANDBOX_CLIENTS.microsoft.clientId) {
    return { kind: 'page', error: ENTRA_ERRORS.unknownClient };
  }
  if (!isRegisteredRedirect('microsoft', params.redirect_uri ?? '', publicUrl)) {
    return { kind: 'page', error: ENTRA_ERRORS.badRedirect };
  }
  const request = toAuthorizeRequest('microsoft', tenant, params);
  const refuse = (error: EntraError): AuthorizeCheck => ({ kind: 'redirect', error, request });
  if (params.response_type !== 'code') return refuse(ENTRA_ERRORS.badResponseType);
  // form_post needs a script on our page; the relay does not use it.
  if ((params.response_mode ?? 'query') !== 'query') return refuse(ENTRA_ERRORS.badRequest);
  if (!request.scopes.length || !request.scopes.every(isKnownScope)) return refuse(ENTRA_ERRORS.badScope);
  const { codeChallenge } = request;
  if (codeChallenge !== undefined || params.code_challenge_method !== undefined) {
    if (params.code_challenge_method !== 'S256' || !isChallengeWellFormed(codeChallenge ?? '')) {
      return refuse(ENTRA_ERRORS.badChallenge);
    }
  }
  return { kind: 'ok', request };
}

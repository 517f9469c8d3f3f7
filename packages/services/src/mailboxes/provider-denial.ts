import { RelayError } from '@hikyaku/core';

/** The organization's administrator has to agree first (facts, providers 1.1). Changes the wording only, never the flow. */
const ADMIN_CONSENT = /AADSTS(90094|90095)\b/;

/** RFC 6749 4.1.2.1, OpenID Connect, and what both providers add. Any other text was put into the address by whoever called it. */
const KNOWN = new Set([
  ...['access_denied', 'invalid_request', 'unauthorized_client', 'unsupported_response_type', 'invalid_scope'],
  ...['server_error', 'temporarily_unavailable', 'interaction_required', 'login_required', 'consent_required'],
  ...['account_selection_required', 'invalid_client', 'invalid_grant', 'admin_policy_enforced', 'org_internal'],
]);

/** A provider's `error` and `error_description` on the way back, as ours. */
export function providerDenial(error: string, description: string | undefined): RelayError {
  const internal = `the provider answered ${KNOWN.has(error) ? error : 'an error that is none of OAuth'}`;
  if (ADMIN_CONSENT.test(description ?? '') || error === 'admin_policy_enforced' || error === 'org_internal') {
    return new RelayError('upstream.admin_blocked', { internal });
  }
  if (error === 'access_denied') return new RelayError('oauth.denied', { internal });
  if (error === 'server_error' || error === 'temporarily_unavailable') {
    return new RelayError('upstream.unavailable', { internal });
  }
  return new RelayError('oauth.code_refused', { internal });
}

import { RelayError } from '@hikyaku/core';

/** The organization's administrator has to agree first (facts, providers 1.1). Changes the wording only, never the flow. */
const ADMIN_CONSENT = /AADSTS(90094|90095)\b/;

/** A provider's `error` and `error_description` on the way back, as ours. */
export function providerDenial(error: string, description: string | undefined): RelayError {
  const internal = `the provider answered ${error.slice(0, 60).replace(/[^\w.-]/g, '?')}`;
  if (ADMIN_CONSENT.test(description ?? '') || error === 'admin_policy_enforced' || error === 'org_internal') {
    return new RelayError('upstream.admin_blocked', { internal });
  }
  if (error === 'access_denied') return new RelayError('oauth.denied', { internal });
  if (error === 'server_error' || error === 'temporarily_unavailable') {
    return new RelayError('upstream.unavailable', { internal });
  }
  return new RelayError('oauth.code_refused', { internal });
}

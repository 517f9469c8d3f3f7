import { type ErrorCode, RelayError } from '@hikyaku/core';
import { aadstsCode } from '@hikyaku/upstreams';

/** OAuth's word → ours; what is not here is `oauth.code_refused`. */
const BY_WORD = new Map<string, ErrorCode>([
  ['access_denied', 'oauth.denied'],
  // The administrator's page says so of a pressed "Cancel".
  ['permission_denied', 'oauth.denied'],
  ['consent_required', 'upstream.admin_consent'],
  ['admin_policy_enforced', 'upstream.admin_blocked'],
  ['org_internal', 'upstream.admin_blocked'],
  ['server_error', 'upstream.unavailable'],
  ['temporarily_unavailable', 'upstream.unavailable'],
]);

/** RFC 6749 4.1.2.1, OpenID Connect, and what both providers add. Any other text was put into the address by whoever called it. */
const KNOWN = new Set([
  ...[
    'access_denied',
    'permission_denied',
    'invalid_request',
    'unauthorized_client',
    'unsupported_response_type',
    'invalid_scope',
  ],
  ...['server_error', 'temporarily_unavailable', 'interaction_required', 'login_required', 'consent_required'],
  ...['account_selection_required', 'invalid_client', 'invalid_grant', 'admin_policy_enforced', 'org_internal'],
]);

/** A provider's `error` and `error_description` on the way back, as ours. */
export function providerDenial(error: string, description: string | undefined): RelayError {
  const internal = `the provider answered ${KNOWN.has(error) ? error : 'an error that is none of OAuth'}`;
  // The number behind Microsoft's word is the more exact one: `access_denied` is a pressed "Cancel", or any rule of the organization.
  return new RelayError(aadstsCode(description ?? '') ?? BY_WORD.get(error) ?? 'oauth.code_refused', { internal });
}

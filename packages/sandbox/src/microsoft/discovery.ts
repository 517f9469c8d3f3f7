import { PERSONAL_TENANT } from '../accounts/account.ts';

/** Whose tokens an authority of several directories hands out, as Entra says it: with a place for the directory. */
const ISSUER_TENANTS: Record<string, string | undefined> = {
  common: '{tenantid}',
  organizations: '{tenantid}',
  consumers: PERSONAL_TENANT,
};

/** `/{tenant}/v2.0/.well-known/openid-configuration`, as far as clients read it. A domain is told the id of its directory. */
export function openIdConfiguration(origin: string, tenant: string): Record<string, unknown> {
  const base = `${origin}/microsoft/${tenant}`;
  return {
    issuer: `${origin}/microsoft/${ISSUER_TENANTS[tenant] ?? tenant}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
  };
}

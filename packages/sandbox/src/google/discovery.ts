/** `https://accounts.google.com/.well-known/openid-configuration`, as far as clients read it: the issuer is Google's name, wherever its endpoints are. */
export function openIdConfiguration(origin: string): Record<string, unknown> {
  const base = `${origin}/google`;
  return {
    issuer: 'https://accounts.google.com',
    authorization_endpoint: `${base}/o/oauth2/v2/auth`,
    token_endpoint: `${base}/token`,
    revocation_endpoint: `${base}/revoke`,
    jwks_uri: `${base}/oauth2/v3/certs`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'email', 'profile'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    code_challenge_methods_supported: ['S256'],
  };
}

/** Refusals of Entra by number, in their documented sense (facts 1.1 and its corrections), for the token calls and for the way back from authorize. */
export const ENTRA_PRESETS = {
  AADSTS50079: entra(
    400,
    'interaction_required',
    50079,
    'Due to a configuration change made by your administrator, you must enroll in multi-factor authentication.',
  ),
  AADSTS50173: entra(
    400,
    'invalid_grant',
    50173,
    'The provided grant has expired due to it being revoked, a fresh auth token is needed.',
  ),
  AADSTS65001: entra(
    400,
    'invalid_grant',
    65001,
    'The user or administrator has not consented to use the application.',
  ),
  AADSTS70043: entra(
    400,
    'invalid_grant',
    70043,
    'The refresh token has expired or is invalid due to sign-in frequency checks by conditional access.',
  ),
  AADSTS90008: entra(
    400,
    'invalid_request',
    90008,
    'The user or administrator has not consented to use the application.',
  ),
  AADSTS90093: entra(
    400,
    'access_denied',
    90093,
    'Calling principal cannot consent because it lacks the required permissions.',
  ),
  AADSTS90094: entra(400, 'access_denied', 90094, 'The grant requires admin permission.'),
  AADSTS90095: entra(
    400,
    'access_denied',
    90095,
    'Admin consent is required for the permissions requested by this application. The request was sent to the administrator.',
  ),
  AADSTS900941: entra(400, 'access_denied', 900941, 'Admin consent is required. App is considered risky.'),
  AADSTS900981: entra(400, 'access_denied', 900981, 'An admin consent request was received for a risky app.'),
  AADSTS50105: entra(400, 'access_denied', 50105, 'The signed in user is not assigned to a role for the application.'),
  AADSTS530032: entra(400, 'interaction_required', 530032, 'User blocked due to risk on home tenant security policy.'),
  AADSTS700016: entra(400, 'unauthorized_client', 700016, 'Application was not found in the directory.'),
  AADSTS7000112: entra(400, 'unauthorized_client', 7000112, 'Application is disabled.'),
  AADSTS50057: entra(400, 'invalid_grant', 50057, 'The user account is disabled.'),
  AADSTS50053: entra(
    400,
    'invalid_grant',
    50053,
    'The account is locked, you have tried to sign in too many times with an incorrect user ID or password.',
  ),
  AADSTS50034: entra(400, 'invalid_grant', 50034, 'The user account does not exist in the directory.'),
  AADSTS50055: entra(400, 'invalid_grant', 50055, 'The password is expired.'),
  AADSTS50020: entra(
    400,
    'access_denied',
    50020,
    'User account from identity provider does not exist in tenant and cannot access the application.',
  ),
  AADSTS650056: entra(
    401,
    'invalid_client',
    650056,
    'Misconfigured application. The client has not listed any permissions in the requested permissions in its application registration.',
  ),
  AADSTS50194: entra(
    400,
    'invalid_request',
    50194,
    'Application is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps.',
  ),
  AADSTS7000215: entra(401, 'invalid_client', 7000215, 'Invalid client secret provided.'),
  AADSTS50196: entra(
    400,
    'invalid_grant',
    50196,
    'The server terminated an operation because it encountered a client request loop.',
  ),
  AADSTS90055: entra(503, 'temporarily_unavailable', 90055, 'The tenant is over its limit.'),
  /** The second meaning of 70000 (AzureAD/msal-objc#2290). */
  AADSTS70000_abuse: entra(400, 'invalid_grant', 70000, 'User account is found to be in service abuse mode.'),
};

export function entra(status: number, error: string, number: number, text: string) {
  const description = `AADSTS${number}: ${text} Trace ID: 00000000-0000-0000-0000-000000000000 Timestamp: 2026-11-21 00:00:00Z`;
  return { status, headers: {}, body: { error, error_description: description, error_codes: [number] } };
}

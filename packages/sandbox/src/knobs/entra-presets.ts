/** Refusals of Entra by number, in their documented sense (facts 1.1 and its corrections), for the token calls and for the way back from authorize: number, status, OAuth word, text. */
const REFUSALS = [
  [
    50011,
    400,
    'invalid_request',
    'The redirect URI specified in the request does not match the redirect URIs configured for the application.',
  ],
  [
    50020,
    400,
    'access_denied',
    'User account from identity provider does not exist in tenant and cannot access the application.',
  ],
  [50033, 503, 'temporarily_unavailable', 'A transient error has occurred. Please try again.'],
  [50034, 400, 'invalid_grant', 'The user account does not exist in the directory.'],
  [
    50053,
    400,
    'invalid_grant',
    'The account is locked, you have tried to sign in too many times with an incorrect user ID or password.',
  ],
  [50055, 400, 'invalid_grant', 'The password is expired.'],
  [50057, 400, 'invalid_grant', 'The user account is disabled.'],
  [50072, 400, 'interaction_required', 'User needs to enroll for second factor authentication.'],
  [
    50074,
    400,
    'interaction_required',
    'Strong authentication is required and the user did not pass the MFA challenge.',
  ],
  [
    50076,
    400,
    'interaction_required',
    'Due to a configuration change made by your administrator, you must use multi-factor authentication to access this resource.',
  ],
  [
    50078,
    400,
    'interaction_required',
    'Presented multi-factor authentication has expired due to policies configured by your administrator.',
  ],
  [
    50079,
    400,
    'interaction_required',
    'Due to a configuration change made by your administrator, you must enroll in multi-factor authentication.',
  ],
  [50089, 400, 'invalid_grant', 'Authentication failed due to flow token expired.'],
  [50105, 400, 'access_denied', 'The signed in user is not assigned to a role for the application.'],
  [
    50131,
    400,
    'interaction_required',
    'Device is not in required device state, or the request was blocked due to suspicious activity, access policy or security policy decisions.',
  ],
  [50132, 400, 'invalid_grant', 'The session is not valid due to password expiration or recent password change.'],
  [50133, 400, 'invalid_grant', 'Session is invalid due to expiration or recent password change.'],
  [
    50173,
    400,
    'invalid_grant',
    'The provided grant has expired due to it being revoked, a fresh auth token is needed.',
  ],
  [
    50194,
    400,
    'invalid_request',
    'Application is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps.',
  ],
  [50196, 400, 'invalid_grant', 'The server terminated an operation because it encountered a client request loop.'],
  [53000, 400, 'interaction_required', 'Your device is required to be managed to access this resource.'],
  [53003, 400, 'invalid_grant', 'Access has been blocked by Conditional Access policies.'],
  [54005, 400, 'invalid_grant', 'OAuth2 Authorization code was already redeemed.'],
  [65001, 400, 'invalid_grant', 'The user or administrator has not consented to use the application.'],
  [65004, 400, 'access_denied', 'User declined to consent to access the app.'],
  [
    70000,
    400,
    'invalid_grant',
    'The user could not be authenticated as the grant is expired. The user must sign in again.',
  ],
  [70001, 400, 'unauthorized_client', 'The application is disabled or is not installed in the tenant.'],
  [70008, 400, 'invalid_grant', 'The provided authorization code or refresh token has expired due to inactivity.'],
  [70011, 400, 'invalid_scope', 'The provided value for the input parameter scope is not valid.'],
  [
    70043,
    400,
    'invalid_grant',
    'The refresh token has expired or is invalid due to sign-in frequency checks by conditional access.',
  ],
  [90006, 503, 'temporarily_unavailable', 'The service is temporarily unavailable. Please retry.'],
  [90008, 400, 'invalid_request', 'The user or administrator has not consented to use the application.'],
  [90012, 503, 'temporarily_unavailable', 'Request timed out.'],
  [90024, 503, 'temporarily_unavailable', 'Request budget exceeded. A transient error has occurred. Please try again.'],
  [90033, 503, 'temporarily_unavailable', 'A transient error has occurred. Please try again.'],
  [90055, 503, 'temporarily_unavailable', 'The tenant is over its limit.'],
  [
    90072,
    400,
    'access_denied',
    'User account from identity provider does not exist in tenant and cannot access the application in that tenant.',
  ],
  [90093, 400, 'access_denied', 'Calling principal cannot consent because it lacks the required permissions.'],
  [90094, 400, 'access_denied', 'The grant requires admin permission.'],
  [
    90095,
    400,
    'access_denied',
    'Admin consent is required for the permissions requested by this application. The request was sent to the administrator.',
  ],
  [500208, 400, 'access_denied', 'The domain is not a valid login domain for the account type.'],
  [
    501481,
    400,
    'invalid_grant',
    'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  ],
  [530032, 400, 'interaction_required', 'User blocked due to risk on home tenant security policy.'],
  [
    650056,
    401,
    'invalid_client',
    'Misconfigured application. The client has not listed any permissions in the requested permissions in its application registration.',
  ],
  [700016, 400, 'unauthorized_client', 'Application was not found in the directory.'],
  [
    700082,
    400,
    'invalid_grant',
    'The refresh token has expired due to inactivity. The token was issued on 2026-01-01T00:00:00.0000000Z and was inactive for 90.00:00:00.',
  ],
  [900941, 400, 'access_denied', 'Admin consent is required. App is considered risky.'],
  [900981, 400, 'access_denied', 'An admin consent request was received for a risky app.'],
  [7000112, 400, 'unauthorized_client', 'Application is disabled.'],
  [7000215, 401, 'invalid_client', 'Invalid client secret provided.'],
  [
    7000222,
    401,
    'invalid_client',
    "The provided client secret keys for app '5a4d0b0c' are expired. Visit the Azure portal to create new keys for your app.",
  ],
] as const satisfies readonly (readonly [number: number, status: number, error: string, text: string])[];

type Entra = ReturnType<typeof entra>;

export const ENTRA_PRESETS = {
  ...(Object.fromEntries(
    REFUSALS.map(([number, status, error, text]) => [`AADSTS${number}`, entra(number, status, error, text)]),
  ) as Record<`AADSTS${(typeof REFUSALS)[number][0]}`, Entra>),
  /** The second meaning of 70000 (AzureAD/msal-objc#2290). */
  AADSTS70000_abuse: entra(70000, 400, 'invalid_grant', 'User account is found to be in service abuse mode.'),
};

/** A refused call's body, with all that Entra writes beside the word and the number. */
function entra(number: number, status: number, error: string, text: string) {
  const id = '00000000-0000-0000-0000-000000000000';
  const timestamp = '2026-11-21 00:00:00Z';
  const body = {
    error,
    error_description: `AADSTS${number}: ${text} Trace ID: ${id} Correlation ID: ${id} Timestamp: ${timestamp}`,
    error_codes: [number],
    timestamp,
    trace_id: id,
    correlation_id: id,
    error_uri: `https://login.microsoftonline.com/error?code=${number}`,
  };
  return { status, headers: {}, body };
}

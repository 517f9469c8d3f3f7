import { randomUUID } from 'node:crypto';

/** An error of Entra's endpoints: number, OAuth word, HTTP status, text (facts 1.1). */
export interface EntraError {
  number: number;
  error: string;
  status: number;
  text: string;
  suberror?: string;
}

const entraError = (number: number, error: string, text: string, extra: Partial<EntraError> = {}): EntraError => ({
  number,
  error,
  status: 400,
  text,
  ...extra,
});

/** Every refusal that the sandbox's Entra knows by itself; others come by knob. */
export const ENTRA_ERRORS = {
  unknownClient: entraError(700016, 'unauthorized_client', 'Application was not found in the directory.'),
  appNotThere: entraError(
    700016,
    'unauthorized_client',
    "Application with identifier '5a4d0b0c-0000-4000-8000-00000000d0c5' was not found in the directory. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.",
  ),
  noDirectory: entraError(
    90002,
    'invalid_request',
    'Tenant not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.',
  ),
  noSecret: entraError(
    7000218,
    'invalid_client',
    "The request body must contain 'client_assertion' or 'client_secret'.",
    {
      status: 401,
    },
  ),
  wrongSecret: entraError(7000215, 'invalid_client', 'Invalid client secret provided.', { status: 401 }),
  expiredSecret: entraError(7000222, 'invalid_client', 'The provided client secret keys are expired.', { status: 401 }),
  badRedirect: entraError(50011, 'invalid_request', 'The redirect URI specified in the request does not match.'),
  redirectMismatch: entraError(
    50011,
    'invalid_grant',
    'The redirect URI does not match the one of the authorization code.',
  ),
  badScope: entraError(70011, 'invalid_scope', 'The provided value for the input parameter scope is not valid.'),
  twoResources: entraError(
    28000,
    'invalid_scope',
    'Provided value for the input parameter scope is not valid because it contains more than one resource.',
  ),
  badResponseType: entraError(700054, 'unsupported_response_type', 'Only response_type code is enabled.'),
  badRequest: entraError(900144, 'invalid_request', 'The request body must contain the required parameters.'),
  badGrantType: entraError(70003, 'unsupported_grant_type', 'The app requested an unsupported grant type.'),
  badChallenge: entraError(501491, 'invalid_request', 'Invalid size or method of the code challenge.'),
  codeUnknown: entraError(9002313, 'invalid_grant', 'Invalid request. Request is malformed or invalid.'),
  codeUsed: entraError(54005, 'invalid_grant', 'OAuth2 Authorization code was already redeemed.'),
  codeExpired: entraError(70008, 'invalid_grant', 'The provided authorization code has expired.'),
  codeOfOtherTenant: entraError(700005, 'invalid_grant', 'The authorization code was issued for another tenant.'),
  verifierWrong: entraError(501481, 'invalid_grant', 'The Code_Verifier does not match the code_challenge.'),
  refreshUnknown: entraError(
    70000,
    'invalid_grant',
    'The user could not be authenticated as the grant is expired. The user must sign in again.',
  ),
  refreshRevoked: entraError(50173, 'invalid_grant', 'The provided grant has expired due to it being revoked.', {
    suberror: 'bad_token',
  }),
  refreshIdle: entraError(700082, 'invalid_grant', 'The refresh token has expired due to inactivity (90.00:00:00).'),
  consentMissing: entraError(
    65001,
    'invalid_grant',
    'The user or administrator has not consented to use the application.',
    {
      suberror: 'consent_required',
    },
  ),
  accountDisabled: entraError(50057, 'invalid_grant', 'The user account is disabled.'),
  looping: entraError(
    50196,
    'invalid_grant',
    'The server terminated an operation because it encountered a client request loop.',
  ),
  adminWanted: entraError(
    90094,
    'access_denied',
    'An administrator of the organization has set a policy that prevents you from granting this app the permissions it is asking for.',
  ),
  wrongKind: entraError(50020, 'access_denied', 'This kind of account cannot sign in here.'),
  loginRequired: entraError(50058, 'login_required', 'A silent sign-in request was sent but no user is signed in.'),
  denied: entraError(
    65004,
    'access_denied',
    'The user has denied access to the scope requested by the client application.',
  ),
} satisfies Record<string, EntraError>;

/** The text with the trace that Entra appends. */
export function describeEntraError(error: EntraError, at: Date): string {
  const time = `${at.toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return `AADSTS${error.number}: ${error.text} Trace ID: ${randomUUID()} Correlation ID: ${randomUUID()} Timestamp: ${time}`;
}

/** Body of a refused token call. */
export function entraErrorBody(error: EntraError, at: Date): Record<string, unknown> {
  const description = describeEntraError(error, at);
  const id = (name: string) => new RegExp(`${name} ID: (\\S+)`).exec(description)?.[1];
  return {
    error: error.error,
    error_description: description,
    error_codes: [error.number],
    timestamp: `${at.toISOString().slice(0, 19).replace('T', ' ')}Z`,
    trace_id: id('Trace'),
    correlation_id: id('Correlation'),
    error_uri: `https://login.microsoftonline.com/error?code=${error.number}`,
    ...(error.suberror ? { suberror: error.suberror } : {}),
  };
}

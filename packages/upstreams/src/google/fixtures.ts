/** Answers of the Gmail API and of Google's token endpoint as documented or reported (facts 1.2 and 2.2), for tests. */
const google = (
  code: number,
  reason: string,
  message: string,
  more: { domain?: string; status?: string; details?: unknown[] } = {},
): string =>
  JSON.stringify({
    error: {
      code,
      message,
      errors: [{ domain: more.domain ?? 'global', reason, message }],
      ...(more.status ? { status: more.status } : {}),
      ...(more.details ? { details: more.details } : {}),
    },
  });

const limits = { domain: 'usageLimits' };

export const GMAIL_FIXTURES = {
  sent: JSON.stringify({ id: '19a1', threadId: '19a1', labelIds: ['SENT'] }),
  badRecipient: google(400, 'invalidArgument', 'Invalid To header', { status: 'INVALID_ARGUMENT' }),
  badRequest: google(400, 'badRequest', 'Bad Request', { status: 'INVALID_ARGUMENT' }),
  noMailbox: google(400, 'failedPrecondition', 'Mail service not enabled'),
  invalidToken: google(401, 'authError', 'Invalid Credentials'),
  scope: google(403, 'insufficientPermissions', 'Request had insufficient authentication scopes.'),
  scopeByDetails: JSON.stringify({
    error: {
      code: 403,
      message: 'Request had insufficient authentication scopes.',
      errors: [{ domain: 'global', reason: 'forbidden' }],
      details: [{ reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT' }],
    },
  }),
  domainPolicy: google(403, 'domainPolicy', 'The domain administrators have disabled Gmail apps.'),
  notConfigured: google(403, 'accessNotConfigured', 'Gmail API has not been used in project 1 before.', limits),
  rate: google(403, 'rateLimitExceeded', 'Rate Limit Exceeded', limits),
  userRate: google(403, 'userRateLimitExceeded', 'User Rate Limit Exceeded', limits),
  projectDaily: google(403, 'dailyLimitExceeded', 'Daily Limit Exceeded', limits),
  /** The time stands behind two blanks. */
  userDaily: (until: string): string =>
    google(429, 'rateLimitExceeded', `User-rate limit exceeded.  Retry after ${until} (Mail sending)`, limits),
  tooConcurrent: google(429, 'rateLimitExceeded', 'Too many concurrent requests for user', limits),
  tooLarge: google(413, 'uploadTooLarge', 'Request Entity Too Large'),
  backend: google(503, 'backendError', 'Backend Error'),
  unknown: google(403, 'somethingNew', 'Nobody has seen this yet.'),
};

/** What gaxios throws for a refused token call: with the request, secrets and all, on it. */
export const gaxiosError = (status: number | undefined, data?: unknown, headers: Record<string, string> = {}): Error =>
  Object.assign(new Error('invalid_grant'), {
    config: { data: 'client_secret=hush-hush&refresh_token=hush-hush' },
    ...(status === undefined ? { code: 'ECONNRESET' } : { response: { status, data, headers: new Headers(headers) } }),
  });

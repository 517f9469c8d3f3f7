import { ENTRA_PRESETS } from './entra-presets.ts';

/** Answers of the real services by name, in their documented or reported words (facts 1.1, 1.2, 2.1, 2.2). */
export const FAULT_PRESETS = {
  // ---- Graph
  InvalidAuthenticationToken: graph(
    401,
    'InvalidAuthenticationToken',
    'Lifetime validation failed, the token is expired.',
  ),
  ErrorAccessDenied: graph(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.'),
  ErrorMessageSubmissionBlocked: graph(
    403,
    'ErrorMessageSubmissionBlocked',
    'Cannot send mail. Follow the instructions in your Inbox to verify your account., WASCL UserAction verdict is not None. Actual verdict is HipSend, ShowTierUpgrade.',
  ),
  ErrorExceededMessageLimit: graph(
    429,
    'ErrorExceededMessageLimit',
    'Cannot send mail. Daily Message/Recipient limit exceeded. Follow the instructions in your Inbox to verify your account.',
  ),
  ErrorAccountSuspend: graph(403, 'ErrorAccountSuspend', verifyAccount('Suspend')),
  ErrorAccountSuspendShowTierUpgrade: graph(
    403,
    'ErrorAccountSuspendShowTierUpgrade',
    verifyAccount('Suspend, ShowTierUpgrade'),
  ),
  ErrorMessageBlocked: graph(403, 'ErrorMessageBlocked', 'Cannot send mail. The message was blocked.'),
  ErrorExceededMessageLimitShowTierUpgrade: graph(
    429,
    'ErrorExceededMessageLimitShowTierUpgrade',
    verifyAccount('RefuseQuota, ShowTierUpgrade'),
  ),
  ErrorExceededMaxRecipientLimit: graph(
    429,
    'ErrorExceededMaxRecipientLimit',
    'Cannot send mail. Daily Message/Recipient limit exceeded.',
  ),
  ErrorExceededMaxRecipientLimitBlock: graph(403, 'ErrorExceededMaxRecipientLimitBlock', verifyAccount('Block')),
  ErrorExceededMaxRecipientLimitShowTierUpgrade: graph(
    403,
    'ErrorExceededMaxRecipientLimitShowTierUpgrade',
    verifyAccount('ShowTierUpgrade'),
  ),
  ErrorExceededHourlyMessageLimit: graph(429, 'ErrorExceededHourlyMessageLimit', 'Hourly message limit exceeded.'),
  ErrorSubmissionQuotaExceeded: graph(429, 'ErrorSubmissionQuotaExceeded', 'The submission quota was exceeded.'),
  ErrorMessageThrottled: graph(429, 'ErrorMessageThrottled', 'The message was throttled.', { 'retry-after': '60' }),
  ErrorSendAsDenied: graph(
    403,
    'ErrorSendAsDenied',
    'The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account., Cannot submit message.',
  ),
  /** A claims challenge: `{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}`. */
  insufficient_claims: graph(403, 'AccessDenied', 'Continuous access evaluation resulted in challenge.', {
    'www-authenticate':
      'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNjA0MTA2NjUxIn19fQ=="',
  }),
  /** What a proxy or a load balancer in between says: not Graph's form. */
  gatewayBadRequest: { status: 400, headers: { 'content-type': 'text/html' }, body: '<h2>Bad Request</h2>' },
  ErrorQuotaExceeded: graph(403, 'ErrorQuotaExceeded', 'The mailbox is full.'),
  MailboxNotEnabledForRESTAPI: graph(
    404,
    'MailboxNotEnabledForRESTAPI',
    'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
  ),
  ApplicationThrottled: graph(429, 'ApplicationThrottled', 'Application is over its MailboxConcurrency limit.', {
    'retry-after': '10',
  }),
  TooManyRequests: graph(429, 'TooManyRequests', 'Please retry again later.', { 'retry-after': '30' }),
  ErrorServerBusy: graph(503, 'ErrorServerBusy', 'The server cannot service this request right now. Try again later.'),
  activityLimitReached: graph(429, 'activityLimitReached', 'The app or user has been throttled.', {
    'retry-after': '30',
  }),
  ErrorMessageSizeExceeded: graph(413, 'ErrorMessageSizeExceeded', 'The message exceeds the maximum supported size.'),
  ErrorInvalidRecipients: graph(
    400,
    'ErrorInvalidRecipients',
    "At least one recipient is not valid., A message can't be sent because it contains no recipients.",
  ),
  ErrorInternalServerError: graph(
    500,
    'ErrorInternalServerError',
    'An internal server error occurred. The operation failed.',
  ),
  serviceNotAvailable: graph(
    503,
    'serviceNotAvailable',
    'The service is not available. Try the request again after a delay.',
  ),
  MailboxStoreUnavailable: graph(503, 'MailboxStoreUnavailable', 'The mailbox store is unavailable.'),
  /** Seen with a mail that was taken all the same (java-1487): together with `after`. */
  AcceptedWithRetryAfter: { status: 202, headers: { 'retry-after': '10' }, body: '' },
  GraphGatewayTimeout: graph(504, 'UnknownError', ''),
  // ---- Entra
  ...ENTRA_PRESETS,
  // ---- Gmail
  authError: gmail(401, 'authError', 'Invalid Credentials'),
  userRateLimitExceeded: gmail(403, 'userRateLimitExceeded', 'User Rate Limit Exceeded', 'usageLimits'),
  rateLimitExceeded: gmail(403, 'rateLimitExceeded', 'Rate Limit Exceeded', 'usageLimits'),
  userDailyLimit: gmail(
    429,
    'rateLimitExceeded',
    'User-rate limit exceeded.  Retry after 2030-01-01T00:00:00.000Z (Mail sending)',
    'usageLimits',
  ),
  tooManyConcurrent: gmail(429, 'rateLimitExceeded', 'Too many concurrent requests for user', 'usageLimits'),
  insufficientPermissions: gmail(403, 'insufficientPermissions', 'Insufficient Permission'),
  failedPrecondition: gmail(400, 'failedPrecondition', 'Mail service not enabled'),
  invalidArgument: gmail(400, 'invalidArgument', 'Invalid To header'),
  dailyLimitExceeded: gmail(403, 'dailyLimitExceeded', 'Daily Limit Exceeded', 'usageLimits'),
  domainPolicy: gmail(403, 'domainPolicy', 'The domain administrators have disabled Gmail apps.'),
  accessNotConfigured: gmail(
    403,
    'accessNotConfigured',
    'Gmail API has not been used in project 5004 before or it is disabled.',
    'usageLimits',
  ),
  backendError: gmail(503, 'backendError', 'Backend Error'),
  // ---- Google's token endpoint
  invalid_grant: {
    status: 400,
    headers: {},
    body: { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
  },
  invalid_rapt: {
    status: 400,
    headers: {},
    body: {
      error: 'invalid_grant',
      error_description: 'reauth related error (invalid_rapt)',
      error_subtype: 'invalid_rapt',
    },
  },
  invalid_client: { status: 401, headers: {}, body: { error: 'invalid_client', error_description: 'Unauthorized' } },
  account_deleted: {
    status: 400,
    headers: {},
    body: { error: 'invalid_grant', error_description: 'The account has been deleted' },
  },
  account_restricted: {
    status: 400,
    headers: {},
    body: { error: 'invalid_grant', error_description: 'Account restricted' },
  },
  // ---- SMTP
  SmtpAuthDisabledForMailbox: reply(
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information.',
  ),
  SmtpAuthDisabledForTenant: reply(
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.',
  ),
  BasicAuthNotSupported: reply('550 5.7.30 Basic authentication is not supported for Client Submission.'),
  SmtpTokenRefused: reply('535 5.7.3 Authentication unsuccessful'),
  SmtpOldTls: reply(
    '421 4.7.66 TLS 1.0 and 1.1 are not supported. Please upgrade/update your client to support TLS 1.2.',
  ),
  SmtpConcurrency: reply('432 4.3.2 concurrent connection limit exceeded'),
  SmtpThreadLimit: reply('432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded'),
  SmtpTooLarge: reply('552 5.3.4 Message size exceeds fixed maximum message size'),
} satisfies Record<string, { status: number; headers: Record<string, string>; body: unknown }>;

export type FaultPreset = keyof typeof FAULT_PRESETS;

function reply(text: string) {
  return { status: Number(text.slice(0, 3)), headers: {}, body: text };
}

function graph(status: number, code: string, message: string, headers: Record<string, string> = {}) {
  const id = '00000000-0000-0000-0000-000000000000';
  const innerError = {
    ...(status === 429 ? { code: '429' } : {}),
    ...{ date: '2026-11-21T00:00:00', 'request-id': id, 'client-request-id': id },
  };
  const all = { 'request-id': id, 'client-request-id': id, ...headers };
  return { status, headers: all, body: { error: { code, message, innerError } } };
}

function gmail(status: number, reason: string, message: string, domain = 'global') {
  return { status, headers: {}, body: { error: { code: status, message, errors: [{ domain, reason, message }] } } };
}

function verifyAccount(verdict: string): string {
  return `Cannot send mail. Follow the instructions in your Inbox to verify your account., WASCL UserAction verdict is not None. Actual verdict is ${verdict}.`;
}

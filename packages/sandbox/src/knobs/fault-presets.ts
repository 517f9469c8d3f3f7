import { ENTRA_PRESETS, entra } from './entra-presets.ts';

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
  GraphGatewayTimeout: graph(504, 'UnknownError', ''),
  // ---- Entra
  AADSTS700082: entra(
    400,
    'invalid_grant',
    700082,
    'The refresh token has expired due to inactivity. The token was issued on 2026-01-01T00:00:00.0000000Z and was inactive for 90.00:00:00.',
  ),
  AADSTS7000222: entra(
    401,
    'invalid_client',
    7000222,
    "The provided client secret keys for app '5a4d0b0c' are expired. Visit the Azure portal to create new keys for your app.",
  ),
  AADSTS50076: entra(
    400,
    'interaction_required',
    50076,
    'Due to a configuration change made by your administrator, you must use multi-factor authentication to access this resource.',
  ),
  AADSTS53003: entra(400, 'invalid_grant', 53003, 'Access has been blocked by Conditional Access policies.'),
  ...ENTRA_PRESETS,
  AADSTS90033: entra(503, 'temporarily_unavailable', 90033, 'A transient error has occurred. Please try again.'),
  // ---- Gmail
  authError: gmail(401, 'authError', 'Invalid Credentials'),
  userRateLimitExceeded: gmail(403, 'userRateLimitExceeded', 'User Rate Limit Exceeded', 'usageLimits'),
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
  SmtpTooLarge: reply('552 5.3.4 Message size exceeds fixed maximum message size'),
} satisfies Record<string, { status: number; headers: Record<string, string>; body: unknown }>;

export type FaultPreset = keyof typeof FAULT_PRESETS;

function reply(text: string) {
  return { status: Number(text.slice(0, 3)), headers: {}, body: text };
}

function graph(status: number, code: string, message: string, headers: Record<string, string> = {}) {
  return { status, headers, body: { error: { code, message, innerError: { date: '2026-11-21T00:00:00' } } } };
}

function gmail(status: number, reason: string, message: string, domain = 'global') {
  return { status, headers: {}, body: { error: { code: status, message, errors: [{ domain, reason, message }] } } };
}

function verifyAccount(verdict: string): string {
  return `Cannot send mail. Follow the instructions in your Inbox to verify your account., WASCL UserAction verdict is not None. Actual verdict is ${verdict}.`;
}

/** Answers of Graph and Entra as documented or reported (facts 1.1 and 2.1), for tests. */
const graph = (code: string, message: string): string =>
  JSON.stringify({
    error: {
      code,
      message,
      innerError: { date: '2026-11-21T09:00:00', 'request-id': 'a7c9b0f2-0000-4000-8000-000000000000' },
    },
  });

export const GRAPH_FIXTURES = {
  noRecipients: graph(
    'ErrorInvalidRecipients',
    "At least one recipient is not valid., A message can't be sent because it contains no recipients.",
  ),
  badBase64: graph('ErrorMimeContentInvalidBase64String', 'Invalid base64 string for MIME content.'),
  expiredToken: graph('InvalidAuthenticationToken', 'Lifetime validation failed, the token is expired.'),
  accessDenied: graph('ErrorAccessDenied', 'Access is denied. Check credentials and try again.'),
  sendAsDenied: graph(
    'ErrorSendAsDenied',
    'The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account., Cannot submit message.',
  ),
  blocked: graph(
    'ErrorMessageSubmissionBlocked',
    'Cannot send mail. Follow the instructions in your Inbox to verify your account., WASCL UserAction verdict is not None. Actual verdict is HipSend, ShowTierUpgrade.',
  ),
  dailyLimit: graph(
    'ErrorExceededMessageLimit',
    'Cannot send mail. Daily Message/Recipient limit exceeded. Follow the instructions in your Inbox to verify your account.',
  ),
  quota: graph('ErrorQuotaExceeded', 'The mailbox is full.'),
  noMailbox: graph(
    'MailboxNotEnabledForRESTAPI',
    'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
  ),
  tooLarge: graph('RequestEntityTooLarge', 'The maximum request length supported is 4MB.'),
  sizeExceeded: graph('ErrorMessageSizeExceeded', 'The message exceeds the maximum supported size.'),
  concurrency: graph('ApplicationThrottled', 'Application is over its MailboxConcurrency limit.'),
  throttled: graph('TooManyRequests', 'Please retry again later.'),
  serverBusy: graph('ErrorServerBusy', 'The server cannot service this request right now. Try again later.'),
  unknown: graph('SomethingNew', 'Nobody has seen this yet.'),
};

/** MSAL's error for a refused token call. `word` is what it has as errorCode. */
export const msalError = (word: string, number?: number, text = 'text'): Error =>
  Object.assign(new Error(word), {
    errorCode: word,
    ...(number === undefined ? {} : { errorNo: String(number) }),
    subError: '',
    errorMessage:
      number === undefined
        ? text
        : `Error(s): ${number} - Timestamp: 2026-11-21 09:00:00Z - Description: AADSTS${number}: ${text} Trace ID: 1 Correlation ID: 2 Timestamp: 3`,
  });

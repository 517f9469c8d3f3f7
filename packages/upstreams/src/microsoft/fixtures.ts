/** Answers of Graph and Entra as documented or reported (facts 1.1 and 2.1), for tests. */
export const graphError = (code: string, message = 'text'): string =>
  JSON.stringify({
    error: {
      code,
      message,
      innerError: { date: '2026-11-21T09:00:00', 'request-id': 'a7c9b0f2-0000-4000-8000-000000000000' },
    },
  });

export const GRAPH_FIXTURES = {
  noRecipients: graphError(
    'ErrorInvalidRecipients',
    "At least one recipient is not valid., A message can't be sent because it contains no recipients.",
  ),
  badBase64: graphError('ErrorMimeContentInvalidBase64String', 'Invalid base64 string for MIME content.'),
  expiredToken: graphError('InvalidAuthenticationToken', 'Lifetime validation failed, the token is expired.'),
  accessDenied: graphError('ErrorAccessDenied', 'Access is denied. Check credentials and try again.'),
  sendAsDenied: graphError(
    'ErrorSendAsDenied',
    'The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account., Cannot submit message.',
  ),
  blocked: graphError(
    'ErrorMessageSubmissionBlocked',
    'Cannot send mail. Follow the instructions in your Inbox to verify your account., WASCL UserAction verdict is not None. Actual verdict is HipSend, ShowTierUpgrade.',
  ),
  dailyLimit: graphError(
    'ErrorExceededMessageLimit',
    'Cannot send mail. Daily Message/Recipient limit exceeded. Follow the instructions in your Inbox to verify your account.',
  ),
  quota: graphError('ErrorQuotaExceeded', 'The mailbox is full.'),
  noMailbox: graphError(
    'MailboxNotEnabledForRESTAPI',
    'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
  ),
  tooLarge: graphError('RequestEntityTooLarge', 'The maximum request length supported is 4MB.'),
  sizeExceeded: graphError('ErrorMessageSizeExceeded', 'The message exceeds the maximum supported size.'),
  concurrency: graphError('ApplicationThrottled', 'Application is over its MailboxConcurrency limit.'),
  throttled: graphError('TooManyRequests', 'Please retry again later.'),
  serverBusy: graphError('ErrorServerBusy', 'The server cannot service this request right now. Try again later.'),
  unknown: graphError('SomethingNew', 'Nobody has seen this yet.'),
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

/** A refusal of Graph: status, `error.code`, `error.message` (facts 2.1). */
export interface GraphError {
  status: number;
  code: string;
  message: string;
  retryAfterMs?: number;
}

const graphError = (status: number, code: string, message: string): GraphError => ({ status, code, message });

export const GRAPH_ERRORS = {
  noToken: graphError(401, 'InvalidAuthenticationToken', 'Access token is empty.'),
  unknownToken: graphError(401, 'InvalidAuthenticationToken', 'Access token validation failure.'),
  expiredToken: graphError(401, 'InvalidAuthenticationToken', 'Lifetime validation failed, the token is expired.'),
  accessDenied: graphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.'),
  sendAsDenied: graphError(
    403,
    'ErrorSendAsDenied',
    'The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account., Cannot submit message.',
  ),
  meWithoutPerson: graphError(400, 'BadRequest', '/me request is only valid with delegated authentication flow.'),
  noMailbox: graphError(
    404,
    'MailboxNotEnabledForRESTAPI',
    'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
  ),
  noUser: graphError(404, 'ErrorInvalidUser', "The requested user '' is invalid."),
  noRecipients: graphError(
    400,
    'ErrorInvalidRecipients',
    "At least one recipient is not valid., A message can't be sent because it contains no recipients.",
  ),
  badRecipient: graphError(400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.'),
  badBase64: graphError(400, 'ErrorMimeContentInvalidBase64String', 'Invalid base64 string for MIME content.'),
  badJson: graphError(400, 'UnableToDeserializePostBody', 'were unable to deserialize '),
  badParameter: graphError(400, 'ErrorInvalidParameter', 'The request is invalid.'),
  badHeader: graphError(
    400,
    'InvalidInternetMessageHeader',
    "The internet message header name should start with 'x-' or 'X-'.",
  ),
  badContentType: graphError(415, 'UnsupportedMediaType', 'The content type of the request is not supported.'),
  tooLarge: graphError(413, 'RequestEntityTooLarge', 'The maximum request length supported is 4MB.'),
  noItem: graphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.'),
  sessionTooSmall: graphError(
    400,
    'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize',
    'The attachment is smaller than an upload session takes.',
  ),
  notFound: graphError(404, 'ResourceNotFound', 'Resource not found for the segment.'),
  recipientsOfDay: graphError(
    429,
    'ErrorExceededMaxRecipientLimit',
    'Cannot send mail. Daily Message/Recipient limit exceeded.',
  ),
  concurrency: graphError(429, 'ApplicationThrottled', 'Application is over its MailboxConcurrency limit.'),
  throttled: graphError(429, 'TooManyRequests', 'Please retry again later.'),
} satisfies Record<string, GraphError>;

import type { FastifyReply } from 'fastify';

/** A refusal of a Google API (facts 2.2): clients branch on `errors[0].reason`. */
export interface GoogleError {
  status: number;
  reason: string;
  message: string;
  domain?: string;
  /** google.rpc status name. */
  rpc?: string;
  details?: unknown[];
}

export const GOOGLE_ERRORS = {
  invalidToken: {
    status: 401,
    reason: 'authError',
    message: 'Invalid Credentials',
    rpc: 'UNAUTHENTICATED',
  },
  noToken: { status: 401, reason: 'required', message: 'Login Required.', rpc: 'UNAUTHENTICATED' },
  scope: {
    status: 403,
    reason: 'insufficientPermissions',
    message: 'Request had insufficient authentication scopes.',
    rpc: 'PERMISSION_DENIED',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
        domain: 'googleapis.com',
      },
    ],
  },
  noMailbox: {
    status: 400,
    reason: 'failedPrecondition',
    message: 'Mail service not enabled',
    rpc: 'FAILED_PRECONDITION',
  },
  noRecipient: {
    status: 400,
    reason: 'invalidArgument',
    message: 'Recipient address required',
    rpc: 'INVALID_ARGUMENT',
  },
  badRecipient: { status: 400, reason: 'invalidArgument', message: 'Invalid To header', rpc: 'INVALID_ARGUMENT' },
  tooManyRecipients: {
    status: 400,
    reason: 'invalidArgument',
    message: 'Too many recipients: a message may have at most 100',
    rpc: 'INVALID_ARGUMENT',
  },
  badRequest: { status: 400, reason: 'badRequest', message: 'Bad Request', rpc: 'INVALID_ARGUMENT' },
  badMedia: {
    status: 400,
    reason: 'badContent',
    message: 'Media type is not supported. Valid media types: [message/*]',
  },
  tooLarge: { status: 413, reason: 'uploadTooLarge', message: 'Request Entity Too Large' },
  userRate: {
    status: 403,
    reason: 'userRateLimitExceeded',
    message: 'User Rate Limit Exceeded',
    domain: 'usageLimits',
  },
  notFound: { status: 404, reason: 'notFound', message: 'Not Found' },
} satisfies Record<string, GoogleError>;

/** The user's daily limit: no Retry-After header, the time stands in the text, behind two blanks (facts 2.2). */
export function dailyLimitError(until: number): GoogleError {
  return {
    status: 429,
    reason: 'rateLimitExceeded',
    message: `User-rate limit exceeded.  Retry after ${new Date(until).toISOString()} (Mail sending)`,
    domain: 'usageLimits',
  };
}

export function sendGoogleError(reply: FastifyReply, error: GoogleError): FastifyReply {
  return reply.code(error.status).send({
    error: {
      code: error.status,
      message: error.message,
      errors: [{ message: error.message, domain: error.domain ?? 'global', reason: error.reason }],
      ...(error.rpc ? { status: error.rpc } : {}),
      ...(error.details ? { details: error.details } : {}),
    },
  });
}

import { asRelayError, toProblem } from '@hikyaku/core';
import { APIError } from 'better-auth/api';

const STATUSES = {
  400: 'BAD_REQUEST',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  429: 'TOO_MANY_REQUESTS',
  503: 'SERVICE_UNAVAILABLE',
} as const;

/** One of our errors in Better Auth's answer. */
export function asApiError(thrown: unknown): APIError {
  const error = asRelayError(thrown);
  const { status } = toProblem(error);
  const name = STATUSES[status as keyof typeof STATUSES] ?? 'INTERNAL_SERVER_ERROR';
  return new APIError(name, { code: error.code, message: error.publicMessage });
}

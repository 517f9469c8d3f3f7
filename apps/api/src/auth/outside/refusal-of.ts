import type { SignInRefusal } from '@hikyaku/contracts';
import { type ErrorCode, type RelayError, toProblem } from '@hikyaku/core';

const BY_CODE: Partial<Record<ErrorCode, SignInRefusal>> = {
  'oauth.denied': 'cancelled',
  'oauth.state_invalid': 'ended',
  'oauth.code_refused': 'refused',
  'upstream.unavailable': 'unavailable',
  'upstream.admin_consent': 'admin',
  'upstream.admin_blocked': 'admin',
  'upstream.app_unapproved': 'admin',
  'upstream.client_secret': 'operator',
  'oauth.provider_off': 'operator',
  'api.rate_limited': 'failed',
};

/** What a page has words for. */
export const refusalOf = (error: RelayError): SignInRefusal =>
  BY_CODE[error.code] ?? (toProblem(error).status < 500 ? 'refused' : 'failed');

import { RelayError } from '@hikyaku/core';
import { providerText } from '../sending/provider-text.ts';
import { type Verdict, WAIT_MS } from '../sending/verdict.ts';
import { verdictOfAadsts } from './aadsts.ts';
import type { MsalErrorShape } from './api-types.ts';

const OPERATOR: Verdict = { code: 'upstream.client_secret', scope: 'account', waitMs: WAIT_MS.operator };
const UNAVAILABLE: Verdict = { code: 'upstream.unavailable', scope: 'account' };

/** OAuth word, or MSAL's own, → meaning. */
const BY_WORD = new Map<string, Verdict>(
  Object.entries({
    invalid_client: OPERATOR,
    unauthorized_client: { code: 'upstream.admin_blocked' },
    invalid_grant: { code: 'upstream.auth_lost' },
    interaction_required: { code: 'upstream.auth_lost' },
    consent_required: { code: 'upstream.auth_lost' },
    login_required: { code: 'upstream.auth_lost' },
    access_denied: { code: 'upstream.auth_lost' },
    // MSAL: the kept credentials hold no account or no refresh token.
    no_account_found: { code: 'upstream.auth_lost' },
    no_account_in_silent_request: { code: 'upstream.auth_lost' },
    no_tokens_found: { code: 'upstream.auth_lost' },
    temporarily_unavailable: UNAVAILABLE,
    server_error: UNAVAILABLE,
    request_timeout: UNAVAILABLE,
    network_error: UNAVAILABLE,
  }),
);

export interface TokenFailure {
  verdict: Verdict;
  text?: string;
  retryAfterMs?: number;
}

/** What a failed token call means. Anything unknown is temporary, and ours to look at. */
export function readTokenError(thrown: unknown): TokenFailure {
  const shape = (thrown ?? {}) as MsalErrorShape;
  const { errorCode = '', errorNo, errorMessage, retryAfterMs } = shape;
  const number = Number(errorNo ?? Number.NaN);
  // While MSAL throttles itself it throws the joined numbers in place of the word (facts 5.1, trap 2), none after a gateway's answer: nobody was asked.
  const isOwnPause = /^\d/.test(errorCode) || shape.errorCode === '';
  const verdict = isOwnPause
    ? UNAVAILABLE
    : (verdictOfAadsts(number, errorMessage ?? '') ??
      BY_WORD.get(errorCode) ?? { code: 'bug.unknown', scope: 'account' });
  const words = /AADSTS\d+: .*?(?= Trace ID:| Correlation ID:|$)/s.exec(errorMessage ?? '')?.[0];
  const text = providerText(words ?? [errorCode, Number.isNaN(number) ? '' : number].filter(Boolean).join(' '));
  return { verdict, ...(text ? { text } : {}), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** The same for the code leg, as the error that the sign-in ends with. The library's error stays behind: it holds the request. */
export function toConnectError(thrown: unknown): RelayError {
  if (thrown instanceof RelayError) return thrown;
  const { verdict, text } = readTokenError(thrown);
  const code = verdict.code === 'upstream.auth_lost' ? 'oauth.code_refused' : verdict.code;
  return new RelayError(code, { internal: text ?? 'no answer' });
}

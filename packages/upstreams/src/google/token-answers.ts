import { RelayError } from '@hikyaku/core';
import { readRetryAfter } from '../http/retry-after.ts';
import { providerText } from '../sending/provider-text.ts';
import { type Verdict, WAIT_MS } from '../sending/verdict.ts';
import type { GaxiosErrorShape, GoogleTokenErrorBody } from './api-types.ts';

const OPERATOR: Verdict = { code: 'upstream.client_secret', scope: 'account', waitMs: WAIT_MS.operator };

/** `error` of the token endpoint (facts 1.2). */
const BY_WORD = new Map<string, Verdict>(
  Object.entries({
    invalid_grant: { code: 'upstream.auth_lost' },
    invalid_client: OPERATOR,
    unauthorized_client: OPERATOR,
    deleted_client: OPERATOR,
    disabled_client: OPERATOR,
    access_denied: { code: 'upstream.admin_blocked' },
    admin_policy_enforced: { code: 'upstream.admin_blocked' },
    org_internal: { code: 'upstream.admin_blocked' },
  }),
);

export interface TokenFailure {
  verdict: Verdict;
  text?: string;
  retryAfterMs?: number;
}

/** The kept credentials cannot be read, or hold no refresh token. */
export class NoRefreshToken extends Error {}

/** What came was not the token endpoint's own: somebody between us and it answered. */
export class GatewayAnswer extends Error {
  readonly status: number;
  readonly retryAfterMs: number | undefined;

  constructor(status: number, retryAfterMs: number | undefined) {
    super(`status ${status}`);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What a failed token call means. Without an answer, or with 429 and 5xx, it is temporary. */
export function readTokenError(thrown: unknown, now = Date.now()): TokenFailure {
  if (thrown instanceof NoRefreshToken) return { verdict: { code: 'upstream.auth_lost' } };
  if (thrown instanceof GatewayAnswer) return unavailable(thrown.message, thrown.retryAfterMs);
  const { response } = (thrown ?? {}) as GaxiosErrorShape;
  const status = response?.status;
  if (status === undefined) return unavailable('no answer');
  if (status === 429 || status >= 500) {
    return unavailable(`status ${status}`, readRetryAfter(response?.headers?.get('retry-after') ?? undefined, now));
  }
  const data = response?.data;
  const body = (typeof data === 'object' && data !== null ? data : {}) as GoogleTokenErrorBody;
  const verdict = BY_WORD.get(body.error ?? '') ?? { code: 'bug.unknown', scope: 'account' };
  const text = providerText([body.error, body.error_description].filter(Boolean).join(': ') || `status ${status}`);
  return { verdict, ...(text ? { text } : {}) };
}

const unavailable = (text: string, retryAfterMs?: number): TokenFailure => ({
  verdict: { code: 'upstream.unavailable', scope: 'account' },
  text,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});

/** The same for the code leg, as the error that the sign-in ends with. The library's error stays behind: it holds the request. */
export function toConnectError(thrown: unknown): RelayError {
  if (thrown instanceof RelayError) return thrown;
  const { verdict, text } = readTokenError(thrown);
  const isCode = verdict.code === 'upstream.auth_lost' || /^redirect_uri_mismatch/.test(text ?? '');
  return new RelayError(isCode ? 'oauth.code_refused' : verdict.code, { internal: text ?? 'no answer' });
}

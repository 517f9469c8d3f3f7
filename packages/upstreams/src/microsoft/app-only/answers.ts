import type { ErrorCode, SendResult } from '@hikyaku/core';
import { readTokenError, type TokenFailure } from '../token-answers.ts';

/**
 * What a person's mailbox is held for means something else where nobody signed in: there is nothing to connect again, and what is missing is the
 * administrator's. Entra gives a token to every application that a directory knows, so an unknown one was never let in, or was put out (AADSTS700016, 7000229); what the
 * relay may do there is Exchange's to say, with each mail.
 */
const OF_TOKENS: Partial<Record<ErrorCode, ErrorCode>> = {
  'upstream.auth_lost': 'upstream.app_unapproved',
  'upstream.admin_consent': 'upstream.app_unapproved',
};

/** Graph's `ErrorAccessDenied`: no role of Exchange's covers this mailbox. It takes up to two hours until a new one counts. */
const OF_SENDS: Partial<Record<ErrorCode, ErrorCode>> = { 'upstream.scope_missing': 'upstream.app_out_of_scope' };

/** Not in the directory; no service principal there. */
const NOT_THERE = /AADSTS(?:700016|7000229)\b/;
/** No directory of this name: the domain is not one of Microsoft 365. */
const NO_DIRECTORY = /AADSTS90002\b/;

/** What a refused token of the relay itself means. */
export function readAppTokenError(thrown: unknown): TokenFailure {
  const failure = readTokenError(thrown);
  const text = failure.text ?? '';
  const code = NOT_THERE.test(text)
    ? 'upstream.app_unapproved'
    : NO_DIRECTORY.test(text)
      ? 'oauth.wrong_kind'
      : (OF_TOKENS[failure.verdict.code] ?? failure.verdict.code);
  return code === failure.verdict.code ? failure : { ...failure, verdict: { code } };
}

/** What became of a send by the relay's own token. */
export function asAppOnly<Result extends SendResult>(result: Result): Result {
  const code = 'code' in result ? OF_SENDS[result.code] : undefined;
  return code ? { ...result, code } : result;
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERROR_TABLE, type SendResult } from '@hikyaku/core';
import fc from 'fast-check';
import { aadstsCode } from '../src/microsoft/aadsts.ts';
import { readClaimsChallenge } from '../src/microsoft/claims-challenge.ts';
import { GRAPH_FIXTURES, graphError, msalError } from '../src/microsoft/fixtures.ts';
import { toSendResult } from '../src/microsoft/send-answers.ts';
import { readTokenError, toConnectError } from '../src/microsoft/token-answers.ts';
import { whatFollows } from './what-follows.ts';

const NOW = Date.parse('2026-11-21T00:00:00Z');
const answer = (status: number, text = '', headers: Record<string, string> = {}): SendResult =>
  toSendResult({ status, text, headers }, NOW);
const short = (result: SendResult) => [result.outcome, 'code' in result ? result.code : undefined];

test('202 alone is acceptance, with or without Retry-After', () => {
  assert.deepEqual(answer(202, '', { 'request-id': 'r' }), { outcome: 'accepted', status: 202, providerId: 'r' });
  assert.equal(answer(202, '', { 'retry-after': '10' }).outcome, 'accepted');
  for (const status of [200, 201, 204]) assert.deepEqual(short(answer(status)), ['rejected', 'upstream.too_large']);
});

test('quotas rest the account for as long as their window is', () => {
  const restOf = (code: string) => (answer(429, graphError(code)) as { retryAfterMs?: number }).retryAfterMs;
  assert.equal(restOf('ErrorExceededHourlyMessageLimit'), 3_600_000);
  assert.equal(restOf('ErrorExceededMaxRecipientLimit'), 4 * 3_600_000);
});

test('a claims challenge is read from 401 and 403 alike, and one that cannot be read is none', () => {
  const claims = '{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}';
  const header = (value: string) => `Bearer realm="", error="insufficient_claims", claims="${value}"`;
  const read = (status: number, value: string) =>
    readClaimsChallenge({ status, text: '', headers: { 'www-authenticate': header(value) } });
  const encoded = Buffer.from(claims).toString('base64');
  assert.deepEqual([read(401, encoded), read(403, encoded)], [claims, claims]);
  assert.deepEqual([read(429, encoded), read(403, ''), read(403, '!')], [undefined, undefined, undefined]);
  const refused = answer(403, graphError('AccessDenied'), { 'www-authenticate': header(encoded) });
  assert.deepEqual(whatFollows(refused), ['deferred', 'deferred', 'upstream.token_refused', null]);
});

test('Retry-After counts in seconds or to a date, for the whole account', () => {
  const throttled = (value: string) => answer(429, GRAPH_FIXTURES.throttled, { 'retry-after': value });
  const expected = { outcome: 'deferred', scope: 'account' } as const;
  assert.partialDeepStrictEqual(throttled('120'), { ...expected, retryAfterMs: 120_000 });
  assert.partialDeepStrictEqual(throttled('Sat, 21 Nov 2026 00:01:00 GMT'), { ...expected, retryAfterMs: 60_000 });
  assert.partialDeepStrictEqual(throttled('99999999'), { ...expected, retryAfterMs: 86_400_000 });
  assert.partialDeepStrictEqual(throttled('soon'), { ...expected, retryAfterMs: 60_000 });
  const busy = answer(503, GRAPH_FIXTURES.serverBusy, { 'retry-after': '5' });
  assert.partialDeepStrictEqual(busy, { ...expected, code: 'upstream.throttled', retryAfterMs: 5000 });
});

test('every 5xx but the documented ones leaves the mail in doubt', () => {
  const clear = [503, 507, 509];
  for (let status = 500; status <= 599; status++) {
    assert.equal(answer(status).outcome === 'in_doubt', !clear.includes(status), String(status));
  }
});

test('no answer makes the mapper throw, and its outcome is always the one of the error table', () => {
  const bodies = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify({ error: value })),
    fc.jsonValue().map((value) => JSON.stringify({ error: { code: value, message: value } })),
  );
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 599 }), bodies, fc.string(), (status, text, wait) => {
      const result = answer(status, text, { 'retry-after': wait });
      if (result.outcome === 'accepted') return assert.equal(status, 202);
      const { job } = ERROR_TABLE[result.code];
      const jobs = { deferred: 'retry', in_doubt: 'retry', rejected: 'give_up', auth_lost: 'hold' };
      assert.equal(job, jobs[result.outcome]);
      assert.ok((result.text?.length ?? 0) <= 500);
    }),
  );
});

test('70000 means a blocked account where its words say so, whatever the refresh token is', () => {
  const error = msalError('invalid_grant', 70000, 'User account is found to be in service abuse mode.');
  assert.equal(readTokenError(error).verdict.code, 'upstream.account_blocked');
});

test('a refusal without a known number goes by its OAuth word, not by the class of the error', () => {
  const cases: [Error, string][] = [
    [msalError('invalid_grant'), 'upstream.auth_lost'],
    [msalError('consent_required'), 'upstream.auth_lost'],
    [msalError('invalid_grant', 9_999_999), 'upstream.auth_lost'],
    [msalError('invalid_client'), 'upstream.client_secret'],
    [msalError('network_error'), 'upstream.unavailable'],
    // MSAL's own pause after a 5xx or 429: nobody was asked, so nothing closes a mailbox.
    [msalError('90033'), 'upstream.unavailable'],
    [msalError('700082 90033'), 'upstream.unavailable'],
    [msalError('invalid_scope', 70011), 'bug.unknown'],
    [new TypeError('ours'), 'bug.unknown'],
  ];
  for (const [error, code] of cases) assert.equal(readTokenError(error).verdict.code, code, error.message);
});

test('on the way back from the sign-in page a number is one of our codes, or nothing', () => {
  assert.equal(aadstsCode('AADSTS900941: Admin consent is required. Trace ID: 1'), 'upstream.admin_consent');
  assert.equal(aadstsCode('AADSTS50105: not assigned'), 'upstream.admin_blocked');
  assert.equal(aadstsCode('AADSTS50020: wrong kind'), 'oauth.wrong_kind');
  assert.equal(aadstsCode('AADSTS50194: not multi-tenant'), 'upstream.client_secret');
  assert.equal(aadstsCode('AADSTS50076: second factor'), 'oauth.code_refused');
  for (const text of ['', 'AADSTS65004: cancelled', 'AADSTS', 'x'.repeat(4096)])
    assert.equal(aadstsCode(text), undefined);
});

test('the text of a refusal is Entra’s sentence without its trace', () => {
  const { text } = readTokenError(msalError('invalid_grant', 700082, 'The refresh token has expired.'));
  assert.equal(text, 'AADSTS700082: The refresh token has expired.');
});

test('a refused code is oauth.code_refused; our secret and an absent provider keep their codes', () => {
  assert.equal(toConnectError(msalError('invalid_grant', 54005)).code, 'oauth.code_refused');
  assert.equal(toConnectError(msalError('invalid_client', 7000222)).code, 'upstream.client_secret');
  assert.equal(toConnectError(msalError('network_error')).code, 'upstream.unavailable');
  assert.equal(toConnectError(msalError('network_error')).cause, undefined);
});

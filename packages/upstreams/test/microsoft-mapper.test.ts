import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERROR_TABLE, type SendResult } from '@hikyaku/core';
import fc from 'fast-check';
import { readTokenError, toConnectError } from '../src/microsoft/errors.ts';
import { GRAPH_FIXTURES, msalError } from '../src/microsoft/fixtures.ts';
import { toSendResult } from '../src/microsoft/mapper.ts';

const NOW = Date.parse('2026-11-21T00:00:00Z');
const answer = (status: number, text = '', headers: Record<string, string> = {}): SendResult =>
  toSendResult({ status, text, headers }, NOW);
const short = (result: SendResult) => [result.outcome, 'code' in result ? result.code : undefined];

test('202 alone is acceptance, with or without Retry-After', () => {
  assert.deepEqual(answer(202, '', { 'request-id': 'r' }), { outcome: 'accepted', status: 202, providerId: 'r' });
  assert.equal(answer(202, '', { 'retry-after': '10' }).outcome, 'accepted');
  for (const status of [200, 201, 204]) assert.deepEqual(short(answer(status)), ['rejected', 'upstream.too_large']);
});

test('each documented code has its meaning, whatever the status beside it', () => {
  const cases: [number, string, string, string][] = [
    [400, GRAPH_FIXTURES.noRecipients, 'rejected', 'upstream.rejected'],
    [400, GRAPH_FIXTURES.badBase64, 'rejected', 'upstream.rejected'],
    [401, GRAPH_FIXTURES.expiredToken, 'auth_lost', 'upstream.auth_lost'],
    [403, GRAPH_FIXTURES.accessDenied, 'auth_lost', 'upstream.scope_missing'],
    [403, GRAPH_FIXTURES.sendAsDenied, 'rejected', 'upstream.rejected'],
    [403, GRAPH_FIXTURES.blocked, 'auth_lost', 'upstream.account_blocked'],
    [554, GRAPH_FIXTURES.blocked, 'auth_lost', 'upstream.account_blocked'],
    [429, GRAPH_FIXTURES.dailyLimit, 'deferred', 'upstream.daily_limit'],
    [400, GRAPH_FIXTURES.dailyLimit, 'deferred', 'upstream.daily_limit'],
    [403, GRAPH_FIXTURES.dailyLimit, 'deferred', 'upstream.daily_limit'],
    [500, GRAPH_FIXTURES.quota, 'auth_lost', 'upstream.mailbox_full'],
    [404, GRAPH_FIXTURES.noMailbox, 'rejected', 'upstream.no_mailbox'],
    [413, GRAPH_FIXTURES.tooLarge, 'rejected', 'upstream.too_large'],
    [400, GRAPH_FIXTURES.sizeExceeded, 'rejected', 'upstream.too_large'],
    [429, GRAPH_FIXTURES.concurrency, 'deferred', 'upstream.throttled'],
    [429, GRAPH_FIXTURES.throttled, 'deferred', 'upstream.throttled'],
    [503, GRAPH_FIXTURES.serverBusy, 'deferred', 'upstream.unavailable'],
    [500, GRAPH_FIXTURES.serverBusy, 'in_doubt', 'upstream.in_doubt'],
    [502, '<html>Bad gateway</html>', 'in_doubt', 'upstream.in_doubt'],
    [504, '', 'in_doubt', 'upstream.in_doubt'],
    [403, GRAPH_FIXTURES.unknown, 'deferred', 'upstream.unavailable'],
    [400, GRAPH_FIXTURES.unknown, 'rejected', 'upstream.rejected'],
    [301, '', 'deferred', 'upstream.unavailable'],
  ];
  for (const [status, text, ...expected] of cases)
    assert.deepEqual(short(answer(status, text)), expected, `${status} ${text}`);
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

test('a refused refresh is told apart by its OAuth word, not by the class of the error', () => {
  const cases: [Error, string][] = [
    [msalError('invalid_grant', 700082), 'upstream.auth_lost'],
    [msalError('invalid_grant', 70000), 'upstream.auth_lost'],
    [msalError('invalid_grant', 50173), 'upstream.auth_lost'],
    [msalError('interaction_required', 50076), 'upstream.auth_lost'],
    [msalError('consent_required', 65001), 'upstream.auth_lost'],
    [msalError('invalid_grant', 53003), 'upstream.admin_blocked'],
    [msalError('unauthorized_client', 700016), 'upstream.admin_blocked'],
    [msalError('invalid_client', 7000215), 'upstream.client_secret'],
    [msalError('invalid_client', 7000222), 'upstream.client_secret'],
    [msalError('invalid_client'), 'upstream.client_secret'],
    [msalError('temporarily_unavailable', 90033), 'upstream.unavailable'],
    // MSAL's own throttling after a 5xx or 429.
    [msalError('90033'), 'upstream.unavailable'],
    [msalError('700082 90033'), 'upstream.unavailable'],
    [msalError('network_error'), 'upstream.unavailable'],
    [msalError('invalid_grant', 50196), 'upstream.throttled'],
    [msalError('invalid_scope', 70011), 'bug.unknown'],
    [new TypeError('ours'), 'bug.unknown'],
  ];
  for (const [error, code] of cases) assert.equal(readTokenError(error).verdict.code, code, error.message);
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

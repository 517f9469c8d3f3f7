import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERROR_TABLE, type SendResult } from '@hikyaku/core';
import fc from 'fast-check';
import { GMAIL_FIXTURES, gaxiosError } from '../src/google/fixtures.ts';
import { toSendResult } from '../src/google/send-answers.ts';
import { readTokenError, toConnectError } from '../src/google/token-answers.ts';
import { showAll } from './contract-harness.ts';

const NOW = Date.parse('2026-11-21T00:00:00Z');
const answer = (status: number, text = '', headers: Record<string, string> = {}): SendResult =>
  toSendResult({ status, text, headers }, NOW);

test('200 is acceptance, with the id of the mail; another 2xx is in doubt', () => {
  assert.deepEqual(answer(200, GMAIL_FIXTURES.sent), { outcome: 'accepted', status: 200, providerId: '19a1' });
  assert.deepEqual(answer(200, 'cut off'), { outcome: 'accepted', status: 200 });
  assert.equal(answer(202).outcome, 'in_doubt');
});

test('our own project’s daily cap waits and closes no mailbox', () => {
  assert.equal(answer(403, GMAIL_FIXTURES.projectDaily).outcome, 'deferred');
});

test('the time inside the message holds the account until then', () => {
  const daily = answer(429, GMAIL_FIXTURES.userDaily('2026-11-21T20:00:00.000Z'));
  assert.partialDeepStrictEqual(daily, {
    outcome: 'deferred',
    code: 'upstream.daily_limit',
    scope: 'account',
    retryAfterMs: 20 * 3_600_000,
  });
  const pace = answer(429, GMAIL_FIXTURES.userDaily('2026-11-21T00:01:30Z'));
  assert.partialDeepStrictEqual(pace, { code: 'upstream.throttled', retryAfterMs: 90_000 });
  const past = answer(429, GMAIL_FIXTURES.userDaily('2026-11-20T23:00:00.000Z'));
  assert.partialDeepStrictEqual(past, { code: 'upstream.throttled', retryAfterMs: 0 });
  const broken = answer(429, GMAIL_FIXTURES.userDaily('2026-99-99T00:00:00Z'));
  assert.partialDeepStrictEqual(broken, { code: 'upstream.throttled', retryAfterMs: 60_000 });
});

test('every 5xx but the documented ones leaves the mail in doubt', () => {
  for (let status = 500; status <= 599; status++) {
    assert.equal(answer(status).outcome === 'in_doubt', status !== 503, String(status));
  }
});

test('no answer makes the mapper throw, and its outcome is always the one of the error table', () => {
  const bodies = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify({ error: value })),
    fc.jsonValue().map((value) => JSON.stringify({ error: { errors: [value], details: value, message: value } })),
    fc.string().map((reason) => JSON.stringify({ error: { errors: [{ reason }] } })),
  );
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 599 }), bodies, fc.string(), (status, text, wait) => {
      const result = answer(status, text, { 'retry-after': wait });
      if (result.outcome === 'accepted') return assert.equal(status, 200);
      const jobs = { deferred: 'retry', in_doubt: 'retry', rejected: 'give_up', auth_lost: 'hold' };
      assert.equal(ERROR_TABLE[result.code].job, jobs[result.outcome]);
    }),
  );
});

test('neither a failure nor the error of a sign-in keeps the library’s request', () => {
  const error = gaxiosError(400, { error: 'invalid_grant' });
  assert.match(showAll(error), /hush-hush/);
  assert.doesNotMatch(showAll(readTokenError(error)), /hush-hush/);
  assert.doesNotMatch(showAll(toConnectError(error)), /hush-hush/);
  assert.equal(toConnectError(error).code, 'oauth.code_refused');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERROR_TABLE, type SendResult } from '@hikyaku/core';
import fc from 'fast-check';
import { aadstsCode } from '../src/microsoft/aadsts.ts';
import { readClaimsChallenge } from '../src/microsoft/claims-challenge.ts';
import { GRAPH_FIXTURES, graphError, msalError } from '../src/microsoft/fixtures.ts';
import { toSendResult } from '../src/microsoft/send-answers.ts';
import { readTokenError, toConnectError } from '../src/microsoft/token-answers.ts';
import { toResult } from '../src/sending/verdict.ts';
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

const FAMILY = 'upstream.';
const table: [status: number, answer: string, state: string, attempt: string, code: string][] = [
  // Facts 2.1, row by row.
  [400, GRAPH_FIXTURES.noRecipients, 'failed', 'rejected', 'rejected'],
  [400, GRAPH_FIXTURES.badBase64, 'failed', 'rejected', 'rejected'],
  [400, graphError('ErrorInvalidParameter'), 'failed', 'rejected', 'rejected'],
  [400, graphError('UnableToDeserializePostBody'), 'failed', 'rejected', 'rejected'],
  [401, GRAPH_FIXTURES.expiredToken, 'deferred', 'deferred', 'token_refused'],
  [403, GRAPH_FIXTURES.accessDenied, 'held', 'auth_lost', 'scope_missing'],
  [403, GRAPH_FIXTURES.sendAsDenied, 'held', 'auth_lost', 'sender_refused'],
  [403, GRAPH_FIXTURES.blocked, 'held', 'auth_lost', 'account_blocked'],
  [554, GRAPH_FIXTURES.blocked, 'held', 'auth_lost', 'account_blocked'],
  [429, GRAPH_FIXTURES.dailyLimit, 'deferred', 'deferred', 'daily_limit'],
  [400, GRAPH_FIXTURES.dailyLimit, 'deferred', 'deferred', 'daily_limit'],
  [403, GRAPH_FIXTURES.dailyLimit, 'deferred', 'deferred', 'daily_limit'],
  [403, GRAPH_FIXTURES.quota, 'held', 'auth_lost', 'mailbox_full'],
  [500, GRAPH_FIXTURES.quota, 'held', 'auth_lost', 'mailbox_full'],
  [507, '', 'held', 'auth_lost', 'mailbox_full'],
  [404, GRAPH_FIXTURES.noMailbox, 'held', 'auth_lost', 'no_mailbox'],
  [404, graphError('ErrorInvalidUser'), 'held', 'auth_lost', 'no_mailbox'],
  [413, GRAPH_FIXTURES.tooLarge, 'failed', 'rejected', 'too_large'],
  [413, '<html>', 'failed', 'rejected', 'too_large'],
  [400, GRAPH_FIXTURES.sizeExceeded, 'failed', 'rejected', 'too_large'],
  [429, GRAPH_FIXTURES.concurrency, 'deferred', 'deferred', 'throttled'],
  [429, GRAPH_FIXTURES.throttled, 'deferred', 'deferred', 'throttled'],
  [400, graphError('activityLimitReached'), 'deferred', 'deferred', 'throttled'],
  [429, '', 'deferred', 'deferred', 'throttled'],
  [509, '', 'deferred', 'deferred', 'throttled'],
  [503, GRAPH_FIXTURES.serverBusy, 'deferred', 'deferred', 'unavailable'],
  [500, GRAPH_FIXTURES.serverBusy, 'in_doubt', 'in_doubt', 'in_doubt'],
  [500, graphError('TooManyRequests'), 'in_doubt', 'in_doubt', 'in_doubt'],
  [502, '<html>Bad gateway</html>', 'in_doubt', 'in_doubt', 'in_doubt'],
  [504, '', 'in_doubt', 'in_doubt', 'in_doubt'],
  // The refusals of consumer accounts; no status is attested, so none counts.
  ...[400, 403, 429].flatMap((status): typeof table => [
    [status, graphError('ErrorAccountSuspend'), 'held', 'auth_lost', 'account_blocked'],
    [status, graphError('ErrorAccountSuspendShowTierUpgrade'), 'held', 'auth_lost', 'account_blocked'],
    [status, graphError('ErrorMessageBlocked'), 'held', 'auth_lost', 'account_blocked'],
    [status, graphError('ErrorExceededMessageLimitShowTierUpgrade'), 'held', 'auth_lost', 'account_blocked'],
    [status, graphError('ErrorExceededMaxRecipientLimitBlock'), 'held', 'auth_lost', 'account_blocked'],
    [status, graphError('ErrorExceededMaxRecipientLimitShowTierUpgrade'), 'held', 'auth_lost', 'account_blocked'],
    [status, graphError('ErrorExceededMaxRecipientLimit'), 'deferred', 'deferred', 'daily_limit'],
    [status, graphError('ErrorExceededHourlyMessageLimit'), 'deferred', 'deferred', 'daily_limit'],
    [status, graphError('ErrorSubmissionQuotaExceeded'), 'deferred', 'deferred', 'daily_limit'],
    [status, graphError('ErrorMessageThrottled'), 'deferred', 'deferred', 'throttled'],
  ]),
  // What nobody has seen yet: a 400 in Graph's form is a judgement, a gateway's is none.
  [403, GRAPH_FIXTURES.unknown, 'deferred', 'deferred', 'unavailable'],
  [400, GRAPH_FIXTURES.unknown, 'failed', 'rejected', 'rejected'],
  [400, '<h2>Bad Request</h2>', 'deferred', 'deferred', 'unavailable'],
  [400, '', 'deferred', 'deferred', 'unavailable'],
  [411, '', 'deferred', 'deferred', 'unavailable'],
  [301, '', 'deferred', 'deferred', 'unavailable'],
];

test('each row of the documents comes to its state, its attempt, and words in both languages', () => {
  for (const [status, text, state, attempt, code] of table) {
    assert.deepEqual(whatFollows(answer(status, text)), [state, attempt, FAMILY + code], `${status} ${text}`);
  }
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
  assert.deepEqual(whatFollows(refused), ['deferred', 'deferred', 'upstream.token_refused']);
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

const refusals: [number: number, word: string, state: string, attempt: string, code: string][] = [
  // Facts 1.1: reconnect …
  ...[50076, 50079, 50074, 50072, 50078, 65001, 700082, 70008, 70000, 50173, 50132, 50133, 50089, 70043].flatMap(
    (number): typeof refusals => [
      [number, 'invalid_grant', 'held', 'auth_lost', 'auth_lost'],
      [number, 'interaction_required', 'held', 'auth_lost', 'auth_lost'],
    ],
  ),
  // … the administrator: an approval, or a rule …
  ...[90094, 90095, 90093, 90008, 900941, 900981].map((number): (typeof refusals)[0] => [
    number,
    'access_denied',
    'held',
    'auth_lost',
    'admin_consent',
  ]),
  ...[53003, 530032, 50131, 53000, 50105].map((number): (typeof refusals)[0] => [
    number,
    'invalid_grant',
    'held',
    'auth_lost',
    'admin_blocked',
  ]),
  ...[700016, 7000112, 70001].map((number): (typeof refusals)[0] => [
    number,
    'unauthorized_client',
    'held',
    'auth_lost',
    'admin_blocked',
  ]),
  // … the account …
  ...[50057, 50034, 50053, 50055].map((number): (typeof refusals)[0] => [
    number,
    'invalid_grant',
    'held',
    'auth_lost',
    'account_disabled',
  ]),
  // … the operator, which marks no mailbox …
  ...[7000215, 7000218, 7000222, 650056].map((number): (typeof refusals)[0] => [
    number,
    'invalid_client',
    'deferred',
    'deferred',
    'client_secret',
  ]),
  [50194, 'invalid_request', 'deferred', 'deferred', 'client_secret'],
  // … or nobody: later.
  ...[90033, 90055, 50033, 90006, 90012, 90024].map((number): (typeof refusals)[0] => [
    number,
    'temporarily_unavailable',
    'deferred',
    'deferred',
    'unavailable',
  ]),
  [50196, 'invalid_grant', 'deferred', 'deferred', 'throttled'],
];

test('each number of Entra’s comes to one of: connect again, the administrator, the account, the operator, later', () => {
  for (const [number, word, state, attempt, code] of refusals) {
    const { verdict } = readTokenError(msalError(word, number));
    assert.deepEqual(whatFollows(toResult(verdict)), [state, attempt, FAMILY + code], `${number} ${word}`);
  }
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

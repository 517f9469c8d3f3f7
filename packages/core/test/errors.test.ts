import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  asRelayError,
  ERROR_TABLE,
  type ErrorCode,
  RelayError,
  toJobOutcome,
  toProblem,
  toSmtpReply,
} from '../src/index.ts';

const codes = Object.keys(ERROR_TABLE) as ErrorCode[];

test('the class of every enhanced code is that of its SMTP code, and both are errors', () => {
  for (const code of codes) {
    const reply = toSmtpReply(new RelayError(code));
    assert.match(reply.enhanced, /^[45]\.\d{1,3}\.\d{1,3}$/, code);
    assert.equal(reply.enhanced[0], String(reply.code)[0], code);
    assert.ok(reply.code >= 400 && reply.code < 600, code);
  }
});

test('what a device may try again is what a job tries again or holds', () => {
  for (const code of codes.filter((name) => !name.startsWith('api.') && !name.startsWith('oauth.'))) {
    const isTemporary = toSmtpReply(new RelayError(code)).code < 500;
    if (toJobOutcome(new RelayError(code)) === 'retry')
      assert.ok(isTemporary, `${code} is tried again but told as final`);
  }
});

test('every HTTP status is an error status, and public texts name no host, address or id', () => {
  for (const code of codes) {
    const problem = toProblem(new RelayError(code, { internal: 'db.internal 10.0.0.1 secret' }));
    assert.ok(problem.status >= 400 && problem.status < 600, code);
    assert.doesNotMatch(JSON.stringify(problem), /10\.0\.0\.1|db\.internal|secret'/);
    assert.doesNotMatch(ERROR_TABLE[code].text, /\d+\.\d+\.\d+\.\d+|https?:|@/, code);
  }
});

test('what is not ours becomes a temporary error that keeps its cause', () => {
  const cause = new TypeError('boom');
  const error = asRelayError(cause);
  assert.equal(error.code, 'bug.unknown');
  assert.equal(error.cause, cause);
  assert.equal(toSmtpReply(error).code, 451);
  assert.equal(toJobOutcome(error), 'retry');
  assert.equal(asRelayError(error), error);
});

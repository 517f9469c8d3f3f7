import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERROR_TABLE, type ErrorCode, RelayError } from '@hikyaku/core';
import { failureResult } from '../src/send/failure-result.ts';

test('after the mark every failure is a doubt, whatever it says of itself', () => {
  for (const code of Object.keys(ERROR_TABLE) as ErrorCode[]) {
    assert.equal(failureResult(new RelayError(code), true).outcome, 'in_doubt');
  }
  assert.equal(failureResult('not even an error', true).outcome, 'in_doubt');
});

test('before the mark the error table decides, and nothing unknown is final', () => {
  const outcomes = { retry: 'deferred', give_up: 'rejected', hold: 'auth_lost', quarantine: 'rejected' };
  for (const [code, row] of Object.entries(ERROR_TABLE)) {
    assert.equal(failureResult(new RelayError(code as ErrorCode), false).outcome, outcomes[row.job], code);
  }
  assert.deepEqual(failureResult(new TypeError('x is not a function'), false), {
    outcome: 'deferred',
    code: 'bug.unknown',
    scope: 'message',
  });
});

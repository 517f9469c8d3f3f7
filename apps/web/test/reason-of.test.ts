import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasonOf } from '../src/features/messages/reason-of.ts';

test('a mail that was given up is not explained by what was to be done while it was tried', () => {
  const stateCode = 'upstream.unavailable';
  for (const state of ['expired', 'cancelled', 'suppressed'] as const)
    assert.equal(reasonOf({ state, stateCode }), null);
  for (const state of ['deferred', 'held', 'in_doubt', 'failed'] as const)
    assert.equal(reasonOf({ state, stateCode }), stateCode);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWorthARetry } from '../src/features/messages/worth-a-retry.ts';

test('"send it again" is offered where it can help: not to a mail that waits for its turn, and not to one that must fail again', () => {
  const mail = (state: 'queued' | 'failed' | 'held' | 'deferred', stateCode: string | null, canRetry = true) =>
    isWorthARetry({ state, stateCode, canRetry });
  assert.equal(mail('queued', null), false);
  assert.equal(mail('held', 'upstream.auth_lost'), false);
  assert.equal(mail('failed', 'upstream.too_large'), false);
  assert.equal(mail('failed', 'upstream.rejected'), true);
  assert.equal(mail('deferred', 'upstream.throttled'), true);
  assert.equal(mail('failed', 'upstream.rejected', false), false);
});

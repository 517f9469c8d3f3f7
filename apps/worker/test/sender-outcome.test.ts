import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ErrorCode, MailSender, SendResult } from '@hikyaku/core';
import { senderOutcome } from '../src/send/sender-outcome.ts';

const alias: MailSender = { address: 'alerts@example.jp', kind: 'alias' };
const shared: MailSender = { address: 'shop@example.jp', kind: 'shared' };
const of = (sender: MailSender, isTest = false) => ({ sender, provider: 'microsoft', isTest }) as const;
const held = (code: ErrorCode, status = 403): SendResult => ({ outcome: 'auth_lost', code, status, text: 'words' });
const accepted: SendResult = { outcome: 'accepted', status: 202 };

test('a refused sender of a device costs no mail: it is tried again at once, and the sender is kept as refused', () => {
  const { result, kept } = senderOutcome(held('upstream.sender_refused'), of(alias));
  assert.deepEqual(kept, { state: 'refused', code: 'upstream.sender_refused' });
  assert.deepEqual(result, {
    outcome: 'deferred',
    code: 'upstream.sender_fallback',
    scope: 'message',
    status: 403,
    text: 'words',
    retryAfterMs: 1000,
  });
});

test('the test of a sender fails with it, closes no mailbox, and its acceptance makes it work', () => {
  const refused = senderOutcome(held('smtp.sender_refused', 553), of(alias, true));
  assert.partialDeepStrictEqual(refused, {
    result: { outcome: 'rejected', code: 'smtp.sender_refused', status: 553 },
    kept: { state: 'refused', code: 'smtp.sender_refused' },
  });
  assert.deepEqual(senderOutcome(accepted, of(alias, true)).kept, { state: 'works', code: null });
  assert.deepEqual(senderOutcome(accepted, of(alias)), { result: accepted });
});

test('Gmail takes every sender, so that its acceptance says nothing', () => {
  const { kept } = senderOutcome(accepted, { sender: alias, provider: 'google', isTest: true });
  assert.deepEqual(kept, { state: 'untested', code: null });
});

test('what a shared mailbox meets says nothing of the account’s own, and what an alias meets is the mailbox’s own trouble', () => {
  const ofMailbox: SendResult[] = [
    held('upstream.scope_missing'),
    held('upstream.no_mailbox', 404),
    held('upstream.mailbox_full'),
    { outcome: 'rejected', code: 'upstream.rejected', status: 404 },
  ];
  for (const result of ofMailbox) {
    assert.equal(senderOutcome(result, of(shared)).kept?.state, 'refused');
    assert.deepEqual(senderOutcome(result, of(alias)), { result });
  }
});

test('an account that must be connected again, a throttle, a doubt and a bad mail are nobody’s sender', () => {
  const others: SendResult[] = [
    held('upstream.auth_lost', 400),
    { outcome: 'deferred', code: 'upstream.throttled', scope: 'account', retryAfterMs: 5 },
    { outcome: 'in_doubt', code: 'upstream.in_doubt' },
    { outcome: 'rejected', code: 'upstream.rejected', status: 400 },
  ];
  for (const result of others) assert.deepEqual(senderOutcome(result, of(shared)), { result });
});

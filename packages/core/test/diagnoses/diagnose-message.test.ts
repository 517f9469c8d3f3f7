import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnoseMessage, ERROR_TABLE, MESSAGE_STATES } from '../../src/index.ts';

const MAIL = {
  state: 'held' as const,
  stateCode: null,
  mailbox: 'taro@outlook.example',
  sizeBytes: 1000,
  nextAttemptAt: null,
  refused: [],
};

test('a mail that is sent or on its way has no diagnosis; every other state has one, with any code', () => {
  for (const state of MESSAGE_STATES) {
    for (const stateCode of [null, ...Object.keys(ERROR_TABLE)]) {
      const isWell = ['queued', 'sending', 'sent', 'digested'].includes(state);
      assert.equal(diagnoseMessage({ ...MAIL, state, stateCode }) === null, isWell, `${state} ${stateCode}`);
    }
  }
});

test('what holds a mail is named by its code, and what its owner did by its state', () => {
  const codeOf = (state: (typeof MESSAGE_STATES)[number], stateCode: string) =>
    diagnoseMessage({ ...MAIL, state, stateCode })?.code;
  assert.equal(codeOf('held', 'upstream.auth_lost'), 'mailbox.reconnect');
  assert.equal(codeOf('deferred', 'upstream.daily_limit'), 'mailbox.daily_limit');
  assert.equal(codeOf('failed', 'upstream.too_large'), 'mail.too_large');
  assert.equal(codeOf('cancelled', 'upstream.auth_lost'), 'mail.cancelled');
});

test('refused recipients are named, also where others got the mail', () => {
  const found = diagnoseMessage({ ...MAIL, state: 'sent', refused: ['a@example.com'] });
  assert.deepEqual([found?.code, found?.recipient], ['mail.recipient_refused', 'a@example.com']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailboxForNew } from '../src/features/mailboxes/mailbox-for-new.ts';

test('a new device begins with a mailbox that can send, unless its owner has said which', () => {
  const lost = { id: 'lost', isDefault: false, state: 'needs_reconnect' } as const;
  const works = { id: 'works', isDefault: false, state: 'active' } as const;
  assert.equal(mailboxForNew([lost, works]), works);
  assert.equal(mailboxForNew([works, { ...lost, isDefault: true }])?.id, 'lost');
  assert.equal(mailboxForNew([lost, works], 'lost'), lost);
  assert.equal(mailboxForNew([lost, works], 'gone'), works);
  assert.equal(mailboxForNew([lost]), lost);
  assert.equal(mailboxForNew([]), undefined);
});

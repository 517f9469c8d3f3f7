import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PLANS } from '@hikyaku/core';
import { createLogger } from '@hikyaku/telemetry';
import { MailboxBudget } from '../src/smtp/mailbox-budget.ts';

test('a full mailbox stays refused through a pause, however long, until mail has left; then it is asked about no more', async () => {
  let now = 0;
  let mails = PLANS.open.waitingMails;
  let unconfirmedMails = 0;
  const asked: string[][] = [];
  let wake = () => {};
  const look = async () => {
    wake();
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const budget = new MailboxBudget({
    plan: PLANS.open,
    read: async (ids) => {
      asked.push(ids);
      return ids.map((mailboxId) => ({
        mailboxId,
        mails,
        bytes: 0,
        unconfirmedMails,
        unconfirmedBytes: 0,
        limits: null,
      }));
    },
    clock: { now: () => now, sleep: () => new Promise((resolve) => (wake = resolve)) },
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  budget.start();
  budget.accepted('m');
  budget.assertRoom('m');
  await look();
  assert.throws(() => budget.assertRoom('m'), { code: 'limit.waiting_mail' });
  now += 3_600_000;
  await look();
  assert.throws(() => budget.assertRoom('m'), { code: 'limit.waiting_mail' });
  mails -= 1;
  unconfirmedMails = PLANS.open.waitingMails;
  await look();
  budget.assertRoom('m');
  assert.equal(budget.hasRoomForUnconfirmed('m'), false, 'a budget of its own');
  unconfirmedMails -= 1;
  await look();
  assert.equal(budget.hasRoomForUnconfirmed('m'), true);
  const before = asked.length;
  await look();
  assert.equal(asked.length, before);
  const closing = budget.close();
  await look();
  await closing;
});

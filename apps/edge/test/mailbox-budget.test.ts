import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PLANS } from '@hikyaku/core';
import { createLogger } from '@hikyaku/telemetry';
import { MailboxBudget } from '../src/limits/mailbox-budget.ts';

const place = { mailboxId: 'm', tenantId: 't' };

test('a full mailbox, and a tenant whose day is used up, stay refused through a pause, however long, until mail has left; then it is asked about no more', async () => {
  let now = 0;
  let mails = PLANS.open.waitingMails;
  let unconfirmedMails = 0;
  let mailsOfDay = 0;
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
        tenantId: 't',
        mails,
        bytes: 0,
        unconfirmedMails,
        unconfirmedBytes: 0,
        mailsOfDay,
        limits: null,
      }));
    },
    clock: { now: () => now, sleep: () => new Promise((resolve) => (wake = resolve)) },
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  budget.start();
  budget.accepted(place);
  budget.assertRoom(place);
  await look();
  assert.throws(() => budget.assertRoom(place), { code: 'limit.waiting_mail' });
  now += 3_600_000;
  await look();
  assert.throws(() => budget.assertRoom(place), { code: 'limit.waiting_mail' });
  mails -= 1;
  unconfirmedMails = PLANS.open.waitingMails;
  await look();
  budget.assertRoom(place);
  assert.equal(budget.hasRoomForUnconfirmed('m'), false, 'a budget of its own');
  unconfirmedMails -= 1;
  await look();
  assert.equal(budget.hasRoomForUnconfirmed('m'), true);
  budget.accepted(place);
  mailsOfDay = PLANS.open.mailsPerDay;
  await look();
  const elsewhere = { mailboxId: 'another', tenantId: 't' };
  assert.throws(() => budget.assertRoom(elsewhere), { code: 'limit.mails_per_day' }, 'whichever mailbox of the tenant');
  budget.assertRoom({ mailboxId: 'm', tenantId: 'other' });
  now += 3_600_000;
  await look();
  assert.throws(() => budget.assertRoom(elsewhere), { code: 'limit.mails_per_day' }, 'through a pause');
  mailsOfDay -= 1;
  await look();
  budget.assertRoom(elsewhere);
  const before = asked.length;
  await look();
  assert.equal(asked.length, before);
  const closing = budget.close();
  await look();
  await closing;
});

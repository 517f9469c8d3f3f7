import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdBudget, limitsOf, PLANS } from '../src/index.ts';

test('a tenant’s own numbers replace the plan’s, and nothing else in its row counts', () => {
  const own = { devices: 7, testMailsPerHour: 0, recipientsPerDevice: '9', newRecipientsPerDay: -1, unknown: 5 };
  assert.deepEqual(limitsOf(PLANS.open, own), { ...PLANS.open, devices: 7, testMailsPerHour: 0 });
  for (const nothing of [null, undefined, 'text', 5, []]) assert.deepEqual(limitsOf(PLANS.open, nothing), PLANS.open);
});

test('open sign-up allows less than self-hosting in everything', () => {
  for (const name of Object.keys(PLANS.open) as (keyof typeof PLANS.open)[]) {
    assert.ok(PLANS.open[name] < PLANS['self-hosted'][name], name);
  }
});

test('a mailbox that cannot send holds half of what closes its doors, and no more than 2,000 mails or 500 MB', () => {
  assert.deepEqual(holdBudget(PLANS.open), { mails: 1_000, bytes: 250_000_000 });
  assert.deepEqual(holdBudget(PLANS['self-hosted']), { mails: 2_000, bytes: 500_000_000 });
});

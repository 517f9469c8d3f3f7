import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitsOf, PLANS } from '../src/index.ts';

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

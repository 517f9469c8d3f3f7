import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dayAlert, leastForDayAlert } from '../../src/index.ts';

test('of 500 a day an owner is told at 320, and at 400 that only tests and first mails leave', () => {
  const said = [0, 319, 320, 399, 400, 500, 900].map((sent) => dayAlert(sent, 500));
  const [near, full] = ['mailbox.day_near', 'mailbox.daily_limit'];
  assert.deepEqual(said, [null, null, near, near, full, full, full]);
});

test('an account below the least of the smallest limit is never told of', () => {
  fc.assert(
    fc.property(
      fc.nat(3000),
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 500, max: 2000 }),
      (sent, least, perDay) => {
        if (sent < leastForDayAlert(least)) assert.equal(dayAlert(sent, perDay), null);
      },
    ),
  );
});

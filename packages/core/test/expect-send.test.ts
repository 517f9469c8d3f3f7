import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { expectSend } from '../src/index.ts';

const thirty = { tokens: 0, burst: 30, perMinute: 30, restMs: 0, day: null };
const place = { before: 0, dueInMs: 0 };

test('forty cameras behind a limit of thirty a minute: the last mail leaves in an hour and a half, and says why', () => {
  assert.deepEqual(expectSend({ ...place, before: 2750 }, thirty), { wait: 'pace', inMs: 5_502_000 });
});

test('a mail that nothing keeps is next; one waits for its provider, its own time or its turn, whichever is longest', () => {
  const free = { ...thirty, tokens: 30 };
  assert.deepEqual(expectSend(place, free), { wait: 'turn', inMs: 0 });
  assert.deepEqual(expectSend({ ...place, before: 29 }, free), { wait: 'turn', inMs: 0 });
  assert.deepEqual(expectSend(place, { ...free, restMs: 60_000 }), { wait: 'provider', inMs: 60_000 });
  assert.deepEqual(expectSend({ ...place, dueInMs: 90_000 }, { ...free, restMs: 60_000 }), {
    wait: 'own_time',
    inMs: 90_000,
  });
  // While the provider rests, the allowance fills up again, and no further than its burst.
  assert.deepEqual(expectSend({ ...place, before: 59 }, { ...thirty, restMs: 600_000 }), {
    wait: 'provider',
    inMs: 660_000,
  });
});

test('whatever the account’s state, more before a mail never makes it earlier, and it never leaves before its time', () => {
  const pace = fc.record({
    tokens: fc.double({ min: -50, max: 30, noNaN: true }),
    burst: fc.constant(30),
    perMinute: fc.integer({ min: 1, max: 1000 }),
    restMs: fc.nat(3_600_000),
    day: fc.constant(null),
  });
  fc.assert(
    fc.property(pace, fc.nat(10_000), fc.nat(3_600_000), (account, before, dueInMs) => {
      const one = expectSend({ before, dueInMs }, account);
      const next = expectSend({ before: before + 1, dueInMs }, account);
      assert.ok(next.inMs >= one.inMs && one.inMs >= Math.max(dueInMs, account.restMs));
    }),
  );
});

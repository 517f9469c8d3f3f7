import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { expectSend, type LinePlace } from '../src/index.ts';

const thirty = { tokens: 0, claimedAgoMs: 1_000, burst: 30, perMinute: 30, restMs: 0, day: null };
/** A mail that came just now, all before it due. */
const at = (before: number, more: Partial<LinePlace> = {}): LinePlace => ({
  ...{ before, dueBefore: before, behind: 0, dueInMs: 0, dueForMs: 0, isUrgent: false },
  ...more,
});

test('forty cameras behind a limit of thirty a minute: the last mail leaves in an hour and a half, and says why', () => {
  assert.deepEqual(expectSend(at(2750), thirty), { wait: 'pace', inMs: 5_502_000 });
});

test('a mail that nothing keeps is next; one waits for its provider, its own time or its turn, whichever is longest', () => {
  const free = { ...thirty, tokens: 30 };
  assert.deepEqual(expectSend(at(0), free), { wait: 'turn', inMs: 0 });
  assert.deepEqual(expectSend(at(29), free), { wait: 'turn', inMs: 0 });
  assert.deepEqual(expectSend(at(0), { ...free, restMs: 60_000 }), { wait: 'provider', inMs: 60_000 });
  assert.deepEqual(expectSend(at(0, { dueInMs: 90_000 }), { ...free, restMs: 60_000 }), {
    wait: 'own_time',
    inMs: 90_000,
  });
  // While the provider rests, the allowance fills up again, and no further than its burst.
  assert.deepEqual(expectSend(at(59), { ...thirty, restMs: 600_000 }), {
    wait: 'provider',
    inMs: 660_000,
  });
});

test('whatever the account’s state, more before a mail never makes it earlier, and it never leaves before its time', () => {
  const pace = fc.record({
    tokens: fc.double({ min: -50, max: 30, noNaN: true }),
    burst: fc.constant(30),
    perMinute: fc.integer({ min: 1, max: 1000 }),
    claimedAgoMs: fc.nat(10_000),
    restMs: fc.nat(3_600_000),
    day: fc.constant(null),
  });
  fc.assert(
    fc.property(pace, fc.nat(10_000), fc.nat(3_600_000), (account, before, dueInMs) => {
      const one = expectSend(at(before, { dueInMs }), account);
      const next = expectSend(at(before + 1, { dueInMs }), account);
      assert.ok(next.inMs >= one.inMs && one.inMs >= Math.max(dueInMs, account.restMs));
    }),
  );
});

test('an account out of sends lets mail go by groups of five: a mail is told the time of its group, the last group’s as soon as it is whole', () => {
  const told = (before: number, more: Partial<LinePlace> = {}, tokens = 0) =>
    expectSend(at(before, more), { ...thirty, tokens }).inMs / 1_000;
  assert.deepEqual(
    [0, 3, 4, 5, 12].map((before) => told(before, { behind: 4 })),
    [10, 10, 10, 20, 30],
  );
  assert.deepEqual([told(5, { behind: 1 }), told(6)], [14, 14], 'seven in all');
  // What has waited for long waits for a whole group; what came just now has woken the account.
  assert.deepEqual([told(1, { behind: 4, dueForMs: 60_000 }, 3), told(1, { behind: 4 }, 3)], [4, 0]);
  assert.equal(told(1, { behind: 4, dueForMs: 1_100 }, 3), 4, 'the last claim left it');
  assert.equal(told(7, { behind: 4 }, 3), 10, 'three leave at once, five with the next group');
  assert.equal(told(2, { behind: 4, isUrgent: true, dueForMs: 60_000 }), 6, 'a first mail after quiet waits for none');
});

test('what is due before a mail’s own time leaves meanwhile; what comes due with it does not', () => {
  const own = (before: number, dueBefore: number) => expectSend(at(before, { dueBefore, dueInMs: 600_000 }), thirty);
  assert.deepEqual(own(200, 200), { wait: 'own_time', inMs: 600_000 });
  assert.deepEqual(own(400, 400), { wait: 'own_time', inMs: 802_000 });
  // Thirty have gathered for two hundred that come due together.
  assert.deepEqual(own(200, 0), { wait: 'own_time', inMs: 942_000 });
});

test('mails that get their room in a day at the same hour leave then at the account’s pace, a burst at once', () => {
  const hours = [400, ...Array<number>(24).fill(0)];
  const day = { hours, nextHourInMs: 300_000, perDay: 500, counts: 'mails' as const };
  const told = (before: number, isUrgent = false) =>
    expectSend(at(before, { isUrgent, behind: 4 }), { ...thirty, tokens: 30, day });
  assert.deepEqual(told(0), { wait: 'day', inMs: 300_000 });
  assert.deepEqual(told(29), { wait: 'day', inMs: 300_000 });
  assert.deepEqual(told(129), { wait: 'day', inMs: 300_000 + 200_000 });
  assert.deepEqual(told(0, true), { wait: 'turn', inMs: 0 }, 'a fifth is kept for it');
});

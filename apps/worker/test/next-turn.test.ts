import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isOutOfSends, nextTurn } from '../src/turn/next-turn.ts';

const pace = { burst: 30, perMinute: 30, inFlight: 4, day: null };
const SENT = { hasSent: true, isUrgent: false };
const rest = { dueInMs: 0, restMs: 0, dueCount: 5, tokens: 10 };

test('nothing waiting asks for nothing', () => {
  assert.equal(nextTurn({ ...rest, dueInMs: null }, pace, SENT), null);
});

test('mail left and tokens left go to the tail at once', () => {
  assert.deepEqual(nextTurn(rest, pace, SENT), { againInMs: 0 });
});

test('an account out of tokens comes back when a few have filled up', () => {
  assert.deepEqual(nextTurn({ ...rest, tokens: 0 }, pace, SENT), { againInMs: 10_000 });
  assert.deepEqual(nextTurn({ ...rest, tokens: 0, dueCount: 1 }, pace, SENT), { againInMs: 2_000 });
});

test('a test or a first mail after quiet takes the first send that there is', () => {
  assert.deepEqual(nextTurn({ ...rest, tokens: 0.5 }, pace, { ...SENT, isUrgent: true }), { againInMs: 1_000 });
});

test('an account is out of sends when it has less than one, and is worth a look for news when more than one mail waits', () => {
  const looked = (tokens: number, dueCount: number) => isOutOfSends({ tokens, dueCount });
  assert.deepEqual([looked(0.9, 2), looked(1, 2), looked(0.9, 1), looked(5, 5)], [true, false, false, false]);
});

test('the next turn is never before the next due mail nor inside the provider’s rest', () => {
  const state = fc.record({
    dueInMs: fc.nat({ max: 1e8 }),
    restMs: fc.nat({ max: 1e8 }),
    dueCount: fc.nat({ max: 5 }),
    tokens: fc.double({ min: 0, max: 60, noNaN: true }),
  });
  fc.assert(
    fc.property(state, fc.boolean(), fc.boolean(), (left, hasSent, isUrgent) => {
      const answer = nextTurn(left, pace, { hasSent, isUrgent })!;
      assert.ok(answer.againInMs >= Math.max(left.dueInMs, left.restMs));
      assert.ok(Number.isInteger(answer.againInMs));
    }),
  );
});

test('a turn that could do nothing about due mail does not spin', () => {
  assert.deepEqual(nextTurn(rest, pace, { ...SENT, hasSent: false }), { againInMs: 1_000 });
});

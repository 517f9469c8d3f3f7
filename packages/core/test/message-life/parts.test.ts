import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  FINAL_STATES,
  isFinalState,
  MESSAGE_STATES,
  PART_ORDER,
  recipientsOfPart,
  stateOfParts,
  WAITING_STATES,
} from '../../src/index.ts';

const states = fc.array(fc.constantFrom(...MESSAGE_STATES), { minLength: 1, maxLength: 12 });
const isWaiting = (state: string): boolean => (WAITING_STATES as readonly string[]).includes(state);

test('every state has its place in the order, once', () => {
  assert.deepEqual([...PART_ORDER].sort(), [...MESSAGE_STATES].sort());
});

test('a message of one part is what that part is', () => {
  for (const state of MESSAGE_STATES) assert.equal(stateOfParts([state]), state);
});

test('of every pair: what is under way hides what is done, what waits hides what is held, nothing hides a bad end but what goes on', () => {
  for (const one of MESSAGE_STATES) {
    for (const other of MESSAGE_STATES) {
      const whole = stateOfParts([one, other]);
      const pair = [one, other];
      assert.equal(whole, stateOfParts([other, one]));
      assert.ok(pair.includes(whole));
      if (pair.includes('sending')) assert.equal(whole, 'sending');
      else if (pair.some(isWaiting)) assert.ok(isWaiting(whole), `${pair} is ${whole}`);
      else if (pair.includes('held')) assert.equal(whole, 'held');
      else if (pair.includes('digested')) assert.equal(whole, 'digested');
      else assert.equal(isFinalState(whole), true);
      // What the owner wrote a rule for is done, too.
      const isDone = pair.every((state) => state === 'sent' || state === 'suppressed');
      assert.equal(whole === 'sent', isDone && pair.includes('sent'));
      if (pair.includes('in_doubt') && !pair.includes('sending')) assert.equal(whole, 'in_doubt');
    }
  }
});

test('a message is done when all of its parts are, in whatever order they come and however they are grouped', () => {
  fc.assert(
    fc.property(states, states, (some, others) => {
      const whole = stateOfParts([...some, ...others]);
      assert.equal(whole, stateOfParts([stateOfParts(others), stateOfParts(some)]));
      const isDone = [...some, ...others].every((state) => (FINAL_STATES as readonly string[]).includes(state));
      assert.equal(isFinalState(whole), isDone);
    }),
  );
});

test('a part has recipients of its message only, whatever places somebody wrote', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.emailAddress(), { minLength: 1, maxLength: 20 }),
      fc.array(fc.integer()),
      (all, places) => {
        for (const recipient of recipientsOfPart(all, places)) assert.ok(all.includes(recipient));
      },
    ),
  );
  assert.deepEqual(recipientsOfPart(['a', 'b', 'c'], []), ['a', 'b', 'c']);
  assert.deepEqual(recipientsOfPart(['a', 'b', 'c'], [2, 3, 3, 9, 0, -1]), ['b', 'c']);
});

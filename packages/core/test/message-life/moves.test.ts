import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  isFinalState,
  MESSAGE_EVENTS,
  MESSAGE_STATES,
  nextMessageState,
  type RelayError,
  statesBefore,
} from '../../src/index.ts';

test('every pair of state and event either moves to a known state or is a bug error', () => {
  for (const state of MESSAGE_STATES) {
    for (const event of MESSAGE_EVENTS) {
      if (statesBefore(event).includes(state)) assert.ok(MESSAGE_STATES.includes(nextMessageState(state, event)));
      else
        assert.throws(
          () => nextMessageState(state, event),
          (error: RelayError) => error.code === 'bug.illegal_move',
        );
    }
  }
});

test('a delivered mail never moves again', () => {
  for (const event of MESSAGE_EVENTS) assert.equal(statesBefore(event).includes('sent'), false, event);
});

test('no story leaves a final state but by a retry', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...MESSAGE_EVENTS), { maxLength: 40 }), (story) => {
      let state = MESSAGE_STATES[0] as (typeof MESSAGE_STATES)[number];
      for (const event of story) {
        if (!statesBefore(event).includes(state)) continue;
        if (isFinalState(state)) assert.equal(event, 'retried');
        state = nextMessageState(state, event);
      }
    }),
  );
});

test('mail that left us without an answer is never simply queued again', () => {
  assert.equal(nextMessageState('sending', 'lease_lost_committed'), 'in_doubt');
  assert.equal(nextMessageState('sending', 'lease_lost_uncommitted'), 'queued');
});

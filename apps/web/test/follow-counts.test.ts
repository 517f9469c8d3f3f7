import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { type CountsFollower, followCounts } from '../src/api/follow-counts.ts';

let looks: number[];
let counts: CountsFollower;
beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 });
  looks = [];
  counts = followCounts(() => looks.push(Date.now()), { soonMs: 2_500, lateMs: 10_000 });
});

/** Lets time pass in small steps, noting a change at each of these times. */
function play(changes: number[], untilMs: number): number[] {
  for (let now = 0; now <= untilMs; now += 100) {
    if (changes.includes(now)) counts.note();
    mock.timers.tick(100);
  }
  return looks;
}

test('a change is looked at soon, and once more for counts that were late', () => {
  assert.deepEqual(play([0], 60_000), [2_500, 12_500]);
});

test('a change just before a look is looked at again: not until another one comes does it stay uncounted', () => {
  assert.deepEqual(play([0, 1_000, 2_400], 60_000), [2_500, 5_000, 15_000]);
});

test('a storm costs a look each time and no more', () => {
  const storm = Array.from({ length: 100 }, (_, n) => n * 100);
  assert.deepEqual(play(storm, 60_000), [2_500, 5_000, 7_500, 10_000, 12_500, 22_500]);
});

test('a change while the last look is awaited begins anew', () => {
  assert.deepEqual(play([0, 5_000], 60_000), [2_500, 7_500, 17_500]);
});

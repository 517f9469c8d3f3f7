import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clock, within } from '../src/index.ts';

const never = new Promise<never>(() => {});

test('what comes in time is the answer, and its timer goes', async () => {
  let isStopped = false;
  const clock: Pick<Clock, 'sleep'> = {
    sleep: (_ms, signal) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => {
          isStopped = true;
          reject(signal.reason);
        });
      }),
  };
  assert.equal(await within(Promise.resolve('done'), 1000, () => 'late', clock), 'done');
  assert.ok(isStopped);
  await assert.rejects(
    within(Promise.reject(new Error('broken')), 1000, () => 'late', clock),
    { message: 'broken' },
  );
});

test('an answer in time makes no exception: each would carry a stack that nobody reads', async () => {
  const reasons: unknown[] = [];
  const clock: Pick<Clock, 'sleep'> = {
    sleep: (_ms, signal) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => {
          reasons.push(signal.reason);
          reject(signal.reason);
        });
      }),
  };
  for (const answer of [1, 2]) await within(Promise.resolve(answer), 1000, () => 'late', clock);
  assert.equal(reasons.length, 2);
  assert.equal(reasons[0], reasons[1]);
});

test('what comes late is replaced by a value or a throw; its own end is dropped', async () => {
  assert.equal(await within(never, 1, () => 'late'), 'late');
  await assert.rejects(
    within(never, 1, () => {
      throw new Error('too late');
    }),
    { message: 'too late' },
  );
  let refuse: (error: Error) => void = () => {};
  const work = new Promise<never>((_, reject) => {
    refuse = reject;
  });
  assert.equal(await within(work, 1, () => null), null);
  refuse(new Error('nobody hears it'));
  await new Promise((resolve) => setTimeout(resolve, 1));
});

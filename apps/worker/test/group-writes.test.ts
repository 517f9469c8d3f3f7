import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextLoop, setTimeout as sleep } from 'node:timers/promises';
import { RelayError } from '@hikyaku/core';
import { groupWrites } from '../src/outcome/group-writes.ts';

/** Writes that end when they are told to. */
function openWrites() {
  const begun: { items: number[]; end: (error?: unknown) => void }[] = [];
  const write = groupWrites<number, number>(
    (items) =>
      new Promise((resolve, reject) => {
        begun.push({ items, end: (error) => (error ? reject(error) : resolve(items.map((item) => item * 10))) });
      }),
  );
  return { begun, write };
}

/** The event loop goes round a few times. */
const turns = async (): Promise<void> => {
  for (let round = 0; round < 5; round++) await nextLoop();
};

test('one item is written at once; what comes meanwhile goes together, and each gets its own answer', async () => {
  const { begun, write } = openWrites();
  const first = write(1);
  await turns();
  const others = [write(2), write(3), write(4)];
  await turns();
  assert.deepEqual(
    begun.map(({ items }) => items),
    [[1]],
  );
  begun[0]!.end();
  assert.equal(await first, 10);
  await turns();
  assert.deepEqual(
    begun.map(({ items }) => items),
    [[1], [2, 3, 4]],
  );
  begun[1]!.end();
  assert.deepEqual(await Promise.all(others), [20, 30, 40]);
});

test('a group that the database refuses is written one by one: only the item at fault fails', async () => {
  const write = groupWrites<number, number>(async (items) => {
    if (items.includes(2)) throw new Error('refused');
    return items;
  });
  const results = await Promise.allSettled([write(1), write(2), write(3)]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
});

test('with the database away all of a group fail together, and are not tried one by one', async () => {
  let calls = 0;
  const write = groupWrites<number, number>(async () => {
    calls += 1;
    throw new RelayError('db.unavailable');
  });
  const results = await Promise.allSettled([write(1), write(2), write(3)]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected'],
  );
  assert.equal(calls, 1);
});

test('a write that hangs holds up its own items only, and not more than four hang at once', async () => {
  const { begun, write } = openWrites();
  const written: number[] = [];
  const add = (item: number) => void write(item).then((result) => written.push(result));
  for (let item = 1; item <= 6; item++) {
    add(item);
    await sleep(300);
  }
  assert.deepEqual(
    begun.map(({ items }) => items),
    [[1], [2], [3], [4]],
  );
  begun[2]!.end();
  await turns();
  assert.deepEqual(written, [30]);
  assert.deepEqual(begun.at(-1)!.items, [5, 6]);
  for (const { end } of begun) end();
  await turns();
  assert.equal(written.length, 6);
});

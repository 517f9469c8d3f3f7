import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertLinear } from '../src/index.ts';

/** Work of about a millisecond for 64 KB, growing by `power`. */
const reader = (power: number) => (text: string) => {
  let sum = 0;
  for (let n = 0; n < 1_000_000 * (text.length / 65_536) ** power; n++) sum ^= n;
  return sum;
};

test('a reader whose cost grows by the square is found, though each text costs less than it may', async () => {
  await assert.rejects(assertLinear(reader(2), 10), /256 KB cost \d+(\.\d+)? times as much as 64 KB/);
  await assert.rejects(assertLinear(reader(1.8), 10), /256 KB cost \d+(\.\d+)? times as much as 64 KB/);
});

test('a reader whose cost grows with the text passes, and one that costs too much does not', async () => {
  await assertLinear(reader(1), 10);
  await assert.rejects(
    assertLinear((text) => Array.from({ length: 60 }, () => reader(1)(text)), 10),
    /of CPU/,
  );
});

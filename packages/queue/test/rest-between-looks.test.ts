import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { restBetweenLooks } from '../src/rest-between-looks.ts';

const NONE = [null] as const;
const JOB = ['job'] as const;

/** How often somebody looks in that time who never rests himself. */
async function looksWithin(ms: number, answer: () => readonly unknown[]): Promise<number> {
  let looks = 0;
  const look = restBetweenLooks(async () => {
    looks += 1;
    return answer();
  });
  const end = performance.now() + ms;
  // A turn of the loop between two looks, as a round trip takes.
  while (performance.now() < end) {
    await look().catch(() => {});
    await sleep(0);
  }
  return looks;
}

test('looks in vain come further and further apart, up to a tenth of a second; so do those that fail', async () => {
  assert.ok((await looksWithin(1_000, () => NONE)) < 25);
  const failing = await looksWithin(1_000, () => {
    throw new Error('could not extend file: No space left on device');
  });
  assert.ok(failing < 25);
});

test('where jobs are found nobody rests, nor whom two others were faster than', async () => {
  assert.ok((await looksWithin(300, () => JOB)) > 50);
  const answers = [NONE, NONE, NONE, JOB];
  let count = 0;
  assert.ok((await looksWithin(300, () => answers[count++ % answers.length]!)) > 50);
});

test('a pause ends the row: who looks again behind one does so at once', async () => {
  const look = restBetweenLooks(async () => NONE);
  for (let count = 0; count < 8; count++) await look();
  await sleep(150);
  const startedAt = performance.now();
  for (let count = 0; count < 3; count++) await look();
  assert.ok(performance.now() - startedAt < 50);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restBetweenLooks } from '../src/rest-between-looks.ts';

const NONE = [null] as const;
const JOB = ['job'] as const;

/** Time that passes by looks, a millisecond each, and by rests alone. */
function timed(answer: () => readonly unknown[]) {
  let ms = 0;
  let looks = 0;
  const look = restBetweenLooks(
    async () => {
      looks += 1;
      ms += 1;
      return answer();
    },
    { now: () => ms, rest: async (restMs) => (ms += restMs) },
  );
  return {
    look: () => look().catch(() => null),
    pass: (passed: number) => (ms += passed),
    now: () => ms,
    /** How often somebody looks in that time who never rests himself. */
    async within(limitMs: number): Promise<number> {
      const [since, before] = [ms, looks];
      while (ms < since + limitMs) await this.look();
      return looks - before;
    },
  };
}

test('looks in vain come further and further apart, up to a tenth of a second; so do those that fail', async () => {
  for (const answer of [
    () => NONE,
    () => {
      throw new Error('could not extend file: No space left on device');
    },
  ]) {
    const looks = timed(answer);
    assert.ok((await looks.within(1_000)) < 25);
    const later = await looks.within(10_000);
    assert.ok(later >= 90 && later <= 100, `${later} in ten seconds`);
  }
});

test('where jobs are found nobody rests, nor whom two others were faster than', async () => {
  assert.equal(await timed(() => JOB).within(300), 300);
  const answers = [NONE, NONE, NONE, JOB];
  let count = 0;
  assert.ok((await timed(() => answers[count++ % answers.length]!).within(300)) >= 200);
});

test('a pause ends the row: who looks again behind one does so at once', async () => {
  const looks = timed(() => NONE);
  for (let count = 0; count < 8; count++) await looks.look();
  looks.pass(150);
  const since = looks.now();
  for (let count = 0; count < 3; count++) await looks.look();
  assert.equal(looks.now() - since, 3);
});

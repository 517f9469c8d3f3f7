import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sameWishes } from '../src/api/same-wish.ts';

const AGAIN_MS = 40;

test('a change that is asked for twice at once, or again just after it was done, is asked once', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let asked = 0;
  const once = sameWishes(AGAIN_MS);
  const wish = (body: string, thing = 'POST /devices') =>
    once(thing, body, async () => {
      asked += 1;
      return asked;
    });
  assert.deepEqual(await Promise.all([wish('a'), wish('a')]), [1, 1]);
  assert.equal(await wish('a'), 1, 'the second press came after the answer');
  assert.equal(await wish('a', 'POST /groups'), 2, 'another thing');
  assert.equal(await wish('b'), 3, 'another wish for the same thing');
  assert.equal(await wish('a'), 4, 'which makes the first one new');
  t.mock.timers.tick(AGAIN_MS);
  assert.equal(await wish('a'), 5, 'later somebody wants it again');
  t.mock.timers.tick(AGAIN_MS - 1);
  assert.equal(await wish('b'), 6);
  t.mock.timers.tick(1);
  assert.equal(await wish('b'), 6, 'the end of the wish before it is not its own');
});

test('what failed is asked again', async () => {
  const once = sameWishes();
  await assert.rejects(
    once('POST /devices', 'a', async () => {
      throw new Error('no line');
    }),
    /no line/,
  );
  assert.equal(await once('POST /devices', 'a', async () => 'made'), 'made');
});

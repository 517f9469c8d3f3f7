import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { after, test } from 'node:test';
import { createShrinker } from '../src/pictures/shrinker.ts';

process.env.KEY = 'a secret';
const program = new URL('./poison-pictures.ts', import.meta.url);
// Longer than a process takes to start on a loaded machine.
const shrinker = createShrinker({ program, answerMs: 6_000 });
after(() => shrinker.close());
const step = { side: 100, quality: 50 };
const never = new AbortController().signal;
const shrink = (text: string, signal = never) => shrinker.shrink('t1', Buffer.from(text), step, signal);

test('a picture that ends its process, or holds it for ever, is refused alone: those that wait behind it are made', async () => {
  const answers = await Promise.all([shrink('fine'), shrink('x'), shrink('fine'), shrink('hangs'), shrink('fine')]);
  assert.deepEqual(
    answers.map((answer) => answer !== null),
    [true, false, true, false, true],
  );
  assert.equal(new Set(answers.map(String)).size, 4);
  // Nothing of the worker's environment is there.
  assert.match(String(answers[0]), / false$/);
});

test('who gives up leaves the process to the next', async () => {
  const control = new AbortController();
  const hung = shrink('hangs', control.signal);
  const waiting = shrink('hangs', control.signal);
  control.abort(new Error('enough'));
  await assert.rejects(hung, /enough/);
  await assert.rejects(waiting, /enough/);
  assert.match(String(await shrink('fine')), /^smaller/);
});

test('a picture that is made leaves nothing with its mail’s deadline, which would keep its bytes until then', async () => {
  const { signal } = new AbortController();
  for (let n = 0; n < 3; n++) await shrink('fine', signal);
  assert.equal(getEventListeners(signal, 'abort').length, 0);
});

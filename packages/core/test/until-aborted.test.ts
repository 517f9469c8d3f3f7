import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { untilAborted } from '../src/index.ts';

test('a wait ends with its work or with its signal, and leaves nothing with a signal that goes on', async () => {
  const control = new AbortController();
  const { signal } = control;
  assert.equal(await untilAborted(Promise.resolve(1), signal), 1);
  await assert.rejects(untilAborted(Promise.reject(new Error('no')), signal), /no/);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(getEventListeners(signal, 'abort').length, 0);
  const waiting = untilAborted(new Promise(() => {}), signal);
  control.abort(new Error('enough'));
  await assert.rejects(waiting, /enough/);
  await assert.rejects(untilAborted(new Promise(() => {}), signal), /enough/);
});

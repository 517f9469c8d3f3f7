import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { endWith } from '../src/send/end-with.ts';

test('a send that is over leaves nothing with its deadline; one that does not heed it is given up', async () => {
  const control = new AbortController();
  assert.equal(await endWith(Promise.resolve('sent'), control.signal), 'sent');
  await assert.rejects(endWith(Promise.reject(new Error('refused')), control.signal), /refused/);
  assert.equal(getEventListeners(control.signal, 'abort').length, 0);
  const deaf = endWith(new Promise(() => {}), control.signal);
  control.abort();
  await assert.rejects(deaf, /did not end/);
});

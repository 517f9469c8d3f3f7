import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as settled } from 'node:timers/promises';
import { createOwnWork } from '../src/preparation/own-work.ts';

const { signal } = new AbortController();

test('a tenant that comes behind fifty of another’s mails is next but one', async () => {
  const work = createOwnWork(2);
  const order: string[] = [];
  const leave: (() => void)[] = [];
  const enter = (tenantId: string) =>
    void work.enter(tenantId, signal).then((done) => {
      order.push(tenantId);
      leave.push(done);
    });
  for (let mail = 0; mail < 50; mail++) enter('storm');
  enter('quiet');
  await settled();
  assert.deepEqual(order, ['storm', 'storm']);
  for (let given = 0; given < 3; given++) {
    leave.shift()!();
    await settled();
  }
  assert.ok(order.slice(2, 5).includes('quiet'), order.join());
});

test('a place is given back once, however often, and who gives up leaves the queue', async () => {
  const work = createOwnWork(1);
  const first = await work.enter('a', signal);
  const impatient = new AbortController();
  const gone = work.enter('b', impatient.signal);
  impatient.abort(new Error('too late'));
  await assert.rejects(gone, /too late/);
  first();
  first();
  const second = await work.enter('c', signal);
  let isIn = false;
  void work.enter('d', signal).then(() => {
    isIn = true;
  });
  await settled();
  assert.equal(isIn, false, 'one place, and it is taken');
  second();
  await settled();
  assert.equal(isIn, true);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatherChanges } from '../src/api/gather-changes.ts';

const GAPS = { firstMs: 150, mostMs: 700 };
const settle = () => new Promise(setImmediate);

test('a storm of changes costs one round at a time, each with all that was told meanwhile', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const rounds: string[][] = [];
  let end = () => {};
  const changes = gatherChanges<string>(async (kinds) => {
    rounds.push([...kinds]);
    await new Promise<void>((resolve) => {
      end = resolve;
    });
  }, GAPS);
  changes.note('messages');
  t.mock.timers.tick(0);
  assert.deepEqual(rounds, [['messages']], 'the first after a silence goes at once');
  for (let event = 0; event < 50; event += 1) {
    changes.note('messages', event % 2 ? 'devices' : 'messages');
    t.mock.timers.tick(100);
  }
  assert.equal(rounds.length, 1, 'a round that is still running is not joined by a second');
  end();
  await settle();
  t.mock.timers.tick(149);
  assert.equal(rounds.length, 1, 'the gap counts from the end of the last round');
  t.mock.timers.tick(1);
  assert.deepEqual(rounds[1], ['messages', 'devices']);
});

test('a mail by itself is followed step by step, a storm ever more rarely, and after a silence it begins anew', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const at: number[] = [];
  const changes = gatherChanges<string>(async () => void at.push(Date.now()), GAPS);
  const storm = async (forMs: number) => {
    for (let passed = 0; passed < forMs; passed += 10) {
      changes.note('messages');
      t.mock.timers.tick(10);
      await settle();
    }
  };
  const gaps = () => at.slice(1).map((time, index) => Math.round((time - at[index]!) / 50) * 50);
  await storm(4_000);
  assert.deepEqual(gaps().slice(0, 5), [150, 300, 600, 700, 700]);
  // The storm's last round, and a silence behind it.
  t.mock.timers.tick(GAPS.mostMs);
  await settle();
  t.mock.timers.tick(2 * GAPS.mostMs);
  at.length = 0;
  await storm(500);
  assert.deepEqual(gaps().slice(0, 2), [150, 300]);
});

test('a round that fails does not end the listening, and nothing runs after the end', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  let count = 0;
  const changes = gatherChanges<string>(() => {
    count += 1;
    return Promise.reject(new Error('no line'));
  }, GAPS);
  changes.note('messages');
  t.mock.timers.tick(0);
  await settle();
  changes.note('messages');
  t.mock.timers.tick(700);
  await settle();
  assert.equal(count, 2);
  changes.note('messages');
  changes.stop();
  t.mock.timers.tick(10_000);
  assert.equal(count, 2);
});

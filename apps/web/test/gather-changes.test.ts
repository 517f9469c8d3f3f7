import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatherChanges } from '../src/api/gather-changes.ts';

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
  }, 700);
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
  t.mock.timers.tick(699);
  assert.equal(rounds.length, 1, 'the gap counts from the end of the last round');
  t.mock.timers.tick(1);
  assert.deepEqual(rounds[1], ['messages', 'devices']);
});

test('a round that fails does not end the listening, and nothing runs after the end', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  let count = 0;
  const changes = gatherChanges<string>(() => {
    count += 1;
    return Promise.reject(new Error('no line'));
  }, 700);
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

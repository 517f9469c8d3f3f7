import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { watchSilence } from '../src/processes/silence-watch.ts';

test('a process that answers nothing for long is told of; one that answers now and then is not, nor one that is gone', async () => {
  const silent = { name: 'silent', asked: 0 };
  const slow = { name: 'slow', asked: 0 };
  const gone = { name: 'gone', asked: 0 };
  const living = new Set([silent, slow, gone]);
  const told: string[] = [];
  let rounds = 0;
  const watch = watchSilence<typeof silent>({
    processes: () => {
      rounds += 1;
      return living;
    },
    async ask(process) {
      process.asked += 1;
      return process === slow && process.asked % 4 === 0 ? {} : null;
    },
    onSilent: (process) => {
      told.push(process.name);
      living.delete(process);
    },
    everyMs: 10,
    silentMs: 200,
    now: () => 10 * rounds,
  });
  while (gone.asked < 3) await sleep(5);
  living.delete(gone);
  while (told.length === 0) await sleep(5);
  const { asked } = silent;
  assert.ok(asked > 1, 'asked more than once');
  while (slow.asked < 60) await sleep(5);
  watch.close();
  assert.deepEqual(told, ['silent']);
  assert.equal(silent.asked, asked);
});

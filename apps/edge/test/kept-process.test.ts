import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '@hikyaku/telemetry';
import type { EdgeProcess } from '../src/processes/edge-process.ts';
import { KeptProcess } from '../src/processes/kept-process.ts';

const logger = createLogger({ name: 'test', level: 'silent' });

/** A life at its port: it ends when told so. */
function life(): EdgeProcess & { end(): void } {
  const ended = Promise.withResolvers<string>();
  const end = () => ended.resolve('exit code 1');
  const stop = async () => end();
  return { ready: Promise.resolve({}), ended: ended.promise, stop, end } as unknown as EdgeProcess & { end(): void };
}

test('where the machine refuses a new process, the keeper of the doors lives and asks again until it gets one', async () => {
  const lives = [life(), life()];
  let asked = 0;
  const kept = new KeptProcess({
    launch: async () => {
      asked += 1;
      if (asked === 2 || asked === 3) throw Object.assign(new Error('spawn ENOMEM'), { code: 'ENOMEM' });
      return lives[asked === 1 ? 0 : 1]!;
    },
    restartMaxMs: 200,
    drainMs: 100,
    onRestart: () => {},
    isNobodyThere: () => true,
    logger,
  });
  await kept.start();
  lives[0]!.end();
  for (const end = Date.now() + 10_000; asked < 4; await sleep(10)) assert.ok(Date.now() < end, `asked ${asked} times`);
  await kept.stop();
});

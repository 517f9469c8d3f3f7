import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RelayError } from '@hikyaku/core';
import { startWorkerApp, type WorkerAppOptions } from '../src/worker-app.ts';
import { LIMITS, logger } from './scene.ts';

test('a start that finds Postgres away leaves nothing running, however often it is tried', async () => {
  let asked = 0;
  const away = async () => {
    asked += 1;
    throw new RelayError('db.unavailable');
  };
  const database = { query: away, prepared: away, transaction: away };
  // Nothing else is reached.
  const options = { database, limits: LIMITS, environment: 'sandbox', logger } as unknown as WorkerAppOptions;
  for (let tries = 0; tries < 5; tries++)
    await assert.rejects(startWorkerApp({ ...options, keys: {} } as WorkerAppOptions), { code: 'db.unavailable' });
  const before = asked;
  await sleep(1_200);
  assert.equal(asked - before, 0);
});

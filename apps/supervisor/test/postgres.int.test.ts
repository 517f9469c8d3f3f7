import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '@hikyaku/config';
import { migrate, openDatabase, pingDatabase } from '@hikyaku/db';
import { createLogger } from '@hikyaku/telemetry';
import { until } from '@hikyaku/testing';
import { keepPostgres } from '../src/postgres.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const WITHIN_MS = 60_000;

test('a Postgres that is asked to end while its clients stay is back at the same address within seconds, instead of refusing everybody new for ever', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'hikyaku-postgres-'));
  const stack = new AsyncDisposableStack();
  t.after(() => stack.disposeAsync());
  stack.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const pids: number[] = [];
  const postgres = await keepPostgres({ DATA_DIR: dataDir } as Settings, logger, {
    onSpawn: (pid) => pids.push(pid),
    onExit() {},
    onProblem() {},
  });
  stack.defer(postgres.stop);
  await migrate({ url: postgres.url, logger });
  const open = () => openDatabase({ url: postgres.url, role: 'system', max: 1, applicationName: 'test' });
  const client = open();
  stack.defer(client.close);
  // As our processes do: a connection that listens is never given back.
  const kept = await client.pool.connect();
  kept.on('error', () => {});
  stack.defer(() => kept.release(true));

  process.kill(pids[0]!, 'SIGTERM');
  const isBack = async (): Promise<boolean> => {
    const other = open();
    try {
      await pingDatabase(other);
      return pids.length === 2;
    } catch {
      await sleep(200);
      return false;
    } finally {
      await other.close();
    }
  };
  await until('another Postgres answers', isBack, WITHIN_MS);
  assert.equal(pids.length, 2);
});

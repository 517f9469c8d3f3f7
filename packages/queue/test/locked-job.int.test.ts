import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '@hikyaku/telemetry';
import { until } from '@hikyaku/testing';
import pg from 'pg';
import { openTurnQueue, openTurnWorker, QUEUE_SCHEMA } from '../src/index.ts';
import { ownPostgres } from './own-store.ts';

const logger = createLogger({ name: 'queue-test', level: 'silent' });
/** Postgres tells its counts a second late. */
const TOLD_AFTER_MS = 1_100;
const WATCHED_MS = 3_000;

test('a worker that sees a turn which another’s commit still holds asks for it in measured steps, and has it as soon as it is free', async (t) => {
  const store = await ownPostgres();
  const closing = [() => store.close()];
  t.after(async () => {
    for (const close of closing.reverse()) await close();
  });
  await store.start();
  const queue = await openTurnQueue({ ...store.choice, logger });
  closing.push(() => queue.close());
  await queue.wake(['a:1']);
  const client = new pg.Client(store.choice.databaseUrl);
  await client.connect();
  closing.push(() => client.end());
  const transactions = async (): Promise<number> => {
    await sleep(TOLD_AFTER_MS);
    const { rows } = await client.query<{ count: string }>(
      'SELECT xact_commit AS count FROM pg_stat_database WHERE datname = current_database()',
    );
    return Number(rows[0]!.count);
  };

  // As a claim does whose commit waits for the disk: to all others the turn waits, and none of them can take it.
  const holder = new pg.Client(store.choice.databaseUrl);
  await holder.connect();
  closing.push(() => holder.end());
  await holder.query('BEGIN');
  await holder.query(`SELECT FROM ${QUEUE_SCHEMA}.job FOR UPDATE`);
  let ran = 0;
  const worker = await openTurnWorker({
    ...store.choice,
    logger,
    concurrency: 4,
    process: async () => {
      ran = Date.now();
      return null;
    },
  });
  closing.push(() => worker.close());
  const before = await transactions();
  await sleep(WATCHED_MS);
  const asked = (await transactions()) - before;
  assert.ok(asked < 60 * (WATCHED_MS / 1000), `${asked} transactions in ${WATCHED_MS} ms`);
  const freeAt = Date.now();
  await holder.query('COMMIT');
  await until('the turn', () => ran > 0);
  assert.ok(ran - freeAt < 1_000, `${ran - freeAt} ms`);
});

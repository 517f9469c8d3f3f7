import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@hikyaku/db';
import { createLogger } from '@hikyaku/telemetry';
import { reservePort } from '@hikyaku/testing';
import { Redis } from 'ioredis';
import pg from 'pg';
import { QUEUE_SCHEMA } from '../src/index.ts';

/** A server of this test's own, which may be killed, started again and emptied. */
export interface OwnStore {
  choice: { redisUrl?: string; databaseUrl?: string };
  start(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Everything that BullMQ keeps is gone. */
  flush(): Promise<void>;
  /** As an eviction would: what waits is gone, its bookkeeping stays. */
  loseWaiting(): Promise<void>;
  close(): Promise<void>;
}

/** Of the distribution. */
const REDIS_SERVER = 'redis-server';

export async function ownRedis(evictionPolicy = 'noeviction', password?: string): Promise<OwnStore> {
  const port = await reservePort();
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-redis-'));
  const url = `redis://${password ? `:${password}@` : ''}127.0.0.1:${port}/0`;
  let server: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  };
  const withClient = async <T>(work: (redis: Redis) => Promise<T>): Promise<T> => {
    const redis = new Redis(url, { retryStrategy: (times) => (times > 100 ? null : 20), maxRetriesPerRequest: 100 });
    redis.on('error', () => {});
    try {
      return await work(redis);
    } finally {
      redis.disconnect();
    }
  };
  return {
    choice: { redisUrl: url },
    async start() {
      // appendfsync always: a killed Redis comes back with what it acknowledged, as a durable one does in production.
      const flags = [
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--dir',
        folder,
        '--save',
        '',
        '--appendonly',
        'yes',
      ];
      if (password) flags.push('--requirepass', password);
      server = spawn(REDIS_SERVER, [...flags, '--appendfsync', 'always', '--maxmemory-policy', evictionPolicy], {
        stdio: 'ignore',
      });
      await withClient((redis) => redis.ping());
    },
    kill,
    flush: () => withClient(async (redis) => void (await redis.flushall())),
    loseWaiting: () => withClient(async (redis) => void (await redis.del('bull:turns:wait', 'bull:turns:marker'))),
    async close() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function ownPostgres(): Promise<OwnStore> {
  const port = await reservePort();
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-queue-pg-'));
  const options = { dataDir: join(folder, 'postgres'), port, logger: createLogger({ name: 'own', level: 'silent' }) };
  const choice: OwnStore['choice'] = {};
  let server: Awaited<ReturnType<typeof startEmbeddedPostgres>> | undefined;
  const query = async (text: string): Promise<void> => {
    const client = new pg.Client(choice.databaseUrl);
    await client.connect();
    await client.query(text);
    await client.end();
  };
  return {
    choice,
    async start() {
      server = await startEmbeddedPostgres(options);
      choice.databaseUrl = server.url;
    },
    async kill() {
      // SIGQUIT: every process of the server ends at once, without writing anything more.
      process.kill(server!.pid, 'SIGQUIT');
      await server!.exited;
    },
    flush: () =>
      query(
        `TRUNCATE ${['job', 'dedup', 'dedup_next', 'event'].map((name) => `${QUEUE_SCHEMA}.${name}`).join(', ')} CASCADE`,
      ),
    // Postgres evicts nothing; the nearest thing to it is a job in a state that nobody takes it from.
    loseWaiting: () => query(`UPDATE ${QUEUE_SCHEMA}.job SET state = 'waiting-children' WHERE state = 'waiting'`),
    async close() {
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

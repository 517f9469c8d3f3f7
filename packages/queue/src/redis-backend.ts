import { setTimeout as sleep } from 'node:timers/promises';
import { within } from '@hikyaku/core';
import type { Logger } from '@hikyaku/telemetry';
import { Queue, Worker } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import type { JobBackend, JobWorkerOptions, RawProcessor } from './job-backend.ts';
import { EVENTS_KEPT, RUN_RETRY_DELAY_MS } from './queue-options.ts';

const CONNECT_TIMEOUT_MS = 3_000;

// ioredis would wait up to 2 s between attempts; BullMQ's own choice is up to 20 s.
const retryDelay = (times: number): number => Math.min(times * 50, RUN_RETRY_DELAY_MS);

const common: RedisOptions = { lazyConnect: true, connectTimeout: CONNECT_TIMEOUT_MS, retryStrategy: retryDelay };

/** States of a connection in which it neither comes nor goes. */
const SETTLED = ['ready', 'end', 'wait'];

/** BullMQ on Redis or Valkey. */
export function createRedisJobBackend({ url, logger }: { url: string; logger: Logger }): JobBackend {
  const connect = async (options: RedisOptions): Promise<Redis> => {
    const redis = new Redis(url, { ...common, ...options });
    // BullMQ forwards errors of the connections it knows; without a listener of ours ioredis writes to the console. A server that refuses us says why
    // before it closes, or in answer to a question of ioredis' own: here alone.
    let refusal: Error | undefined;
    redis.on('error', (error) => {
      refusal = error;
    });
    try {
      // The first connection must come within one attempt; the caller tries again.
      await within(redis.connect(), CONNECT_TIMEOUT_MS, () => {
        throw new Error(`Redis did not answer within ${CONNECT_TIMEOUT_MS} ms`);
      });
      await warnOfEviction(redis, logger);
      return redis;
    } catch (error) {
      redis.disconnect();
      throw refusal ?? error;
    }
  };

  return {
    kind: 'redis',
    async openQueue(queueName: string) {
      // A producer fails at once while Redis is away: hand-off must not wait, the sweeper makes up for it.
      const redis = await connect({ maxRetriesPerRequest: 1, enableOfflineQueue: false, commandTimeout: 5_000 });
      const queue = new Queue(queueName, { connection: redis, streams: { events: { maxLen: EVENTS_KEPT } } });
      queue.on('error', () => {});
      await queue.waitUntilReady();
      return {
        queue,
        ping: () => redis.ping(),
        close: async () => {
          await queue.close();
          redis.disconnect();
        },
      };
    },
    async openWorker(queueName: string, process: RawProcessor, options: JobWorkerOptions) {
      let isClosing = false;
      const redis = await connect({
        maxRetriesPerRequest: null,
        // BullMQ's blocking connection is a copy of this one, options included.
        retryStrategy: (times) => (isClosing ? null : retryDelay(times)),
      });
      const worker = new Worker(queueName, process, { ...options, connection: redis });
      worker.on('error', () => {});
      await worker.waitUntilReady();
      const blocking = await worker.getBackend().blockingClient;
      return {
        worker,
        close: async () => {
          // BullMQ's close waits for ever for a connection that is being retried; so retrying ends first.
          isClosing = true;
          while ([redis.status, blocking?.status].some((status) => status && !SETTLED.includes(status)))
            await sleep(20);
          await worker.close();
          redis.disconnect();
        },
      };
    },
  };
}

/** A Redis that evicts keys under memory pressure loses turns piecemeal; the sweeper repairs it, but late. */
async function warnOfEviction(redis: Redis, logger: Logger): Promise<void> {
  const memory = await redis.info('memory');
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1];
  if (policy && policy !== 'noeviction') {
    logger.warn({ event: 'queue.eviction_policy', policy, wanted: 'noeviction' });
  }
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '@hikyaku/telemetry';
import { openTurnQueue } from '../src/index.ts';
import { ownRedis } from './own-store.ts';

test('a Redis that may evict keys is warned of, once per connection, and one that may not is not', async () => {
  for (const [policy, expected] of [
    ['allkeys-lru', 1],
    ['noeviction', 0],
  ] as const) {
    const store = await ownRedis(policy);
    await store.start();
    const logger = createLogger({ name: 'queue-test', level: 'silent' });
    const warnings: unknown[] = [];
    logger.warn = (line: unknown) => void warnings.push(line);
    const queue = await openTurnQueue({ ...store.choice, logger });
    await queue.ping();
    assert.equal(warnings.length, expected, policy);
    if (expected) assert.deepEqual(warnings[0], { event: 'queue.eviction_policy', policy, wanted: 'noeviction' });
    await queue.close();
    await store.close();
  }
});

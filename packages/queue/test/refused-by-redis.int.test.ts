import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RelayError } from '@hikyaku/core';
import { createLogger } from '@hikyaku/telemetry';
import { openTurnQueue } from '../src/index.ts';
import { ownRedis } from './own-store.ts';

const logger = createLogger({ name: 'queue-test', level: 'silent' });

test('a Redis that refuses us is quoted, without the password, and one that takes us is used', async () => {
  const store = await ownRedis('noeviction', 'right-horse');
  await store.start();
  const asked = async (redisUrl: string): Promise<string> => {
    const queue = await openTurnQueue({ redisUrl, logger });
    try {
      await queue.ping();
      return 'taken';
    } catch (error) {
      assert.ok(error instanceof RelayError && error.code === 'queue.unavailable');
      return error.internal ?? '';
    } finally {
      await queue.close();
    }
  };
  try {
    const url = store.choice.redisUrl!;
    assert.equal(await asked(url), 'taken');
    const wrong = await asked(url.replace('right-horse', 'wrong-horse'));
    assert.match(wrong, /^WRONGPASS/);
    assert.doesNotMatch(wrong, /horse/);
    assert.match(await asked(url.replace(':right-horse@', '')), /NOAUTH/);
    await store.kill();
    assert.match(await asked(url), /ECONNREFUSED/);
  } finally {
    await store.close();
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Redis } from 'ioredis';
import { useRedis } from '../src/index.ts';

async function withClient<T>(url: string, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, { retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on('error', () => {});
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

test('each Redis is its own, empty, and empty again after a flush, and after a stop and a start on the same port', async () => {
  const [one, two] = await Promise.all([useRedis(), useRedis()]);
  try {
    assert.notEqual(one.port, two.port);
    await withClient(one.url, (client) => client.set('key', 'value'));
    assert.equal(await withClient(two.url, (client) => client.dbsize()), 0);
    await one.flush();
    assert.equal(await withClient(one.url, (client) => client.dbsize()), 0);
    await one.stop();
    await assert.rejects(withClient(one.url, (client) => client.ping()));
    await one.start();
    assert.equal(await withClient(one.url, (client) => client.dbsize()), 0);
  } finally {
    await Promise.all([one.close(), two.close()]);
  }
  await assert.rejects(withClient(one.url, (client) => client.ping()));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { trustProxy } from '../src/http/trust-proxy.ts';

async function addressSeen(from: string, forwardedFor: string | undefined, sources: string[] = []): Promise<string> {
  const app = Fastify({ trustProxy: trustProxy(sources) });
  app.get('/', (request) => request.ip);
  const answer = await app.inject({
    url: '/',
    remoteAddress: from,
    headers: forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor },
  });
  await app.close();
  return answer.body;
}

test('a stranger cannot choose the address that is counted', async () => {
  assert.equal(await addressSeen('198.51.100.9', '203.0.113.1'), '198.51.100.9');
});

test('our own front is believed, and of its list only the last entry', async () => {
  assert.equal(await addressSeen('127.0.0.1', '203.0.113.1'), '203.0.113.1');
  assert.equal(await addressSeen('::1', '203.0.113.1'), '203.0.113.1');
  assert.equal(await addressSeen('127.0.0.1', '10.0.0.1, 203.0.113.1'), '203.0.113.1');
  // Even where the last entry is a trusted one itself: nothing further left counts.
  assert.equal(await addressSeen('127.0.0.1', '203.0.113.1, 127.0.0.1'), '127.0.0.1');
});

test('a proxy of the settings is believed by address or network', async () => {
  assert.equal(await addressSeen('10.1.2.3', '203.0.113.1', ['10.1.0.0/16']), '203.0.113.1');
  assert.equal(await addressSeen('::ffff:10.1.2.3', '203.0.113.1', ['10.1.2.3']), '203.0.113.1');
  assert.equal(await addressSeen('10.2.2.3', '203.0.113.1', ['10.1.0.0/16']), '10.2.2.3');
  assert.equal(await addressSeen('fd00::7', '203.0.113.1', ['fd00::/8']), '203.0.113.1');
});

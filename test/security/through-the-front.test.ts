import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DashboardClient } from '@hikyaku/testing';
import { type ApiUnderTest, startApi } from '../../apps/api/test/api-under-test.ts';
import { startFront } from '../../apps/supervisor/src/front/front.ts';

const PASSWORD = 'correct horse battery staple';
let api: ApiUnderTest;
let front: Awaited<ReturnType<typeof startFront>>;
let person: DashboardClient;

before(async () => {
  api = await startApi();
  const apiPort = Number(new URL(api.url).port);
  const options = { port: 0, host: '127.0.0.1', apiPort, webPort: apiPort, isProxy: () => false };
  front = await startFront({ ...options, publicUrl: api.url });
  person = new DashboardClient(`http://127.0.0.1:${front.port}`);
  await person.signUp('owner@example.com', PASSWORD);
});
after(async () => {
  await front?.close();
  await api?.close();
});

/** Every header in which somebody could claim another address. */
const claims = (address: string) => ({
  'x-forwarded-for': address,
  'x-real-ip': address,
  forwarded: `for=${address}`,
  'x-client-ip': address,
  'cf-connecting-ip': address,
  'true-client-ip': address,
  'x-hikyaku-client-address': address,
});

test('behind the front the fourth sign-in within ten seconds waits, whatever address each one claims to come from', async () => {
  const statuses: number[] = [];
  for (let attempt = 1; attempt <= 6; attempt++) {
    const answer = await person.request('/api/auth/sign-in/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...claims(`203.0.113.${attempt}, 198.51.100.${attempt}`) },
      body: JSON.stringify({ email: 'owner@example.com', password: `wrong ${attempt}` }),
    });
    statuses.push(answer.status);
  }
  assert.deepEqual(statuses, [401, 401, 401, 429, 429, 429]);
});

test('what is kept of a session is the address that really connected', async () => {
  const rows = await api.db.owner.query<{ address: string }>('SELECT ip_address AS address FROM auth_sessions');
  assert.deepEqual(rows, [{ address: '127.0.0.1' }]);
});

test('the claims change nothing on other limits either: guesses at the operator’s code, connections begun', async () => {
  const statuses: number[] = [];
  for (let guess = 0; guess < 7; guess++) {
    const answer = await person.request('/api/v1/operator', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...claims(`203.0.113.${guess}`) },
      body: JSON.stringify({ code: `guess-${guess}` }),
    });
    statuses.push(answer.status);
  }
  assert.deepEqual(statuses, [400, 400, 400, 400, 400, 429, 429]);
  const begun: number[] = [];
  for (let click = 0; click < 22; click++) {
    const answer = await person.request('/api/v1/mailboxes/connect/google', { headers: claims(`203.0.113.${click}`) });
    begun.push(answer.status);
  }
  assert.deepEqual(begun, [...Array(20).fill(302), 429, 429]);
});

test('a foreign page cannot write through the front, nor by another name of this machine', async () => {
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: `http://127.0.0.1:${front.port + 1}` },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ] as Record<string, string>[]) {
    const answer = await person.request('/api/v1/me', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"locale":"ja"}',
    });
    assert.equal(answer.status, 403, JSON.stringify(headers));
  }
});

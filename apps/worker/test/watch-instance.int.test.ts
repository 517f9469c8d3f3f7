import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { after, before, test } from 'node:test';
import { RelayError } from '@hikyaku/core';
import { type TestDatabase, useDatabase } from '@hikyaku/testing';
import type { InstanceAlarm } from '../src/operator/instance-alarms.ts';
import { operatorWays } from '../src/operator/operator-ways.ts';
import { watchInstance } from '../src/operator/watch-instance.ts';
import { logger } from './scene.ts';

let db: TestDatabase;
before(async () => {
  db = await useDatabase();
});
after(() => db.close());

type Tell = (alarm: InstanceAlarm) => Promise<void>;
const watch = (tell: Tell[], now = Date.now, pingQueue = async () => {}) =>
  watchInstance({
    ...{
      database: db.system,
      logger,
      tell,
      now,
      dataDir: tmpdir(),
      keepFreeBytes: 0,
      certificateFiles: ['/nowhere.pem:/key'],
      troublesFile: null,
      pingQueue,
      providerTroubles: { take: () => [] },
    },
    secretEnds: new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10),
  });

test('of two workers one tells the operator, once in its time; a way that failed is tried again, and no other one is told twice', async () => {
  const posted: { path: string; body: { code: string; text: string } }[] = [];
  const server = createServer(async (request, reply) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    posted.push({ path: request.url!, body: JSON.parse(text) });
    reply.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const mails: string[] = [];
  let isDown = true;
  const mailer = {
    send: async ({ to, subject }: { to: string; subject: string }) => {
      if (isDown) throw new Error('421 later');
      mails.push(`${to} ${subject}`);
    },
  };
  let later = 0;
  const ways = () => operatorWays({ mailer, email: 'op@example.jp', url });
  const workers = [await watch(ways(), () => Date.now() + later), await watch(ways(), () => Date.now() + later)];
  const lookAll = async () => {
    for (const worker of workers) await worker.look();
  };
  try {
    await lookAll();
    assert.deepEqual(mails, []);
    assert.deepEqual(
      posted.map(({ path, body }) => [path, body.code]),
      [['/hook', 'secret.ends']],
    );
    isDown = false;
    await lookAll();
    await lookAll();
    assert.equal(mails.length, 1);
    assert.match(mails[0]!, /^op@example\.jp Microsoft .* The client secret at Microsoft ends/);
    assert.equal(posted.length, 1);
    later = 7 * 86_400_000;
    await lookAll();
    assert.deepEqual([mails.length, posted.length], [2, 2], 'a week later it is said again');
  } finally {
    for (const worker of workers) worker.close();
    server.close();
  }
});

test('an operator without any way is told in the log alone, and one without a mailer at his address on the web', () => {
  assert.equal(operatorWays({ mailer: undefined, email: 'op@example.jp', url: undefined }).length, 0);
  assert.equal(operatorWays({ mailer: undefined, email: 'op@example.jp', url: 'https://hooks.example' }).length, 1);
});

test('a queue that was away at two looks is told of in its store’s words, of which 200 characters are enough, and one look alone may be a restart', async () => {
  let refusal: string | null = 'WRONGPASS invalid\r\nusername-password pair';
  const told: InstanceAlarm[] = [];
  const worker = await watch([async (alarm) => void told.push(alarm)], Date.now, async () => {
    if (refusal) throw new RelayError('queue.unavailable', { internal: refusal });
  });
  const ofQueue = () => told.filter(({ code }) => code === 'queue.away');
  try {
    // The first look is the start's own.
    refusal = null;
    await worker.look();
    refusal = `WRONGPASS invalid\r\nusername-password pair${'!'.repeat(100_000)}`;
    await worker.look();
    assert.deepEqual(ofQueue(), []);
    await worker.look();
    await worker.look();
    assert.equal(ofQueue().length, 1);
    assert.match(ofQueue()[0]!.text, /What it said: WRONGPASS invalid username-password pair!{160}\n/);
  } finally {
    worker.close();
  }
});

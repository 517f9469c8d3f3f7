import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrate, openDatabase, openTenantDb, startEmbeddedPostgres } from '@hikyaku/db';
import { openTurnQueue } from '@hikyaku/queue';
import { useRedis } from '@hikyaku/testing';
import { ACCEPTED, fakeTransport } from './fake-transport.ts';
import { LIMITS, logger, openScene, startWorker, until, untilState } from './scene.ts';
import { openStorm } from './storm.ts';

test('a Redis that lost everything loses no mail: what was waiting for a retry leaves by the sweeper', async () => {
  const [scene, redis] = await Promise.all([openScene(), useRedis()]);
  const fake = fakeTransport((_, count) =>
    count === 1 ? { outcome: 'deferred', code: 'upstream.unavailable', status: 503, scope: 'message' } : ACCEPTED,
  );
  const limits = { ...LIMITS, RETRY_PLAN_MS: [800] };
  const worker = await startWorker(scene, { transports: { microsoft: fake }, redisUrl: redis.url, limits });
  const queue = await openTurnQueue({ redisUrl: redis.url, logger });
  try {
    const mails = [];
    for (let count = 0; count < 6; count++) {
      const place = await scene.makePlace();
      mails.push(await scene.makeMail(place));
      await queue.wake([place.mailbox.account_key]);
    }
    for (const { id } of mails) await until('a first try', async () => (await scene.message(id)).attempts.length > 0);
    // The delayed turns of all six are in it.
    await redis.stop();
    await redis.start();
    for (const { id } of mails) await untilState(scene, id, 'sent');
    assert.equal(fake.sent.length, 12);
  } finally {
    await worker.close();
    await queue.close();
    await redis.close();
    await scene.close();
  }
});

test('a Postgres killed in the middle of a storm, with the queue in it, loses no mail, makes no digest twice and explains every copy', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hikyaku-outage-'));
  const start = (port?: number) =>
    startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), logger, ...(port ? { port } : {}) });
  let server = await start();
  const { url, port } = server;
  await migrate({ url, logger });
  const name = 'outage-test';
  const db = {
    url,
    system: openDatabase({ url, role: 'system', max: 10, applicationName: name }),
    owner: openDatabase({ url, role: 'owner', max: 4, applicationName: name }),
    tenant: openTenantDb({ url, max: 1, applicationName: name }),
    close: async () => void (await Promise.all([db.system.close(), db.owner.close(), db.tenant.close()])),
  };
  const scene = await openScene(db);
  const fake = fakeTransport(async () => {
    await sleep(40);
    return ACCEPTED;
  });
  const limits = { ...LIMITS, LEASE_MS: 6_000 };
  try {
    const mails = [];
    for (let account = 0; account < 4; account++) {
      const place = await scene.makePlace();
      for (let count = 0; count < 8; count++) mails.push(await scene.makeMail(place));
    }
    // A storm too, whose digests are being made meanwhile.
    const storm = await openStorm(scene, 3);
    const worker = await startWorker(scene, { transports: { microsoft: fake }, limits });
    await storm.blow(4);
    await storm.endWindows();
    await until('some mails have left', () => fake.sent.length >= 8);
    process.kill(server.pid, 'SIGQUIT');
    await server.exited;
    await sleep(500);
    server = await start(port);
    for (const { id } of mails) {
      const facts = await untilState(scene, id, 'sent', 20_000);
      const copies = fake.of(`<${id}@mail.local>`).length;
      const doubts = facts.attempts.filter(({ outcome }) => outcome === 'in_doubt').length;
      assert.ok(copies >= 1 && copies <= 1 + doubts, `${copies} copies, ${doubts} doubts`);
    }
    await storm.endsWell(fake);
    await worker.close();
  } finally {
    await scene.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

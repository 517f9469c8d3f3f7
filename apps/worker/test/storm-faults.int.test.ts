import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '@hikyaku/core';
import { useRedis } from '@hikyaku/testing';
import { ACCEPTED, fakeTransport } from './fake-transport.ts';
import { openScene, type Scene, startWorker, until } from './scene.ts';
import { openStorm } from './storm.ts';

const HOUR_MS = 3_600_000;

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

/** Takes its time, so that sends are under way whatever happens. */
const slowly = () =>
  fakeTransport(async () => {
    await sleep(20);
    return ACCEPTED;
  });

test('a Redis that is flushed again and again in the middle of a storm loses no mail and makes no digest twice', async (t) => {
  const redis = await useRedis();
  t.after(() => redis.close());
  const fake = slowly();
  const worker = await startWorker(scene, { transports: { microsoft: fake }, redisUrl: redis.url });
  t.after(() => worker.close());
  const storm = await openStorm(scene, 4);
  await storm.blow(3);
  await redis.flush();
  await until('the first mails have left', () => fake.sent.length > 0, 30_000);
  for (let gust = 0; gust < 3; gust++) {
    await storm.blow(3);
    await storm.endWindows();
    await redis.flush();
  }
  await storm.endsWell(fake);
});

test('clocks of workers that jump by hours, there and back, in the middle of a storm lose no mail and make no digest twice', async (t) => {
  const fake = slowly();
  let offMs = 0;
  const clock = { ...systemClock, now: () => Date.now() + offMs };
  const worker = await startWorker(scene, { transports: { microsoft: fake }, clock });
  // Beside one whose clock is right.
  const other = await startWorker(scene, { transports: { microsoft: fake } });
  t.after(() => Promise.all([worker.close(), other.close()]));
  const storm = await openStorm(scene, 4);
  for (const jumpMs of [0, 3 * HOUR_MS, -2 * HOUR_MS, 48 * HOUR_MS]) {
    await storm.blow(3);
    offMs = jumpMs;
    await storm.endWindows();
    await sleep(200);
  }
  await storm.endsWell(fake);
});

test('a database whose clock was set back by a day keeps no mail waiting for a window of tomorrow', async () => {
  const storm = await openStorm(scene, 1);
  const [{ device }] = storm.places as [(typeof storm.places)[number]];
  await scene.db.owner.query(`UPDATE devices SET digest_until = now() + interval '1 day' WHERE id = $1`, [device.id]);
  await storm.blow(2);
  const rows = await scene.db.owner.query<{ is_soon: boolean }>(
    `SELECT digest_at <= now() + interval '1 minute' AS is_soon FROM messages WHERE device_id = $1`,
    [device.id],
  );
  assert.deepEqual(rows, [{ is_soon: true }, { is_soon: true }]);
});

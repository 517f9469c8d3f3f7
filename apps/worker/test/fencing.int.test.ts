import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SendRequest, SendResult } from '@hikyaku/core';
import { type TestRedis, useRedis } from '@hikyaku/testing';
import { ACCEPTED, fakeTransport } from './fake-transport.ts';
import { LIMITS, openScene, type Scene, startWorker, until, untilState } from './scene.ts';

let scene: Scene;
let redis: TestRedis;
before(async () => {
  [scene, redis] = await Promise.all([openScene(), useRedis()]);
});
after(async () => {
  await scene.close();
  await redis.close();
});

/** Takes everything away from the worker that has it, as time would. */
async function expireLeases(): Promise<void> {
  await scene.db.owner.query(`UPDATE messages SET lease_until = now() WHERE state = 'sending'`);
  await scene.db.owner.query('UPDATE upstream_accounts SET turn_until = now()');
}

/** Two workers with a queue each, so that nothing but Postgres keeps them apart; the first one stops inside its send. */
async function slowAndQuick(slowSend: (request: SendRequest, standStill: () => Promise<void>) => Promise<SendResult>) {
  let resume = (): void => {};
  const resumed = new Promise<void>((resolve) => {
    resume = resolve;
  });
  let isStopped = false;
  const slowTransport = {
    ...fakeTransport(),
    send: (request: SendRequest) => {
      return slowSend(request, () => {
        isStopped = true;
        return resumed;
      });
    },
  };
  // Without a turn's renewal: a worker that stands still renews nothing.
  const limits = { ...LIMITS, TURN_LEASE_MS: 60_000, SWEEP_EVERY_MS: 60_000, SWEEP_AFTER_MS: 0 };
  const slow = await startWorker(scene, { transports: { microsoft: slowTransport }, limits });
  await until('the slow worker is inside its send', () => isStopped);
  await expireLeases();
  const quickTransport = fakeTransport();
  const quick = await startWorker(scene, { transports: { microsoft: quickTransport }, redisUrl: redis.url });
  return { slow, quick, quickTransport, resume };
}

test('a worker that wakes up after its lease may not set the mark, so nothing is sent twice', async () => {
  const place = await scene.makePlace();
  const { id } = await scene.makeMail(place);
  let bytesSent = 0;
  const { slow, quick, quickTransport, resume } = await slowAndQuick(async (request, standStill) => {
    await standStill();
    await request.beforeCommit();
    bytesSent += 1;
    return ACCEPTED;
  });
  await untilState(scene, id, 'sent');
  resume();
  await slow.close();
  await quick.close();
  assert.deepEqual([bytesSent, quickTransport.sent.length], [0, 1]);
  const facts = await scene.message(id);
  assert.deepEqual(
    facts.attempts.map(({ outcome, is_repeat }) => [outcome, is_repeat]),
    [
      ['abandoned', false],
      ['accepted', false],
    ],
  );
});

test('an outcome under an old fence is refused, and what a newer claim wrote stays', async () => {
  const place = await scene.makePlace();
  const { id } = await scene.makeMail(place);
  const { slow, quick, quickTransport, resume } = await slowAndQuick(async (request, standStill) => {
    await request.beforeCommit();
    await standStill();
    return { outcome: 'rejected', code: 'upstream.rejected', status: 400 };
  });
  const before = await untilState(scene, id, 'sent');
  resume();
  await slow.close();
  await quick.close();
  const facts = await scene.message(id);
  assert.deepEqual([facts.state, facts.fence, facts.content_until], ['sent', before.fence, null]);
  assert.equal(quickTransport.sent.length, 1);
  assert.deepEqual(
    facts.attempts.map(({ outcome, is_repeat }) => [outcome, is_repeat]),
    [
      ['in_doubt', false],
      ['accepted', true],
    ],
  );
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
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
async function slowAndQuick(
  slowSend: (request: SendRequest, standStill: () => Promise<void>) => Promise<SendResult>,
  quickLimits: Partial<typeof LIMITS> = {},
) {
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
  // Without renewals: a worker that stands still renews nothing.
  const long = { LEASE_MS: 60_000, SEND_DEADLINE_MS: 60_000, TURN_LEASE_MS: 60_000, SWEEP_EVERY_MS: 60_000 };
  const limits = { ...LIMITS, ...long, SWEEP_AFTER_MS: 0 };
  const slow = await startWorker(scene, { transports: { microsoft: slowTransport }, limits });
  await until('the slow worker is inside its send', () => isStopped);
  await expireLeases();
  const quickTransport = fakeTransport();
  const quick = await startWorker(scene, {
    transports: { microsoft: quickTransport },
    redisUrl: redis.url,
    limits: { ...LIMITS, ...quickLimits },
  });
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

test('a worker that wakes up after its lease with the provider’s acceptance ends the doubt, so nothing is sent twice', async () => {
  const place = await scene.makePlace();
  const { id } = await scene.makeMail(place);
  const { slow, quick, quickTransport, resume } = await slowAndQuick(
    async (request, standStill) => {
      await request.beforeCommit();
      await standStill();
      return ACCEPTED;
    },
    { IN_DOUBT_PLAN_MS: [60_000] },
  );
  await untilState(scene, id, 'in_doubt');
  resume();
  const facts = await untilState(scene, id, 'sent');
  await slow.close();
  await quick.close();
  assert.equal(quickTransport.sent.length, 0);
  assert.deepEqual([facts.key_sealed, facts.due_at, facts.partState], [null, null, 'sent']);
  assert.deepEqual(
    facts.attempts.map(({ outcome }) => outcome),
    ['accepted'],
  );
});

test('a send that takes longer than a lease keeps its mail, for its worker renews it', async () => {
  const place = await scene.makePlace();
  const { id } = await scene.makeMail(place);
  const limits = { ...LIMITS, LEASE_MS: 600, SEND_DEADLINE_MS: 60_000 };
  let mayAnswer = false;
  const slow = fakeTransport(async () => {
    await until('the answer', () => mayAnswer);
    return ACCEPTED;
  });
  const worker = await startWorker(scene, { transports: { microsoft: slow }, limits });
  await until('it is being sent', () => slow.sent.length === 1);
  const { fence } = await scene.message(id);
  await sleep(3 * limits.LEASE_MS);
  assert.deepEqual(
    await scene.db.owner.query(`SELECT state, lease_until > now() AS "isKept" FROM messages WHERE id = $1`, [id]),
    [{ state: 'sending', isKept: true }],
  );
  mayAnswer = true;
  const facts = await untilState(scene, id, 'sent');
  await worker.close();
  assert.deepEqual([facts.fence, slow.sent.length, facts.attempts.length], [fence, 1, 1]);
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

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openTurnQueue } from '@hikyaku/queue';
import { useRedis } from '@hikyaku/testing';
import { ACCEPTED, fakeTransport } from './fake-transport.ts';
import { logger, openScene, type Scene, startWorker, until } from './scene.ts';

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

const PEOPLE = Array.from({ length: 7 }, (_, place) => `p${place}@example.com`);
const MAILS = 12;

test('two workers that both believe in their turn of an account never send one part at the same time, nor twice', async (t) => {
  const place = await scene.makePlace();
  const underWay = new Set<string>();
  const overlaps: string[] = [];
  const sent = new Map<string, number>();
  const senders = new Set<string>();
  const bothAreAtIt = Promise.withResolvers<void>();
  const transportOf = (worker: string) => ({
    ...fakeTransport(async ({ mail }) => {
      const part = `${mail.messageId} ${mail.recipients.join()}`;
      if (underWay.has(part)) overlaps.push(part);
      underWay.add(part);
      senders.add(worker);
      if (senders.size === 2) bothAreAtIt.resolve();
      // The first one does not send all before the other has started.
      await bothAreAtIt.promise;
      await sleep(30);
      underWay.delete(part);
      sent.set(part, (sent.get(part) ?? 0) + 1);
      return ACCEPTED;
    }),
    maxRecipients: 2,
  });
  const ids: string[] = [];
  for (let count = 0; count < MAILS; count++) ids.push((await scene.makeMail(place, { recipients: PEOPLE })).id);
  // Each with a queue of its own, so that both are asked for a turn at once.
  const redis = await useRedis();
  const stores = [{ databaseUrl: scene.db.url }, { databaseUrl: scene.db.url, redisUrl: redis.url }];
  const queues = await Promise.all(stores.map((store) => openTurnQueue({ ...store, logger })));
  const workers = await Promise.all(
    stores.map((store, index) => startWorker(scene, { ...store, transports: { microsoft: transportOf(`${index}`) } })),
  );
  t.after(async () => {
    await Promise.all([...workers, ...queues].map((one) => one.close()));
    await redis.close();
  });
  const { account_key: accountKey } = place.mailbox;
  await until('all are sent', async () => {
    // As a crashed database forgets whose turn it was.
    await scene.db.owner.query('UPDATE upstream_accounts SET turn_until = NULL WHERE account_key = $1', [accountKey]);
    await Promise.all(queues.map((queue) => queue.wake([accountKey])));
    const [row] = await scene.db.owner.query<{ left: number }>(
      `SELECT count(*)::int AS left FROM messages WHERE id = ANY ($1) AND state <> 'sent'`,
      [ids],
    );
    return row!.left === 0;
  });
  assert.deepEqual(overlaps, []);
  assert.equal(sent.size, MAILS * 4);
  assert.ok([...sent.values()].every((copies) => copies === 1));
  assert.equal(senders.size, 2, 'both were at it');
});

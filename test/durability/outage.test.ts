import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import {
  childProcesses,
  type FleetMember,
  MailLedger,
  makeFleet,
  openOwner,
  type RunningHikyaku,
  SHORT_TIMES,
  startHikyaku,
  type TestRedis,
  until,
  useOwnPostgres,
  useRedis,
} from '@hikyaku/testing';
import { arrivedOnce } from './arrived-once.ts';

const SETTLE_WITHIN_MS = 90_000;
const sizeOf = (index: number): number => 1_500 * (1 + (index % 7)) ** 3;

interface Scene {
  hikyaku: RunningHikyaku;
  postgres: Awaited<ReturnType<typeof useOwnPostgres>>;
  fleet: FleetMember[];
  ledger: MailLedger;
  /** Waits for the end of everything; the audit must find nothing, not even a copy. */
  endsWell(): Promise<void>;
}

/** A Hikyaku on stores that the test takes away. */
async function openScene(t: TestContext, redis?: TestRedis): Promise<Scene> {
  const stack = new AsyncDisposableStack();
  t.after(() => stack.disposeAsync());
  if (redis) stack.defer(redis.close);
  const postgres = await useOwnPostgres();
  stack.defer(postgres.close);
  const hikyaku = await startHikyaku({
    env: {
      ...SHORT_TIMES,
      // No worker dies in the middle of a send here, so no doubt is to be waited for, and none may come of a slow machine.
      HIKYAKU_SEND_DEADLINE_MS: '60000',
      HIKYAKU_LEASE_MS: '90000',
      DATABASE_URL: postgres.url,
      HIKYAKU_MASTER_KEY: randomBytes(32).toString('base64'),
      HIKYAKU_SANDBOX: 'on',
      ...(redis ? { REDIS_URL: redis.url } : {}),
    },
  });
  stack.defer(async () => void (await hikyaku.stop()));
  const owner = await openOwner(hikyaku, postgres.url);
  stack.defer(owner.close);
  const fleet = await makeFleet(hikyaku, { tenants: 2, mailboxes: 4 });
  const ledger = new MailLedger(hikyaku.smtp.smtps);
  const endsWell = () => arrivedOnce({ hikyaku, owner, ledger, fleet }, SETTLE_WITHIN_MS);
  return { hikyaku, postgres, fleet, ledger, endsWell };
}

/** Resolves when a crash would make the edge forget nothing that it knows. */
async function snapshotIsSaved({ hikyaku }: Scene): Promise<void> {
  await until(
    'the edge has its snapshot on disk',
    async () => {
      const answer = await fetch(`http://127.0.0.1:${hikyaku.metrics.edge}/metrics`);
      return /^hikyaku_edge_snapshot_unsaved\S* 0$/m.test(await answer.text());
    },
    SETTLE_WITHIN_MS,
  );
}

/** Edge and worker are started anew while the stores are away; then mail is sent, and every one is taken at its first try. */
async function sendWhileAway(scene: Scene): Promise<void> {
  const { hikyaku, fleet, ledger } = scene;
  await snapshotIsSaved(scene);
  const processes = childProcesses(hikyaku);
  const [edge, worker] = [await processes.kill('edge'), await processes.kill('worker')];
  await processes.nextLife('edge', edge);
  await processes.nextLife('worker', worker);
  const ready = await fetch(`http://127.0.0.1:${hikyaku.metrics.edge}/readyz`);
  assert.equal(ready.status, 200, 'the edge is ready without the database');
  for (let index = 0; index < 40; index++) {
    const { verdict } = await ledger.send(fleet[index % fleet.length]!, `away-${index}`, sizeOf(index));
    assert.equal(verdict.kind, 'accepted', JSON.stringify(verdict));
  }
}

test('Postgres, with the queue in it, is away from before the edge’s start to the end of the sending: every mail gets its 250 and arrives once', async (t) => {
  const scene = await openScene(t);
  for (const [index, member] of scene.fleet.entries()) await scene.ledger.send(member, `before-${index}`, 5_000);
  await scene.endsWell();
  await scene.postgres.stop();
  await sendWhileAway(scene);
  await scene.postgres.start();
  await scene.endsWell();
});

test('Redis is flushed in the middle, then Postgres and Redis are both away while mail is sent: every mail arrives once', async (t) => {
  const redis = await useRedis();
  const scene = await openScene(t, redis);
  const { fleet, ledger, postgres } = scene;
  // More than the mailboxes may send at once, so that turns wait in Redis at each flush.
  for (let index = 0; index < 80; index++) {
    await ledger.sendUntilAccepted(fleet[index % fleet.length]!, `flushed-${index}`, sizeOf(index));
    if (index % 20 === 10) await redis.flush();
  }
  await redis.flush();
  await scene.endsWell();

  await redis.stop();
  await postgres.stop();
  await sendWhileAway(scene);
  await postgres.start();
  await redis.start();
  await scene.endsWell();
});

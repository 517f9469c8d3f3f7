import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RelayError } from '@hikyaku/core';
import { claimDueMessages, type Database, endTurn, markSends, renewTurn, takeTurn, wakeForArrivals } from '@hikyaku/db';
import { ACCEPTED, fakeTransport } from './fake-transport.ts';
import { LIMITS, openScene, type Scene, startWorker, until, untilState } from './scene.ts';

let scene: Scene;
const closing: (() => Promise<unknown>)[] = [];
before(async () => {
  scene = await openScene();
});
after(() => scene.close());
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

test('mail that comes during a turn goes with it, until its slice is over: then the next account has its place', async () => {
  const [busy, other] = [await scene.makePlace(), await scene.makePlace()];
  const STREAM = 60;
  let made = 1;
  const last = await scene.makeMail(busy).then(({ id }) => ({ id }));
  // As one mail is accepted by the provider, the next one comes in.
  const fake = fakeTransport(async ({ mailbox }) => {
    await sleep(20);
    if (mailbox.id === busy.mailbox.id && made++ < STREAM) last.id = (await scene.makeMail(busy)).id;
    return ACCEPTED;
  });
  const limits = { ...LIMITS, TURN_SLICE_MS: 500 };
  const worker = await startWorker(scene, { transports: { microsoft: fake }, concurrency: 1, limits });
  closing.push(() => worker.close());
  while (fake.sent.length < 3) await sleep(10);
  const { id: waiting } = await scene.makeMail(other);
  await untilState(scene, waiting, 'sent');
  assert.ok(made < STREAM - 10, `the other account waited for ${made} mails`);
  // All of them and the other account's one: the next test's worker finds none left.
  while (fake.sent.length < STREAM + 1) await sleep(20);
  await untilState(scene, last.id, 'sent');
  const [{ turns } = { turns: 0 }] = await scene.db.owner.query<{ turns: number }>(
    'SELECT turn_token AS turns FROM upstream_accounts WHERE account_key = $1',
    [busy.mailbox.account_key],
  );
  // A mail takes a fifth of a slice on a busy machine.
  assert.ok(turns <= STREAM / 2, `${turns} turns for ${STREAM} mails`);
});

test('a claim whose answer was lost is put back at once, not when its lease ends', async () => {
  const place = await scene.makePlace();
  const { id } = await scene.makeMail(place);
  let lost = 0;
  const { system } = scene.db;
  const flaky: Database = {
    ...system,
    async prepared<T extends object>(name: string, text: string, values?: unknown[]) {
      const rows = await system.prepared<T>(name, text, values);
      if (name === 'worker-claim' && lost++ === 0) throw new RelayError('db.unavailable', { internal: 'reset' });
      return rows;
    },
  };
  const fake = fakeTransport();
  const limits = { ...LIMITS, LEASE_MS: 60_000, TURN_LEASE_MS: 60_000 };
  const worker = await startWorker(scene, { transports: { microsoft: fake }, database: flaky, limits });
  closing.push(() => worker.close());
  const facts = await untilState(scene, id, 'sent');
  assert.ok(lost > 1);
  assert.equal(fake.sent.length, 1);
  assert.deepEqual(
    facts.attempts.map(({ outcome }) => outcome),
    ['abandoned', 'accepted'],
  );
});

test('a turn that waits for a slow send hears of new mail, and does not wait until it looks', async () => {
  const place = await scene.makePlace();
  let end = (): void => {};
  const held = new Promise<void>((resolve) => {
    end = resolve;
  });
  const fake = fakeTransport(async () => {
    if (fake.sent.length === 1) await held;
    return ACCEPTED;
  });
  const long = { TURN_SLICE_MS: 60_000, SEND_DEADLINE_MS: 60_000, LEASE_MS: 90_000 };
  const worker = await startWorker(scene, { transports: { microsoft: fake }, limits: { ...LIMITS, ...long } });
  closing.push(() => worker.close());
  await scene.makeMail(place);
  await until('the slow one is under way', () => fake.sent.length === 1);
  const took: number[] = [];
  // Each comes right behind a look that found nothing more: the next look is a second away.
  for (let sent = 2; sent <= 5; sent++) {
    await scene.makeMail(place);
    const cameAt = performance.now();
    const { text, values } = wakeForArrivals([place.mailbox.account_key!]);
    await scene.db.system.query(text, values);
    await until('the new one is under way', () => fake.sent.length === sent);
    took.push(performance.now() - cameAt);
  }
  end();
  assert.ok(Math.min(...took) < 700, `${took} ms`);
});

test('turns and claims are committed soon, the mark before the first byte at once', async () => {
  const place = await scene.makePlace();
  const { id } = await scene.makeMail(place);
  const accountKey = place.mailbox.account_key;
  /** What `work` leaves the transaction's commit to wait for. */
  const commitOf = async (work: (database: Database) => Promise<unknown>): Promise<string> => {
    return scene.db.system.transaction(async (client) => {
      const query = async <T extends object>(text: string, values?: unknown[]) =>
        (await client.query<T>(text, values)).rows;
      await work({
        ...scene.db.system,
        query,
        prepared: (_name, text, values) => query(text, values),
      });
      return (await query<{ synchronous_commit: string }>('SHOW synchronous_commit'))[0]!.synchronous_commit;
    });
  };
  const allowance = { burst: 10, perMinute: 10, day: null };
  let token = 0;
  const taken = await commitOf(async (database) => {
    const turn = await takeTurn(database, accountKey, 15_000);
    assert.ok('token' in turn);
    ({ token } = turn);
  });
  const claimed = await commitOf(async (database) => {
    const times = { turnLeaseMs: 15_000, leaseMs: 5_000 };
    const most = { limit: 10, maxRecipients: 500, allowance, served: new Map() };
    const request = { accountKey, turnToken: token, environment: 'sandbox', ...times, ...most } as const;
    assert.equal((await claimDueMessages(database, request))?.messages.length, 1);
  });
  const marked = await commitOf(async (database) => {
    assert.deepEqual(await markSends(database, [{ messageId: id, fence: 1, partNumber: 1, isCommit: true }]), [true]);
  });
  const renewed = await commitOf((database) => renewTurn(database, accountKey, token, 15_000));
  const ended = await commitOf((database) =>
    endTurn(database, { accountKey, token, allowance, countTo: 5, mayGoOn: false, roundDevices: [] }),
  );
  assert.deepEqual([taken, claimed, marked, renewed, ended], ['off', 'off', 'on', 'off', 'off']);
});

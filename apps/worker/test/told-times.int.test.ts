import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectDigest, expectSend, newId } from '@hikyaku/core';
import { openTurnQueue } from '@hikyaku/queue';
import { openPaceReader } from '@hikyaku/services';
import { makeDevice } from '@hikyaku/testing';
import { openUpstreams } from '@hikyaku/upstreams';
import { openSandbox } from '../../../packages/sandbox/src/index.ts';
import { arriveAt, arriveAtEach } from './arrive.ts';
import { fakeTransport } from './fake-transport.ts';
import { connectAccount } from './sandbox-account.ts';
import { LIMITS, logger, openScene, type Place, type Scene, startWorker, until } from './scene.ts';

const ADDRESS = 'yard@outlook.example';
/** A send a second, and a group of them in five. */
const PER_MINUTE = 60;
const GROUP_MS = (5 * 60_000) / PER_MINUTE;
/** Of a busy machine; a time that knows nothing of groups is up to four sends too early. */
const SLACK_MS = 1_800;

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

test('in a storm beyond its mailbox’s pace each mail leaves when its owner was told it would, and a first mail after quiet takes the next send', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'hikyaku-told-times-'));
  const sandbox = await openSandbox({ dir, publicUrl: 'http://localhost:3000', logger });
  const { origin } = await sandbox.listen(0);
  const upstreams = openUpstreams({ isSandbox: true, sandboxOrigin: origin });
  const { accountKey, secret } = await connectAccount(upstreams.connectors.microsoft!, origin, ADDRESS);
  const id = newId();
  const gate = await scene.makePlace({
    ...{ id, provider: 'microsoft', account_key: accountKey, address: ADDRESS },
    ...{ secret_sealed: scene.tokenBox.seal(id, secret), secret_version: 1 },
  });
  const another = async (lastMessageAt: Date | null): Promise<Place> => {
    const values = { tenant_id: gate.tenantId, mailbox_id: id, last_message_at: lastMessageAt };
    return { ...gate, device: (await makeDevice(scene.db.owner, scene.keys.digester, values)).device };
  };
  const stormy = [await another(new Date()), await another(new Date()), await another(new Date())];
  const quiet = await another(null);
  const limits = { ...LIMITS, MICROSOFT_BURST: 5, MICROSOFT_PER_MINUTE: PER_MINUTE };
  // A sweep as it is seen from a storm: far shorter than the storm, longer than a group.
  Object.assign(limits, { SWEEP_EVERY_MS: 500, SWEEP_AFTER_MS: 6_000 });
  const worker = await startWorker(scene, { transports: { microsoft: upstreams.transports.microsoft! }, limits });
  const queue = await openTurnQueue({ databaseUrl: scene.db.url, logger });
  t.after(async () => {
    await worker.close();
    await queue.close();
    await upstreams.close();
    await sandbox.close();
    await rm(dir, { recursive: true, force: true });
  });

  const reader = openPaceReader(scene.db.system, limits);
  const told: { id: string; wait: string; at: number }[] = [];
  /** What the owner of each waiting mail is told now. */
  const ask = async (): Promise<void> => {
    const rows = await scene.db.owner.query<{ id: string }>(
      'SELECT id FROM messages WHERE mailbox_id = $1 AND due_at IS NOT NULL',
      [id],
    );
    for (const row of rows) {
      const readPace = async () => (await reader.paces([accountKey])).get(accountKey)!;
      const before = await readPace();
      const place = await reader.placeOf(accountKey, row.id);
      const pace = await readPace();
      // A turn between the two looks belongs to neither.
      if (!place || pace.tokens < before.tokens) continue;
      const { wait, inMs } = expectSend(place, pace);
      told.push({ id: row.id, wait, at: Date.now() + inMs });
    }
  };
  const sent = async (): Promise<Map<string, number>> => {
    const rows = await scene.db.owner.query<{ id: string; at: Date }>(
      'SELECT m.id, a.opened_at AS at FROM messages m JOIN attempts a ON a.message_id = m.id WHERE m.mailbox_id = $1 AND a.opened_at IS NOT NULL',
      [id],
    );
    return new Map(rows.map(({ id: mail, at }) => [mail, at.getTime()]));
  };
  /** Its turn is over, for want of sends. */
  const untilOut = (count: number) =>
    until(`${count} are sent, and none is left to send`, async () => {
      const [row] = await scene.db.owner.query<{ isOver: boolean }>(
        'SELECT turn_until IS NULL AS "isOver" FROM upstream_accounts WHERE account_key = $1',
        [accountKey],
      );
      return row?.isOver === true && (await sent()).size >= count;
    });

  await arriveAtEach(scene, stormy, 5);
  await queue.wake([accountKey]);
  for (const count of [5, 10]) {
    await untilOut(count);
    await ask();
    await sleep(1_000);
    await ask();
  }
  await untilOut(15);
  const leftAt = await sent();
  const off = told.map(({ id: mail, at }) => leftAt.get(mail)! - at);
  assert.ok(told.filter(({ wait }) => wait === 'pace').length >= 10, `${told.length} were told a time`);
  assert.ok(Math.max(...off) < SLACK_MS, `later than told: ${off}`);
  // A turn that took a second has had one send more than its group.
  assert.ok(Math.min(...off) > -GROUP_MS - SLACK_MS, `sooner than told: ${off}`);

  // Out of sends again, with mail enough for a group: the first mail of a quiet camera does not wait for it.
  await arriveAtEach(scene, stormy, 2);
  await queue.wake([accountKey]);
  await sleep(200);
  const [news] = await arriveAt(scene, quiet, 1);
  const newsAt = Date.now();
  await queue.wake([accountKey]);
  await until('the news is sent', async () => (await sent()).has(news!));
  const newsMs = (await sent()).get(news!)! - newsAt;
  assert.ok(newsMs < GROUP_MS / 2, `the first mail after quiet took ${newsMs} ms`);
  await untilOut(22);
});

test('gathered mail is told when its digest is made, and where more than half of the account’s day is used that is one after the other', async (t) => {
  const PER_DAY = 200_000;
  const first = await scene.makePlace();
  const values = { tenant_id: first.tenantId, mailbox_id: first.mailbox.id };
  const { device } = await makeDevice(scene.db.owner, scene.keys.digester, values);
  const places = [first, { ...first, device }];
  const { account_key: accountKey, id: mailboxId } = first.mailbox;
  await scene.db.owner.query('UPDATE devices SET digest_minutes = 1 WHERE mailbox_id = $1', [mailboxId]);
  // What is left of its ordinary share, spread over a day, is a digest every eight seconds.
  await scene.db.owner.query(
    `INSERT INTO upstream_accounts (account_key, day_hour, day_hours) VALUES ($1, extract(epoch FROM now())::bigint / 3600, array_fill(5968, ARRAY[25]))`,
    [accountKey],
  );
  const limits = { ...LIMITS, OUTLOOK_PER_DAY: PER_DAY, MICROSOFT_365_PER_DAY: PER_DAY };
  await arriveAtEach(scene, places, 3);
  await scene.db.owner.query(
    `UPDATE messages SET digest_at = now() + interval '2 seconds' WHERE mailbox_id = $1 AND digest_at IS NOT NULL`,
    [mailboxId],
  );
  const reader = openPaceReader(scene.db.system, limits);
  const gathered = await scene.db.owner.query<{ id: string }>(
    'SELECT id FROM messages WHERE mailbox_id = $1 AND digest_at IS NOT NULL',
    [mailboxId],
  );
  const worker = await startWorker(scene, { transports: { microsoft: fakeTransport() }, limits });
  t.after(() => worker.close());
  const told = new Map<string, number>();
  for (const { id } of gathered) {
    const line = await reader.digestOf(accountKey, id);
    const { day } = (await reader.paces([accountKey])).get(accountKey)!;
    told.set(id, Date.now() + expectDigest(line!, day));
  }
  const made = () =>
    scene.db.owner.query<{ id: string; at: Date }>(
      'SELECT m.id, d.ingested_at AS at FROM messages m JOIN messages d ON d.id = m.digest_id WHERE m.mailbox_id = $1',
      [mailboxId],
    );
  await until('all are in digests', async () => (await made()).length === gathered.length);
  assert.equal(gathered.length, 4);
  // There is a look each second.
  const off = (await made()).map(({ id, at }) => at.getTime() - told.get(id)!);
  assert.ok(Math.min(...off) > -SLACK_MS && Math.max(...off) < 2 * SLACK_MS, `${off}`);
});

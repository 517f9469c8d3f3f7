import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { armFaultPoints, newId, systemClock } from '@hikyaku/core';
import type { Journal, JournalMeta, SpoolStore } from '@hikyaku/spool';
import { createLogger } from '@hikyaku/telemetry';
import { makeMailbox, makeTenant } from '@hikyaku/testing';
import type { HandoffParts } from '../src/handoff/batch.ts';
import { Handoff } from '../src/handoff/handoff.ts';
import { Waker } from '../src/handoff/waker.ts';
import type { JournalShare } from '../src/limits/journal-share.ts';
import { acceptInto, emptyFolder, endHandoff, openHandoffParts } from './harness/handoff-parts.ts';
import { addDevice, contentOf, eventually, makeWorld, messagesOf, type World } from './harness/world.ts';

const DAY_MS = 86_400_000;
const logger = createLogger({ name: 'test', level: 'silent' });
let world: World;
let deviceId: string;
let dir: string;
let journal: Journal;
let spool: SpoolStore;
let parts: HandoffParts;
let woken: string[];
let handoff: Handoff;
let quarantined: string[];
let share: JournalShare;

before(async () => {
  world = await makeWorld();
  deviceId = (await addDevice(world)).device.id;
});
after(() => world.database.close());

/** A journal, spool and hand-off of the test's own, not started. */
async function fresh(): Promise<void> {
  dir = await emptyFolder(world);
  await reopen();
}

async function reopen(): Promise<void> {
  ({ journal, spool, parts, woken, quarantined, share } = await openHandoffParts(dir, world));
  handoff = new Handoff(parts);
}

afterEach(() => endHandoff({ handoff, journal, dir }));

const accept = (changes?: Partial<JournalMeta>, content?: string): Promise<JournalMeta> =>
  acceptInto(journal, { world, deviceId }, changes, content);

const drained = () => eventually(async () => journal.stats().entries === 0);
const rows = () => messagesOf(world.database.owner);

test('a batch of small and large mails: one segment, one file each, rows whose content opens, one wake, an empty journal', async () => {
  await fresh();
  const large = randomBytes(200_000).toString('base64');
  const small = await Promise.all(Array.from({ length: 20 }, (_, index) => accept({}, `small ${index}`)));
  const big = await accept({}, large);
  handoff.start();
  await drained();
  const stored = new Map((await rows()).map((row) => [row.id, row]));
  assert.equal(stored.size, 21);
  for (const [index, meta] of small.entries()) {
    assert.equal(String(await contentOf(world, dir, stored.get(meta.messageId)!)), `small ${index}`);
  }
  assert.equal(String(await contentOf(world, dir, stored.get(big.messageId)!)), large);
  assert.equal(new Set([...stored.values()].map((row) => row.spool_object)).size, 2);
  assert.deepEqual(new Set(woken), new Set([world.accountKey]));
  const { count } = (await world.database.owner.query<{ count: number }>('SELECT count(*)::int FROM tombstones'))[0]!;
  assert.equal(count, 21);
});

const STEPS = [
  'handoff.taken',
  'handoff.after-spool',
  'handoff.before-insert',
  'handoff.after-insert',
  'handoff.after-wake',
  'handoff.before-done',
];
for (const step of STEPS) {
  test(`a failure at ${step} loses nothing and doubles nothing`, async () => {
    await fresh();
    const metas = [await accept(), await accept({}, 'x'.repeat(300_000)), await accept()];
    armFaultPoints(`${step}=fail@1-2`);
    handoff.start();
    await drained();
    assert.deepEqual((await rows()).map(({ id }) => id).sort(), metas.map(({ messageId }) => messageId).sort());
    assert.deepEqual(quarantined, []);
    for (const row of await rows()) assert.ok((await contentOf(world, dir, row)).length > 0);
  });
}

test('no row is there before the content that it points at is synced', async () => {
  await fresh();
  await accept();
  // Longer than anything else in this test takes; the stop at its end does not wait for it.
  armFaultPoints('spool.before-sync=stall:1500@1');
  handoff.start();
  const linked = async () =>
    (await readdir(join(dir, 'spool'), { recursive: true })).filter((name) => /log$/.test(name));
  await eventually(async () => (await linked()).length === 1);
  assert.deepEqual(await rows(), []);
  await drained();
  assert.deepEqual(
    (await rows()).map((row) => row.spool_object),
    await linked(),
  );
});

test('replay reads the row first: what was delivered or deleted meanwhile is only acknowledged, what waits is woken again', async () => {
  await fresh();
  const [sent, gone, waiting] = [await accept(), await accept(), await accept()];
  handoff.start();
  await drained();
  await handoff.stop(0);
  const { owner } = world.database;
  await owner.query(
    `UPDATE messages SET state = 'sent', due_at = NULL, key_sealed = NULL, spool_object = NULL, spool_offset = NULL,
    spool_length = NULL, content_destroyed_at = now() WHERE id = $1`,
    [sent.messageId],
  );
  await owner.query('DELETE FROM messages WHERE id = $1', [gone.messageId]);
  const objects = (await readdir(join(dir, 'spool'), { recursive: true })).length;
  for (const meta of [sent, gone, waiting]) await accept(meta);
  woken.length = 0;
  handoff = new Handoff(parts);
  handoff.start();
  await drained();
  const left = await rows();
  assert.deepEqual(
    left.map(({ id, state }) => [id, state]),
    [
      [sent.messageId, 'sent'],
      [waiting.messageId, 'queued'],
    ],
  );
  assert.equal(left[0]?.key_sealed, null);
  assert.equal((await readdir(join(dir, 'spool'), { recursive: true })).length, objects);
  assert.deepEqual(woken, [world.accountKey]);
});

test('a failing batch is halved down to the bad entries, which are set aside; all others pass', async () => {
  await fresh();
  const good = await Promise.all(Array.from({ length: 20 }, () => accept()));
  await accept({ tenantId: 'no uuid' });
  await accept({ subject: 'a \u0000 that Postgres cannot hold' });
  good.push(await accept());
  handoff.start();
  await drained();
  assert.deepEqual((await rows()).map(({ id }) => id).sort(), good.map(({ messageId }) => messageId).sort());
  assert.deepEqual(quarantined, ['bad_entry', 'bad_entry']);
  assert.equal(journal.stats().quarantined, 2);
});

test('device deleted: still sent. Mailbox gone: held. Tenant erased: destroyed, and counted once. Tenant unknown: set aside', async () => {
  await fresh();
  const { owner } = world.database;
  const deleted = await addDevice(world, { deleted_at: new Date() });
  const mailbox = await makeMailbox(owner, { tenant_id: world.tenantId, deleted_at: new Date() });
  const erased = await makeTenant(owner, { deleted_at: new Date() });
  const sent = await accept({ deviceId: deleted.device.id });
  const held = await accept({ mailboxId: mailbox.id });
  const destroyed = [await accept({ tenantId: erased.id }), await accept({ tenantId: erased.id })];
  await accept({ tenantId: newId() });
  // The first try fails after the count: it may not count again.
  armFaultPoints('handoff.before-done=fail@1');
  handoff.start();
  await drained();
  const byId = new Map((await rows()).map((row) => [row.id, row]));
  assert.deepEqual([...byId.keys()].sort(), [sent.messageId, held.messageId].sort());
  assert.equal(byId.get(sent.messageId)?.state, 'queued');
  assert.deepEqual([byId.get(held.messageId)?.state, byId.get(held.messageId)?.account_key], ['held', null]);
  const audit = await owner.query<{ tenant_id: string; data: { count: number } }>(
    'SELECT tenant_id, data FROM audit_entries',
  );
  assert.deepEqual(audit, [{ tenant_id: erased.id, data: { count: destroyed.length } }]);
  assert.deepEqual(quarantined, ['unknown_tenant']);
});

test('an entry that an earlier process took more than thirty days ago is set aside, never sent, and its tenant has its room in the journal again', async () => {
  await fresh();
  const old = await accept({ acceptedAt: Date.now() - 31 * DAY_MS });
  const young = await accept({ acceptedAt: Date.now() - 29 * DAY_MS });
  await journal.close();
  await reopen();
  for (const { tenantId, sizeBytes } of [old, young]) share.accepted(tenantId, sizeBytes);
  assert.throws(() => share.assertRoom(world.tenantId), { code: 'edge.journal_full' });
  handoff.start();
  await drained();
  assert.deepEqual(
    (await rows()).map(({ id }) => id),
    [young.messageId],
  );
  assert.deepEqual(quarantined, ['too_old']);
  share.assertRoom(world.tenantId);
});

test('a mail of a few moments is sent, though the time of day was set by years meanwhile, and told with a time that it can have come at', async () => {
  await fresh();
  const begunAt = Date.now();
  const cameBehind = await accept({ acceptedAt: Date.parse('1970-01-01T00:00:30Z') });
  handoff.start();
  await drained();
  await handoff.stop(0);
  const cameBefore = await accept();
  handoff = new Handoff({ ...parts, clock: { ...systemClock, now: () => Date.now() + 400 * DAY_MS } });
  handoff.start();
  await drained();
  const stored = await rows();
  assert.deepEqual(
    stored.map(({ id }) => id),
    [cameBehind.messageId, cameBefore.messageId],
  );
  // Of the second one's time no later one than that of the database.
  for (const { accepted_at } of stored)
    assert.ok(accepted_at.getTime() >= begunAt - 1000 && accepted_at.getTime() <= Date.now(), `${accepted_at}`);
  assert.deepEqual(quarantined, []);
});

test('tests go first, then the first mail after quiet, then the rest; a clock that runs ahead does not', async () => {
  await fresh();
  const quiet = (await addDevice(world)).device.id;
  const [first, second] = [
    await accept({ deviceId: quiet, acceptedAt: Date.now() - 2000 }),
    await accept({ deviceId: quiet }),
  ];
  const tested = await accept({ deviceId: quiet, isTest: true });
  const ahead = await accept({ deviceId: quiet, acceptedAt: Date.now() + 3_600_000 });
  handoff.start();
  await drained();
  const third = await accept({ deviceId: quiet });
  await drained();
  const byId = new Map((await rows()).map((row) => [row.id, row]));
  const priorityOf = ({ messageId }: JournalMeta) => byId.get(messageId)?.priority;
  assert.deepEqual([first, second, tested, third].map(priorityOf), [1, 2, 0, 2]);
  assert.ok(byId.get(ahead.messageId)!.accepted_at.getTime() <= Date.now());
  await world.database.owner.query(`UPDATE devices SET last_message_at = now() - interval '16 minutes' WHERE id = $1`, [
    quiet,
  ]);
  const later = await accept({ deviceId: quiet });
  await drained();
  assert.equal((await rows()).find(({ id }) => id === later.messageId)?.priority, 1);
  // What a clock that ran ahead has left does not keep its silence from being noticed.
  await world.database.owner.query(`UPDATE devices SET last_message_at = now() + interval '9 hours' WHERE id = $1`, [
    quiet,
  ]);
  await accept({ deviceId: quiet });
  await drained();
  const [spoke] = await world.database.owner.query<{ is_past: boolean }>(
    'SELECT last_message_at <= now() AS is_past FROM devices WHERE id = $1',
    [quiet],
  );
  assert.deepEqual(spoke, { is_past: true });
});

test('each mail is told in the outbox, and one notification wakes its readers for a batch', async () => {
  await fresh();
  const heard: string[] = [];
  const client = await world.database.owner.pool.connect();
  try {
    client.on('notification', ({ payload }) => heard.push(payload ?? ''));
    await client.query('LISTEN hikyaku_outbox');
    const accepted = await Promise.all([accept(), accept(), accept()]);
    handoff.start();
    await drained();
    await client.query('SELECT 1');
    assert.ok(heard.length >= 1 && heard.length <= 3);
    const { rows: told } = await client.query(
      `SELECT tenant_id, subject_id, facts ->> 'was' AS was, facts ->> 'is' AS state FROM outbox WHERE kind = 'message.moved'`,
    );
    for (const { messageId } of accepted) {
      assert.deepEqual(
        told.filter(({ subject_id }) => subject_id === messageId),
        [{ tenant_id: world.tenantId, subject_id: messageId, was: null, state: 'queued' }],
      );
    }
    await client.query('UNLISTEN *');
  } finally {
    client.release();
  }
});

test('mails in quick succession share their batches; one after quiet waits for nothing', async () => {
  await fresh();
  let batches = 0;
  let sleeps = 0;
  let sleepsBefore = 0;
  const clock = {
    now: () => Date.now(),
    sleep: (ms: number, signal?: AbortSignal) => {
      sleeps += 1;
      return systemClock.sleep(ms, signal);
    },
  };
  const putRecords: SpoolStore['putRecords'] = (...given) => {
    batches += 1;
    sleepsBefore = sleeps;
    return spool.putRecords(...given);
  };
  handoff = new Handoff({ ...parts, clock, spool: { ...spool, putRecords } });
  handoff.start();
  const from = performance.now();
  for (let count = 0; count < 40; count++) {
    await accept();
    await systemClock.sleep(3);
  }
  await drained();
  assert.ok(batches <= (performance.now() - from) / 25 + 2, `${batches} batches`);
  await systemClock.sleep(60);
  sleeps = 0;
  await accept();
  await drained();
  assert.equal(sleepsBefore, 0);
});

test('a queue that is away holds nothing up and is told later', async () => {
  await fresh();
  let isAway = true;
  const queue = {
    wake: async (keys: string[]) => {
      if (isAway) throw new Error('away');
      woken.push(...keys);
    },
  };
  handoff = new Handoff({ ...parts, waker: new Waker(queue, systemClock, logger) });
  await accept();
  handoff.start();
  await drained();
  assert.equal((await rows()).length, 1);
  isAway = false;
  await eventually(async () => woken.length === 1);
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Clock, newUsername, systemClock } from '@hikyaku/core';
import { keyStore, openDatabase } from '@hikyaku/db';
import { createLogger } from '@hikyaku/telemetry';
import { edgeKeysOf, parseEdgeKeys, parseMasterKeys, resealInstanceKey } from '@hikyaku/vault';
import { PopLogins } from '../src/login/pop-logins.ts';
import { SharedFacts } from '../src/processes/shared-facts.ts';
import { type OpenSnapshot, openSnapshot } from '../src/snapshot/open-snapshot.ts';
import { plugPostgres } from './harness/postgres-plug.ts';
import { addDevice, eventually, makeWorld, type World } from './harness/world.ts';

const HOUR_MS = 3_600_000;
/** Refuses at once. */
const NOWHERE = 'postgres://nobody@127.0.0.1:1/nothing';
const logger = createLogger({ name: 'test', level: 'silent' });
const folder = mkdtempSync(join(tmpdir(), 'hikyaku-snapshot-'));
let world: World;
let folders = 0;
/** What a failed test leaves open would keep this file from ending. */
const opened = new Set<() => Promise<void>>();

before(async () => {
  world = await makeWorld();
});
after(async () => {
  for (const close of opened) await close();
  rmSync(folder, { recursive: true });
  await world.database.close();
});

const edgeKeysFor = (...masterKeys: string[]) => parseEdgeKeys(edgeKeysOf(parseMasterKeys(masterKeys)));
const nextFolder = () => join(folder, String(++folders));
const clockAt = (shiftMs: number): Clock => ({ ...systemClock, now: () => Date.now() + shiftMs });

/** A started snapshot; `close` closes its database too. */
async function open(options: { dataDir?: string; url?: string; masterKeys?: string[]; clock?: Clock } = {}) {
  const {
    dataDir = nextFolder(),
    url = world.database.url,
    masterKeys = [world.keys.masterKey],
    clock = systemClock,
  } = options;
  const database = openDatabase({ url, role: 'system', max: 2, applicationName: 'test-edge' });
  const snapshot: OpenSnapshot = openSnapshot({
    dataDir,
    edgeKeys: edgeKeysFor(...masterKeys),
    database,
    databaseUrl: url,
    clock,
    logger,
    popLogins: new PopLogins(1000, clock.now, new SharedFacts(null, clock.now)),
    isPublic: true,
  });
  const close = async () => {
    opened.delete(close);
    await snapshot.keeper.close();
    await database.close();
  };
  opened.add(close);
  try {
    await snapshot.keeper.start(3000);
  } catch (error) {
    await close();
    throw error;
  }
  return { ...snapshot, dataDir, close };
}

test('a change committed after a later one has been read is not lost: the horizon waits for open transactions', async () => {
  const slow = await addDevice(world);
  const quick = await addDevice(world);
  const { policies, close } = await open();
  const client = await world.database.owner.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(`UPDATE devices SET name = 'slow' WHERE id = $1`, [slow.device.id]);
    await world.database.owner.query(`UPDATE devices SET name = 'quick' WHERE id = $1`, [quick.device.id]);
    await eventually(async () => policies.find(quick.device.id)?.deviceName === 'quick');
    await client.query('COMMIT');
  } finally {
    client.release();
  }
  await eventually(async () => policies.find(slow.device.id)?.deviceName === 'slow');
  await close();
});

test('the file takes over where Postgres is away, for 72 hours and no longer', async () => {
  const { device, credential } = await addDevice(world);
  const plug = await plugPostgres(world.database.url);
  const first = await open({ url: plug.url });
  await first.close();
  await plug.pull();
  for (const [hours, isFresh] of [
    [71.9, true],
    [72.1, false],
  ] as const) {
    const again = await open({ url: plug.url, dataDir: first.dataDir, clock: clockAt(hours * HOUR_MS) });
    assert.equal(again.keeper.isFresh(), isFresh, `${hours} h`);
    assert.equal(again.policies.find(device.id)?.deviceName, device.name);
    const login = again.authenticator.check(credential);
    if (isFresh) assert.equal((await login)?.deviceId, device.id);
    else await assert.rejects(login, { code: 'edge.snapshot_stale' });
    await again.close();
  }
  await plug.close();
});

test('a clock that jumps by days makes no snapshot stale that was read a moment ago', async () => {
  const { credential } = await addDevice(world);
  const plug = await plugPostgres(world.database.url);
  let offMs = 0;
  const snapshot = await open({ url: plug.url, clock: { ...systemClock, now: () => Date.now() + offMs } });
  await plug.pull();
  for (const days of [4, -4, 400]) {
    offMs = days * 24 * HOUR_MS;
    assert.ok(snapshot.keeper.isFresh(), `${days} days`);
    assert.notEqual(await snapshot.authenticator.check(credential), null);
  }
  await snapshot.close();
  await plug.close();
});

test('what happened while the edge was down is known after its start, deletions too', async () => {
  const { device, credential } = await addDevice(world);
  const first = await open();
  await first.close();
  await world.database.owner.query('UPDATE devices SET deleted_at = now() WHERE id = $1', [device.id]);
  const again = await open({ dataDir: first.dataDir });
  // Postgres is asked for the name, and has 300 ms: not always enough on a busy machine.
  const found = await eventually(() =>
    again.authenticator.check(credential).then(
      (identity) => ({ identity }),
      () => null,
    ),
  );
  assert.equal(found.identity, null);
  await again.close();
});

/** What an edge knows that starts after a crash of this one, without Postgres. */
async function knownAfterCrash(dataDir: string, deviceId: string): Promise<boolean> {
  const copy = nextFolder();
  mkdirSync(join(copy, 'edge'), { recursive: true });
  copyFileSync(join(dataDir, 'edge', 'snapshot'), join(copy, 'edge', 'snapshot'));
  const again = await open({ dataDir: copy, url: NOWHERE });
  const isThere = again.policies.find(deviceId) !== undefined;
  await again.close();
  return isThere;
}

test('changes are on disk soon after they were read, so that a crash while Postgres is away forgets none', async () => {
  const running = await open();
  for (let count = 0; count < 5; count++) {
    const { device } = await addDevice(world);
    await eventually(async () => running.policies.find(device.id));
    await eventually(() => knownAfterCrash(running.dataDir, device.id));
  }
  await running.close();
});

test('a clock that steps back by a day, or on by a week, keeps no change from the disk, and makes nothing stale while Postgres answers', async () => {
  const { device, credential } = await addDevice(world);
  for (const [days, name] of [
    [-1, 'stepped back'],
    [7, 'stepped on'],
  ] as const) {
    let shiftMs = 0;
    const running = await open({ clock: { ...systemClock, now: () => Date.now() + shiftMs } });
    await eventually(async () => running.keeper.isSaved);
    shiftMs = days * 24 * HOUR_MS;
    await world.database.owner.query('UPDATE devices SET name = $2 WHERE id = $1', [device.id, name]);
    await eventually(async () => running.policies.find(device.id)?.deviceName === name);
    await eventually(async () => running.keeper.isSaved && running.keeper.isFresh());
    assert.equal((await running.authenticator.check(credential))?.deviceId, device.id);
    await running.close();
  }
});

test('what was read in the moment before Postgres went away is saved while it is away', async () => {
  const plug = await plugPostgres(world.database.url);
  const running = await open({ url: plug.url });
  for (let round = 0; round < 5; round++) {
    // One right after the other, so that the last is read while the saving still rests from the first.
    let last = '';
    for (let count = 0; count < 2; count++) {
      last = (await addDevice(world)).device.id;
      await eventually(async () => running.policies.find(last));
    }
    await plug.pull();
    await eventually(() => knownAfterCrash(running.dataDir, last));
    await plug.putBack();
    await eventually(async () => (running.keeper.ageMs() ?? 10_000) < 300);
  }
  await running.close();
  await plug.close();
});

test('a damaged file, or one of another instance, is left aside', async () => {
  const first = await open();
  await first.close();
  const path = join(first.dataDir, 'edge', 'snapshot');
  const sealed = await readFile(path);
  sealed[sealed.length >> 1]! ^= 1;
  await writeFile(path, sealed);
  const again = await open({ dataDir: first.dataDir });
  assert.equal(again.keeper.isFresh(), true);
  await again.close();
});

test('after the master key was rotated, the edge with both keys opens file and digests, and seals with the new one', async () => {
  const { credential } = await addDevice(world);
  const first = await open();
  await first.close();
  const next = randomBytes(32).toString('base64');
  const both = [next, world.keys.masterKey];
  const store = keyStore(world.database.system);
  const old = (await store.list(['digest']))[0]!;
  await store.replace(resealInstanceKey(old, edgeKeysFor(...both)));
  const again = await open({ dataDir: first.dataDir, masterKeys: both });
  assert.ok(await again.authenticator.check(credential));
  await again.close();
  const onlyNew = await open({ dataDir: first.dataDir, masterKeys: [next] });
  assert.ok(await onlyNew.authenticator.check(credential));
  await onlyNew.close();
  await assert.rejects(open({ dataDir: first.dataDir }), { code: 'vault.key_wrong' });
  await store.replace(old);
});

test('a rotation under a running edge changes nothing for it; an edge that starts with the old key says what it needs', async () => {
  const { device, credential } = await addDevice(world);
  const before = await open();
  await before.close();
  const running = await open();
  const store = keyStore(world.database.system);
  const old = (await store.list(['digest']))[0]!;
  const next = randomBytes(32).toString('base64');
  try {
    await store.replace(resealInstanceKey(old, edgeKeysFor(next, world.keys.masterKey)));
    await eventually(async () => {
      await world.database.owner.query('UPDATE devices SET disabled_at = now() WHERE id = $1', [device.id]);
      return running.policies.find(device.id)?.isDisabled;
    });
    assert.equal(running.keys.isOutdated, true);
    assert.equal((await running.authenticator.check(credential))?.deviceId, device.id);
    await running.close();
    await assert.rejects(open({ dataDir: running.dataDir }), { code: 'vault.key_wrong' });
    await assert.rejects(open({ dataDir: before.dataDir }), /vault\.key_wrong.*npm run keys -- edge/);
    const again = await open({ dataDir: running.dataDir, masterKeys: [next, world.keys.masterKey] });
    assert.equal(again.keys.isOutdated, false);
    await again.close();
  } finally {
    await store.replace(old);
  }
});

test('keys that come after the edge are taken in: the first start of an instance', async () => {
  const { owner } = world.database;
  const keys = await owner.query<{ id: string }>('SELECT * FROM instance_keys');
  await owner.query('CREATE TABLE kept AS SELECT * FROM instance_keys');
  await owner.query('DELETE FROM instance_keys');
  const early = await open();
  assert.equal(early.keeper.isFresh(), false);
  await owner.query('INSERT INTO instance_keys SELECT * FROM kept');
  await eventually(async () => early.keeper.isFresh());
  assert.equal((await owner.query('SELECT 1 FROM instance_keys')).length, keys.length);
  await early.close();
});

test('two hundred devices that were made a moment ago sign in at once, beside a stranger who tries a thousand names', async () => {
  // A busy machine may take longer than a login waits for an answer.
  const patient: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms === 300 ? 30_000 : ms, signal) };
  const { device } = await addDevice(world);
  const { authenticator, close } = await open({ clock: patient });
  const digest = world.keys.digester.digest('h4tn7wq2kx9mcp3v');
  const names = Array.from({ length: 200 }, () => newUsername());
  await world.database.owner.query(
    `INSERT INTO credentials (id, tenant_id, device_id, username, password_digest)
     SELECT gen_random_uuid(), $1, $2, name, $3 FROM unnest($4::text[]) AS name`,
    [world.tenantId, device.id, digest, names],
  );
  const login = (username: string) => authenticator.check({ username, password: 'h4tn7wq2kx9mcp3v' });
  const flood = Array.from({ length: 1000 }, () => login(newUsername()));
  const found = await Promise.all(names.map(login));
  assert.deepEqual(new Set(found.map((identity) => identity?.deviceId)), new Set([device.id]));
  assert.deepEqual(new Set(await Promise.all(flood)), new Set([null]));
  await close();
});

test('the edge never holds the private half of a content key', async () => {
  const { keys, close } = await open();
  const content = keys.rows.filter(({ purpose }) => purpose === 'content');
  assert.ok(content.length > 0);
  for (const row of content) assert.equal(row.sealed.length, 0);
  assert.deepEqual(
    keys.rows.filter(({ purpose }) => (purpose as string) === 'token'),
    [],
  );
  await close();
});

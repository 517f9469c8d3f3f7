import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { readSettings } from '@hikyaku/config';
import { type KeyStore, keyStore } from '@hikyaku/db';
import { makeKeys, type TestDatabase, type TestKeys, useDatabase } from '@hikyaku/testing';
import {
  deriveKek,
  deriveSnapshotKey,
  edgeKeysOf,
  openContentOpener,
  openContentSealer,
  openFileBox,
  openPasswordDigester,
  openTokenBox,
  parseEdgeKeys,
  parseMasterKeys,
} from '@hikyaku/vault';
import { runKeysCommand } from '../src/keys/command.ts';
import { dropOldMasterKeys } from '../src/keys/drop.ts';
import { readMasterKeyFile, writeMasterKeyFile } from '../src/keys/master-key-file.ts';
import { rotateMasterKey } from '../src/keys/rotate.ts';

const ENVELOPE = { tenantId: 'tenant', mailFrom: '', recipients: ['owner@example.com'] };
let db: TestDatabase;
let store: KeyStore;
let made: TestKeys;
let folder: string;
beforeEach(async () => {
  db = await useDatabase();
  store = keyStore(db.system);
  made = await makeKeys(db.owner);
  folder = mkdtempSync(join(tmpdir(), 'hikyaku-rotate-'));
  await writeMasterKeyFile(folder, [made.masterKey]);
});
afterEach(async () => {
  await db.close();
  rmSync(folder, { recursive: true });
});

const newKey = () => randomBytes(32).toString('base64');
const kept = () => readMasterKeyFile(folder)!;
const source = () => ({ keys: kept(), save: (keys: string[]) => writeMasterKeyFile(folder, keys) });
const rotate = () => rotateMasterKey(store, source());
const drop = () => dropOldMasterKeys(store, source(), folder);

/** True when these master keys alone open all three of the instance's keys. */
async function opens(masterKeys: string[]): Promise<boolean> {
  const rows = await store.list();
  const keks = (purpose: 'content' | 'token' | 'digest') =>
    parseMasterKeys(masterKeys).map((key) => deriveKek(key, purpose));
  const attempts = [
    () => openContentOpener(rows, keks('content')),
    () => openTokenBox(rows, keks('token')),
    () => openPasswordDigester(rows, keks('digest')),
  ].map((open) => {
    try {
      open();
      return true;
    } catch (error) {
      assert.equal((error as { code: string }).code, 'vault.key_wrong');
      return false;
    }
  });
  assert.equal(new Set(attempts).size, 1, 'all or none');
  return attempts[0]!;
}

test('a rotation seals every key anew, keeps what they sealed readable, and the old master key alone opens nothing', async () => {
  const digest = made.digester.digest('password');
  const rows = await store.list();
  const { sealed, contentKey } = openContentSealer(rows).seal('message', ENVELOPE);
  const token = openTokenBox(rows, [made.kekOf('token')]).seal('mailbox', 'refresh token');

  assert.equal(await rotate(), 3);
  const [next, old] = kept();
  assert.equal(old, made.masterKey);
  assert.equal(statSync(join(folder, 'master.key')).mode & 0o777, 0o600);
  assert.equal(await opens([old!]), false);
  assert.equal(await opens([next!]), true);

  const keks = (purpose: 'content' | 'token' | 'digest') => [deriveKek(parseMasterKeys([next!])[0]!, purpose)];
  const fresh = await store.list();
  assert.deepEqual(openContentOpener(fresh, keks('content')).open('message', sealed, ENVELOPE), contentKey);
  assert.equal(openTokenBox(fresh, keks('token')).open('mailbox', token), 'refresh token');
  assert.equal(openPasswordDigester(fresh, keks('digest')).matches('password', digest), true);

  assert.equal(await drop(), 1);
  assert.deepEqual(kept(), [next]);
  await assert.rejects(drop(), /nothing to drop/);
});

test('a rotation that was cut off after the new key was written goes on with that key', async () => {
  const next = newKey();
  await writeMasterKeyFile(folder, [next, made.masterKey]);
  await assert.rejects(drop(), /3 keys still need an older master key/);
  assert.equal(await rotate(), 3);
  assert.deepEqual(kept(), [next, made.masterKey]);
  assert.equal(await opens([next]), true);
  await assert.rejects(rotate(), /drop its old key first/);
});

test('a master key that does not fit rotates nothing and stays as it was', async () => {
  const wrong = newKey();
  await writeMasterKeyFile(folder, [wrong]);
  const before = await store.list();
  await assert.rejects(rotate(), { code: 'vault.key_wrong' });
  assert.deepEqual(kept(), [wrong]);
  assert.deepEqual(await store.list(), before);
});

test('a reseal that fails half way leaves every key as it was', async () => {
  const before = await store.list();
  const reseal = store.resealAll((row) => {
    if (row.purpose === 'token') throw new Error('in the middle');
    return { ...row, sealed: randomBytes(60) };
  });
  await assert.rejects(reseal, /in the middle/);
  assert.deepEqual(await store.list(), before);
});

test('the old key is not dropped while the edge’s snapshot needs it', async () => {
  const snapshotUnder = (masterKey: string) => {
    const [edgeKey] = parseEdgeKeys(edgeKeysOf(parseMasterKeys([masterKey])));
    return openFileBox(deriveSnapshotKey(edgeKey!)).seal(Buffer.from('{}'));
  };
  mkdirSync(join(folder, 'edge'));
  writeFileSync(join(folder, 'edge', 'snapshot'), snapshotUnder(made.masterKey));
  await rotate();
  await assert.rejects(drop(), /start Hikyaku anew, then drop it/);
  assert.equal(kept().length, 2);
  writeFileSync(join(folder, 'edge', 'snapshot'), snapshotUnder(kept()[0]!));
  assert.equal(await drop(), 1);
});

test('with keys in a setting the command says what to set, seals under the first, and writes no file', async () => {
  const before = readFileSync(join(folder, 'master.key'), 'utf8');
  const settings = (...keys: string[]) =>
    readSettings({ DATABASE_URL: db.url, HIKYAKU_DATA_DIR: folder, HIKYAKU_MASTER_KEY: keys.join(',') });
  const next = newKey();
  await assert.rejects(runKeysCommand('rotate', settings(made.masterKey)), /put a new one .* in front of it/);
  await assert.rejects(runKeysCommand('check', settings(next)), { code: 'vault.key_wrong' });
  assert.match(
    await runKeysCommand('check', settings(next, made.masterKey)),
    /all 3 keys .* 3 of them by an older key/,
  );
  assert.match(await runKeysCommand('rotate', settings(next, made.masterKey)), /^3 keys are sealed by the first key/);
  assert.match(await runKeysCommand('check', settings(next, made.masterKey)), /open none of them any more/);
  assert.match(await runKeysCommand('drop', settings(next, made.masterKey)), /take the other 1 out/);
  assert.match(await runKeysCommand('check', settings(next)), /it opens all 3 keys/);
  assert.equal(await opens([made.masterKey]), false);
  assert.equal(
    await runKeysCommand('edge', settings(next)),
    deriveKek(Buffer.from(next, 'base64'), 'digest').toString('base64'),
  );
  assert.equal(readFileSync(join(folder, 'master.key'), 'utf8'), before);
});

test('without data, without a key, or with a word that is none the command ends in one clear line', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'hikyaku-rotate-'));
  const settings = readSettings({ HIKYAKU_DATA_DIR: empty });
  await assert.rejects(runKeysCommand('rotate', settings), new RegExp(`^Error: there is no data in ${empty}$`));
  await assert.rejects(runKeysCommand('edge', settings), /no master key: set HIKYAKU_MASTER_KEY/);
  await assert.rejects(
    runKeysCommand('rotat', settings),
    /usage: npm run keys -- new \| edge \| check \| rotate \| drop/,
  );
  assert.equal(Buffer.from(await runKeysCommand('new', settings), 'base64').length, 32);
  rmSync(empty, { recursive: true });
});

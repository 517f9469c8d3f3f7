import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import {
  createInstanceKey,
  deriveKek,
  deriveSnapshotKey,
  edgeKeysOf,
  parseEdgeKeys,
  parseMasterKeys,
} from '../src/index.ts';
import { openSecret } from '../src/instance-key.ts';

const code = (code: string, words: RegExp) => (error: unknown) => {
  assert.equal((error as { code: string }).code, code);
  assert.match((error as Error).message, words);
  return true;
};

test('master keys are read from standard and URL-safe base64', () => {
  const keys = [randomBytes(32), randomBytes(32)];
  assert.deepEqual(parseMasterKeys([keys[0]!.toString('base64'), keys[1]!.toString('base64url')]), keys);
});

test('an item that is no key is refused by its place, and its text is not repeated', () => {
  const good = randomBytes(32).toString('base64');
  for (const bad of ['', 'short', randomBytes(31).toString('base64'), randomBytes(33).toString('base64'), `${good} `]) {
    assert.throws(() => parseMasterKeys([good, bad]), code('vault.key_wrong', /item 2 of HIKYAKU_MASTER_KEY/));
  }
  assert.throws(
    () => parseEdgeKeys(['hunter2hunter2']),
    (error) => !(error as Error).message.includes('hunter2') && code('vault.key_wrong', /HIKYAKU_EDGE_KEY/)(error),
  );
  assert.throws(() => parseMasterKeys([]), code('vault.key_missing', /HIKYAKU_MASTER_KEY is empty/));
});

test('the KEKs of the purposes differ, and the same master key always gives the same ones', () => {
  const master = randomBytes(32);
  const keks = (['content', 'token', 'digest', 'push'] as const).map((purpose) =>
    deriveKek(master, purpose).toString('hex'),
  );
  assert.equal(new Set([...keks, master.toString('hex')]).size, 5);
  assert.equal(deriveKek(Buffer.from(master), 'token').toString('hex'), keks[1]);
});

test('the edge keys open digest keys and nothing else', () => {
  const masters = [randomBytes(32), randomBytes(32)];
  const edge = parseEdgeKeys(edgeKeysOf(masters));
  const keksOf = (purpose: 'content' | 'token' | 'digest' | 'push') =>
    masters.map((master) => deriveKek(master, purpose));
  const row = createInstanceKey('digest', keksOf('digest'));
  assert.equal(openSecret(row, edge).length, 32);
  for (const purpose of ['content', 'token', 'push'] as const) {
    assert.throws(
      () => openSecret(createInstanceKey(purpose, keksOf(purpose)), edge),
      code('vault.key_wrong', /master key/),
    );
  }
  assert.notDeepEqual(deriveSnapshotKey(edge[0]!), edge[0]);
  assert.notDeepEqual(deriveSnapshotKey(edge[0]!), deriveSnapshotKey(edge[1]!));
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { createInstanceKey, deriveKek, type KeyRow, openInstanceKeys, openTokenBox } from '../src/index.ts';

const MASTER = randomBytes(32);

/** Rows in memory, as a database would hold them. */
function memorySource() {
  const rows: KeyRow[] = [];
  const source = {
    lists: 0,
    isAway: false,
    list: async (purposes: string[]) => {
      source.lists += 1;
      if (source.isAway) throw new Error('away');
      return rows.filter(({ purpose }) => purposes.includes(purpose));
    },
    insertIfNone: async (row: KeyRow) => {
      if (!rows.some(({ purpose }) => purpose === row.purpose)) rows.unshift(row);
      return rows.filter(({ purpose }) => purpose === row.purpose);
    },
    hasData: false,
    hasSealedData: async () => source.hasData,
  };
  /** As another process does it: a token sealed by a key that is newer than all that are open. */
  const sealByNewKey = (text: string): Buffer => {
    rows.unshift(createInstanceKey('token', [deriveKek(MASTER, 'token')]));
    return openTokenBox(rows, [deriveKek(MASTER, 'token')]).seal('x', text);
  };
  const forget = (purpose: string) => rows.splice(0, rows.length, ...rows.filter((row) => row.purpose !== purpose));
  return { source, sealByNewKey, forget };
}

async function open(context: TestContext, source: ReturnType<typeof memorySource>['source']) {
  let now = 1_000_000;
  context.mock.method(performance, 'now', () => now);
  const problems: unknown[] = [];
  const keys = await openInstanceKeys({
    source,
    masterKeys: [MASTER],
    onReloadFailed: (error) => problems.push(error),
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { keys, problems, settle, pass: (ms: number) => (now += ms) };
}

test('a key that came after the start is found at the first mail that needs it, without a restart', async (context) => {
  const { source, sealByNewKey } = memorySource();
  const { keys, settle } = await open(context, source);
  const sealed = sealByNewKey('secret');
  assert.throws(() => keys.tokenBox.open('x', sealed), { code: 'vault.key_missing' });
  await settle();
  assert.equal(keys.tokenBox.open('x', sealed), 'secret');
});

test('what no key opens makes the keys be read once in five seconds, however often it comes', async (context) => {
  const { source, sealByNewKey } = memorySource();
  const { keys, settle, pass, problems } = await open(context, source);
  const before = source.lists;
  const lost = memorySource().sealByNewKey('lost');
  for (let n = 0; n < 100; n++) assert.throws(() => keys.tokenBox.open('x', lost), { code: 'vault.key_missing' });
  await settle();
  const once = source.lists - before;
  assert.throws(() => keys.tokenBox.open('x', lost), { code: 'vault.key_missing' });
  await settle();
  assert.equal(source.lists - before, once);

  const sealed = sealByNewKey('secret');
  source.isAway = true;
  pass(5_001);
  assert.throws(() => keys.tokenBox.open('x', sealed), { code: 'vault.key_missing' });
  await settle();
  assert.equal((problems[0] as Error).message, 'away');
  source.isAway = false;
  pass(5_001);
  assert.throws(() => keys.tokenBox.open('x', sealed), { code: 'vault.key_missing' });
  await settle();
  assert.equal(keys.tokenBox.open('x', sealed), 'secret');
});

test('an instance of an earlier release gets its push key at its next start; a lost key of anything sealed is never made anew', async (context) => {
  const { source, forget } = memorySource();
  const before = (await open(context, source)).keys.pushSigner.publicKey;
  source.hasData = true;
  context.mock.restoreAll();
  assert.deepEqual((await open(context, source)).keys.pushSigner.publicKey, before, 'kept');
  forget('push');
  context.mock.restoreAll();
  const { publicKey, sign } = (await open(context, source)).keys.pushSigner;
  assert.deepEqual([publicKey.length, publicKey[0], sign(Buffer.from('x')).length], [65, 4, 64]);
  assert.notDeepEqual(publicKey, before);
  forget('token');
  context.mock.restoreAll();
  await assert.rejects(open(context, source), { code: 'vault.key_missing' });
});

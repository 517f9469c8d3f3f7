import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type TestRedis, useRedis } from '@hikyaku/testing';
import {
  deriveSnapshotKey,
  openContentOpener,
  openFileBox,
  openPasswordDigester,
  parseEdgeKeys,
} from '../../packages/vault/src/index.ts';
import { keysIn, openMail, tryKeys } from './attack.ts';
import { encodingsOf, findNeedles } from './encodings.ts';
import { filesBelow, searchFiles } from './search-files.ts';
import { watchRedis } from './watch-redis.ts';
import { type WholeRun, wholeRun } from './whole-run.ts';

let redis: TestRedis;
let traffic: string;
let run: WholeRun;
let dataDir: string;
/** Sealed provider credentials, by mailbox. */
let tokens: { id: string; sealed: Buffer }[];

before(async () => {
  redis = await useRedis();
  const watch = await watchRedis(redis.port);
  run = await wholeRun({ REDIS_URL: redis.url });
  ({ dataDir } = run.hikyaku);
  await run.hikyaku.stop({ keepData: true });
  traffic = watch.lines();
  watch.close();
  tokens = run.opened.sealedTokens;
});
after(async () => {
  await redis?.close();
  if (dataDir) rmSync(dataDir, { recursive: true, force: true });
});

const waitingMails = () => run.waiting.content;

test('the control: the master key opens every instance key, and with them tokens and waiting mail', async () => {
  const loot = tryKeys(run.opened.rows, keysIn(run.masterKey), tokens);
  assert.deepEqual([...loot.purposes].sort(), ['content', 'digest', 'push', 'token']);
  assert.equal(tokens.length, 5, 'of four mailboxes, and of the channel that pictures go to');
  for (const row of waitingMails())
    assert.ok(await openMail(row, run.waiting.spool, run.opened.contentOpener.open), row.state);
});

test('whoever reads all of Redis’s traffic learns no content and no secret', () => {
  assert.match(traffic, /accountKey/, 'the control: turns went by Redis');
  assert.ok(traffic.split('\n').length > 200);
  const bytes = Buffer.from(traffic, 'latin1');
  assert.deepEqual(findNeedles(bytes, encodingsOf('content', run.banner)), []);
  for (const [secret, what] of run.secrets) assert.deepEqual(findNeedles(bytes, encodingsOf(what, secret)), []);
  assert.doesNotMatch(traffic, /@(outlook|gmail|example)\./, 'no address either');
});

test('a run on Redis leaves no content in files, and no secret in logs', () => {
  const banner = encodingsOf('content', run.banner);
  assert.deepEqual(
    searchFiles(
      dataDir,
      filesBelow(dataDir, (path) => path === 'sandbox'),
      banner,
    ),
    [],
  );
  const secrets = [...run.secrets].flatMap(([secret, what]) => encodingsOf(what, secret));
  const logs = filesBelow(dataDir).filter((path) => path.startsWith('logs/'));
  assert.ok(logs.length >= 5);
  assert.deepEqual(searchFiles(dataDir, logs, secrets), []);
});

test('a stolen dump of the whole database, with the spool beside it, opens no mailbox and no mail', async () => {
  const text = run.waiting.dump.map((row) => row.text).join('\n');
  const candidates = keysIn(text);
  assert.ok(candidates.length > 500, `${candidates.length} keys to try`);
  const loot = tryKeys(run.opened.rows, candidates, tokens);
  assert.deepEqual([...loot.purposes], []);
  // Each candidate as the content key itself.
  for (const row of waitingMails()) {
    assert.ok(row.keySealed && run.waiting.spool.has(row.spoolObject!));
    for (const key of candidates.slice(0, 2000)) assert.equal(await openMail(row, run.waiting.spool, () => key), null);
  }
  // Nor does it sign in: the cookie needs a signature that nothing in the dump makes.
  const cookies = [...run.secrets].filter(([, what]) => what === 'session cookie').map(([secret]) => secret);
  assert.ok(cookies.length > 0);
  for (const cookie of cookies) assert.equal(text.includes(cookie), false);
});

test('a stolen edge, with its environment, its disk and all that it can read in the database, opens no token and no mail', async () => {
  const environment = run.environments.edge!;
  const own = filesBelow(dataDir).filter((path) => /^(edge|journal|spool|tls)\//.test(path));
  assert.ok(own.includes('edge/snapshot'));
  const edgeKeys = parseEdgeKeys(environment.HIKYAKU_EDGE_KEY!.split(','));
  const snapshot = openFileBox(deriveSnapshotKey(edgeKeys[0]!)).open(readFileSync(join(dataDir, 'edge/snapshot')));
  const heap = [
    ...Object.values(environment),
    ...own.map((path) => readFileSync(join(dataDir, path)).toString('latin1').slice(0, 100_000)),
    ...own.map((path) => readFileSync(join(dataDir, path)).subarray(0, 2000).toString('hex')),
    snapshot.toString('utf8'),
    ...run.waiting.dump.map(({ text }) => text),
  ].join('\n');
  const candidates = [...keysIn(heap), ...edgeKeys];
  const loot = tryKeys(run.opened.rows, candidates, tokens);
  assert.deepEqual([...loot.purposes], ['digest'], 'digests of passwords are what it is there for');
  assert.ok(loot.tried > 1000);

  const digest = run.opened.rows.find(({ purpose }) => purpose === 'digest')!;
  assert.ok(openPasswordDigester([digest], edgeKeys));
  assert.throws(() => openContentOpener(run.opened.rows, edgeKeys), { code: 'vault.key_wrong' });
  for (const row of waitingMails()) {
    for (const key of edgeKeys) assert.equal(await openMail(row, run.waiting.spool, () => key), null);
    const derived = () => deriveSnapshotKey(edgeKeys[0]!);
    assert.equal(await openMail(row, run.waiting.spool, derived), null);
  }
  const secrets = [...run.secrets].filter(([, what]) => /token|verifier|sign-in|session|OAuth/.test(what));
  for (const [secret, what] of secrets) {
    if (what === 'session token') continue;
    assert.equal(heap.includes(secret), false, what);
  }
});

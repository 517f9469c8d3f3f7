import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { armFaultPoints, newId } from '@hikyaku/core';
import {
  decryptContent,
  type Journal,
  type JournalEntry,
  openFileSpool,
  openSpool,
  type SpoolStore,
} from '../src/index.ts';
import { scanRecords } from '../src/journal/record.ts';
import type { Slice } from '../src/store/slice.ts';
import {
  accept,
  collect,
  contentOf,
  journalFor,
  keyOf,
  silentLogger,
  takeAll,
  temporaryFolder,
  until,
} from './journal-harness.ts';

/** Temporary files may be in memory or on a disk. */
const OTHER_FILE_SYSTEM = tmpdir().startsWith('/dev/shm') ? '/var/tmp' : '/dev/shm';

async function spoolFor(t: TestContext): Promise<{ dir: string; spool: SpoolStore }> {
  const dir = join(await temporaryFolder(t), 'spool');
  return { dir, spool: await openFileSpool({ dir, logger: silentLogger }) };
}

const filesIn = async (dir: string): Promise<string[]> =>
  (await readdir(dir, { recursive: true, withFileTypes: true })).flatMap((found) =>
    found.isFile() ? [join(found.parentPath, found.name).slice(dir.length + 1)] : [],
  );

test('the mails of a pack come back by their slices', async (t) => {
  const { dir, spool } = await spoolFor(t);
  const items = [17, 0, 2000, 300_000].map((size) => randomBytes(size));
  const { object, slices } = await spool.putPack(items);
  for (const [index, { offset, length }] of slices.entries()) {
    assert.deepEqual(await collect(spool.read(object, offset, length)), items[index]);
  }
  assert.deepEqual(await filesIn(dir), [object]);
  assert.match(object, /^[0-9a-f]{2}\/[0-9a-f-]{36}\.pack$/);
});

test('an erased slice is nothing but zeros, its neighbours stay as they were, and a missing object is fine', async (t) => {
  const { dir, spool } = await spoolFor(t);
  const items = [2000, 90_000, 17].map((size) => randomBytes(size));
  const { object, slices } = await spool.putPack(items);
  await spool.erase(object, [slices[1]!]);
  const whole = await readFile(join(dir, object));
  assert.deepEqual(whole, Buffer.concat([items[0]!, Buffer.alloc(90_000), items[2]!]));
  await spool.remove(object);
  await spool.erase(object, [slices[0]!]);
  assert.deepEqual(await filesIn(dir), []);
  await assert.rejects(spool.erase('../etc/passwd', [slices[0]!]), { code: 'spool.content_missing' });
});

/** A segment as the journal leaves it, and the entries of its mails. */
async function segmentOf(t: TestContext, sizes: number[]): Promise<{ journal: Journal; entries: JournalEntry[] }> {
  const journal = await journalFor(t, await temporaryFolder(t), { limits: { idleMs: 10 } });
  for (const [index, size] of sizes.entries()) await accept(journal, `m${index}`, size);
  return { journal, entries: await takeAll(journal) };
}

async function plainOf(spool: SpoolStore, object: string, slice: Slice, messageId: string): Promise<Buffer> {
  return collect(decryptContent(keyOf(messageId), messageId, spool.read(object, slice.offset, slice.length)));
}

test('the mails of a segment come back by their slices, from a link of it that stays when the journal is done', async (t) => {
  const { dir, spool } = await spoolFor(t);
  const sizes = [17, 0, 2000, 250_000];
  const { journal, entries } = await segmentOf(t, sizes);
  const { path } = entries[0]!;
  const first = await spool.putRecords({ path, records: entries.slice(0, 2) });
  const second = await spool.putRecords({ path, records: entries.slice(2) });
  assert.equal((await stat(path)).nlink, 3, 'no byte was written again, and each call has its own name');
  for (const entry of entries) await journal.done(entry);
  await until('the journal lets go of it', async () => (await stat(path).catch(() => undefined)) === undefined);
  const places = [
    ...first.slices.map((slice) => ({ ...first, slice })),
    ...second.slices.map((slice) => ({ ...second, slice })),
  ];
  for (const [index, { object, slice }] of places.entries()) {
    assert.deepEqual(await plainOf(spool, object, slice, `m${index}`), contentOf(`m${index}`, sizes[index]!));
  }
  assert.deepEqual((await filesIn(dir)).sort(), [first.object, second.object].sort());
});

test('where links cannot reach, the records of a segment are copied, and only those that are asked for', async (t) => {
  const { spool } = await spoolFor(t);
  const { entries } = await segmentOf(t, [17, 3000, 2000]);
  const path = join(OTHER_FILE_SYSTEM, `hikyaku-${newId()}`);
  t.after(() => rm(path, { force: true }));
  await writeFile(path, await readFile(entries[0]!.path));
  const { object, slices } = await spool.putRecords({ path, records: [entries[0]!, entries[2]!] });
  assert.deepEqual(await plainOf(spool, object, slices[0]!, 'm0'), contentOf('m0', 17));
  assert.deepEqual(await plainOf(spool, object, slices[1]!, 'm2'), contentOf('m2', 2000));
  const { length } = Buffer.concat(await Promise.all([entries[0]!, entries[2]!].map((entry) => entry.readRecord())));
  assert.equal(slices[1]!.offset + slices[1]!.length, length);
  await spool.erase(object, [slices[0]!]);
  assert.deepEqual(await plainOf(spool, object, slices[1]!, 'm2'), contentOf('m2', 2000));
});

test('a segment that is not there is told as missing content', async (t) => {
  const { spool } = await spoolFor(t);
  const { entries } = await segmentOf(t, [17]);
  await assert.rejects(spool.putRecords({ path: `${entries[0]!.path}0`, records: entries }), {
    code: 'spool.content_missing',
  });
});

test('destroyed mails of a segment that lives on for others leave no sealed key there, and nobody else’s is touched', async (t) => {
  const { dir, spool } = await spoolFor(t);
  const { entries } = await segmentOf(t, [500, 600, 700, 800]);
  const { path } = entries[0]!;
  const whole = await spool.putRecords({ path, records: entries });
  const last = await spool.putRecords({ path, records: [entries[3]!] });
  const kinds = async () => scanRecords(await readFile(join(dir, last.object))).records.map(({ kind }) => kind);
  await spool.erase(whole.object, [whole.slices[0]!]);
  assert.deepEqual(await kinds(), ['erased', 'small', 'small', 'small']);
  const { offset, length } = whole.slices[0]!;
  assert.deepEqual((await readFile(path)).subarray(offset, offset + length), Buffer.alloc(length));
  // Places where no mail begins: whoever is wrong about one destroys nothing.
  await spool.remove(whole.object, [whole.slices[1]!, { offset: 1, length: 2 }, { ...whole.slices[2]!, length: 699 }]);
  assert.deepEqual(await kinds(), ['erased', 'erased', 'small', 'small']);
  assert.deepEqual(await plainOf(spool, last.object, last.slices[0]!, 'm3'), contentOf('m3', 800));
  await spool.remove(last.object);
  assert.deepEqual(await filesIn(dir), []);
  const left = scanRecords(await readFile(path)).records.map(({ kind }) => kind);
  assert.deepEqual(left, ['erased', 'erased', 'small', 'small'], 'a name alone takes nothing with it');
});

test('a large file is linked, and stays when its source goes; doing it again changes nothing', async (t) => {
  const { dir, spool } = await spoolFor(t);
  const path = join(dir, '..', 'source.bin');
  const content = randomBytes(700_000);
  await writeFile(path, content);
  const messageId = newId();
  const put = await spool.putFile(messageId, path, content.length);
  assert.equal((await stat(path)).nlink, 2);
  assert.deepEqual(await spool.putFile(messageId, path, content.length), put);
  await unlink(path);
  assert.deepEqual(
    await spool.putFile(messageId, path, content.length),
    put,
    'a repeated hand-off whose journal file is gone',
  );
  assert.deepEqual(await collect(spool.read(put.object, 0, put.length)), content);
  await spool.remove(put.object);
  await assert.rejects(spool.putFile(messageId, path, content.length), { code: 'spool.content_missing' });
});

test('a file of another file system is copied whole', async (t) => {
  const { dir, spool } = await spoolFor(t);
  const elsewhere = join(OTHER_FILE_SYSTEM, `hikyaku-${newId()}`);
  t.after(() => rm(elsewhere, { force: true }));
  const content = randomBytes(700_000);
  await writeFile(elsewhere, content);
  await assert.rejects(link(elsewhere, join(dir, 'probe')), { code: 'EXDEV' });
  const put = await spool.putFile(newId(), elsewhere, content.length);
  await unlink(elsewhere);
  assert.deepEqual(await collect(spool.read(put.object, 0, put.length)), content);
  assert.deepEqual(await filesIn(dir), [put.object]);
});

test('missing and cut objects are told apart, and removing twice is fine', async (t) => {
  const { spool } = await spoolFor(t);
  const { object } = await spool.putPack([randomBytes(100)]);
  await assert.rejects(collect(spool.read(object, 50, 100)), { code: 'spool.content_damaged' });
  await spool.remove(object);
  await spool.remove(object);
  await assert.rejects(collect(spool.read(object, 0, 100)), { code: 'spool.content_missing' });
});

test('an object name never leads out of the spool', async (t) => {
  const { dir, spool } = await spoolFor(t);
  const outside = join(dir, '..', 'outside.mail');
  await writeFile(outside, 'x');
  for (const object of ['../outside.mail', 'ab/../../outside.mail', '/etc/passwd', 'ab/..', '', 'tmp/x.mail']) {
    await assert.rejects(collect(spool.read(object, 0, 1)), { code: 'spool.content_missing' }, object);
    await assert.rejects(async () => spool.remove(object), { code: 'spool.content_missing' }, object);
  }
  assert.equal(String(await readFile(outside)), 'x');
});

test('list gives every object with its age, and no half-written one', async (t) => {
  const { dir, spool } = await spoolFor(t);
  const objects = new Set<string>();
  for (let index = 0; index < 20; index++) objects.add((await spool.putPack([randomBytes(10)])).object);
  await writeFile(join(dir, 'tmp', 'half'), 'x');
  const listed: { object: string; modifiedAt: number }[] = [];
  for await (const found of spool.list()) listed.push(found);
  assert.deepEqual(new Set(listed.map(({ object }) => object)), objects);
  for (const { modifiedAt } of listed) assert.ok(Math.abs(Date.now() - modifiedAt) < 60_000);
});

test('a pack whose sync fails is no object, and the spool goes on', async (t) => {
  t.after(() => armFaultPoints(''));
  const { dir, spool } = await spoolFor(t);
  armFaultPoints('spool.before-sync=fail@1');
  await assert.rejects(spool.putPack([randomBytes(10)]), { code: 'spool.unavailable' });
  assert.deepEqual(await filesIn(dir), []);
  armFaultPoints('');
  await spool.putPack([randomBytes(10)]);
  assert.equal((await filesIn(dir)).length, 1);
});

test('a disk that does not take the object is told as spool.unavailable', async (t) => {
  const { dir, spool } = await spoolFor(t);
  await rm(join(dir, 'tmp'), { recursive: true });
  await writeFile(join(dir, 'tmp'), 'a file in place of the folder');
  await assert.rejects(spool.putPack([randomBytes(10)]), { code: 'spool.unavailable' });
  await rm(join(dir, 'tmp'));
  await mkdir(join(dir, 'tmp'));
  await spool.putPack([randomBytes(10)]);
});

test('what a killed process left half-written goes at an open an hour later, not earlier', async (t) => {
  const { dir } = await spoolFor(t);
  for (const name of ['old', 'young']) await writeFile(join(dir, 'tmp', name), 'x');
  const longAgo = new Date(Date.now() - 2 * 3_600_000);
  await utimes(join(dir, 'tmp', 'old'), longAgo, longAgo);
  await openFileSpool({ dir, logger: silentLogger });
  assert.deepEqual(await readdir(join(dir, 'tmp')), ['young']);
});

test('objects and folders are for our user only', async (t) => {
  const { dir, spool } = await spoolFor(t);
  const { object } = await spool.putPack([randomBytes(10)]);
  assert.equal((await stat(join(dir, object))).mode & 0o777, 0o600);
  for (const folder of [dir, join(dir, 'tmp'), join(dir, object.slice(0, 2))]) {
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
  }
});

test('the name of a segment’s object is told before anything is there, and removing it takes what a kill left half-written', async (t) => {
  const { dir, spool } = await spoolFor(t);
  const code = `
    const { armFaultPoints } = await import(${JSON.stringify(import.meta.resolve('@hikyaku/core'))});
    const { openFileSpool } = await import(${JSON.stringify(import.meta.resolve('../src/index.ts'))});
    const spool = await openFileSpool({ dir: process.argv[1], logger: { info() {} } });
    armFaultPoints('spool.before-sync=kill');
    const readRecord = async () => Buffer.alloc(100);
    const segment = { path: '/proc/self/status', records: [{ cipherOffset: 0, cipherLength: 100, readRecord }] };
    await spool.putRecords(segment, async (object) => process.stdout.write(object));`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', code, dir], { encoding: 'utf8' });
  assert.equal(run.signal, 'SIGKILL', run.stderr);
  assert.equal((await filesIn(dir)).length, 1);
  await spool.remove(run.stdout);
  assert.deepEqual(await filesIn(dir), []);
});

test('storage that is not supported is refused instead of a folder being used in its place', async (t) => {
  const dataDir = await temporaryFolder(t);
  await assert.rejects(openSpool({ dataDir, url: 's3://mail', logger: silentLogger }), { code: 'config.invalid' });
  await assert.rejects(readdir(join(dataDir, 'spool')), { code: 'ENOENT' });
  await openSpool({ dataDir, logger: silentLogger });
  assert.ok((await readdir(join(dataDir, 'spool'))).includes('00'));
});

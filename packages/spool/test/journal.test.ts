import assert from 'node:assert/strict';
import { link, readdir, readFile, stat, statfs, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { armFaultPoints, newId } from '@hikyaku/core';
import { DiskBudget } from '../src/journal/disk-budget.ts';
import { scanRecords } from '../src/journal/record.ts';
import {
  accept,
  assertWhole,
  contentOf,
  idsOf,
  journalFor,
  keyOf,
  metaFor,
  recordingLogger,
  takeAll,
  temporaryFolder,
  until,
} from './journal-harness.ts';

const LIMIT = 256 * 1024;

test('small and large mails come back whole, with their meta, oldest first', async (t) => {
  const journal = await journalFor(t, await temporaryFolder(t));
  const sizes = [0, 1, 2000, LIMIT - 1, LIMIT, LIMIT + 1, 600_000, 3_000_000, 5];
  for (const [index, size] of sizes.entries()) await accept(journal, `mail-${index}`, size);
  const entries = await takeAll(journal);
  assert.deepEqual(
    entries.map(({ meta }) => meta.sizeBytes),
    sizes,
  );
  for (const entry of entries) {
    assert.equal(entry.kind, entry.meta.sizeBytes > LIMIT ? 'large' : 'small');
    const { acceptedAt, ...meta } = metaFor(entry.meta.messageId, entry.meta.sizeBytes);
    assert.deepEqual({ ...entry.meta, acceptedAt }, { acceptedAt, ...meta });
    await assertWhole(entry);
  }
});

test('neither the log nor a large file holds plain content, a key, or anything of the envelope', async (t) => {
  const dir = await temporaryFolder(t);
  const journal = await journalFor(t, dir);
  await accept(journal, 'small', 5000);
  await accept(journal, 'large', 300_000);
  const [segment] = await readdir(join(dir, 'segments'));
  const log = await readFile(join(dir, 'segments', segment!));
  const large = await readFile(join(dir, 'large', 'large.bin'));
  assert.equal(log.includes(contentOf('small', 5000).subarray(100, 116)), false);
  for (const at of [0, 70_000, 290_000]) {
    assert.equal(large.includes(contentOf('large', 300_000).subarray(at, at + 16)), false);
  }
  const { mailFrom, recipients, subject, tenantId, deviceId, clientAddress } = metaFor('small', 1);
  for (const text of [mailFrom, recipients[0]!, subject!, tenantId, deviceId, clientAddress]) {
    for (const file of [log, large]) assert.equal(file.includes(text), false, text);
  }
  for (const id of ['small', 'large']) {
    for (const file of [log, large]) assert.equal(file.includes(keyOf(id)), false, id);
  }
});

test('concurrent commits share writes and all of them come back whole', async (t) => {
  const journal = await journalFor(t, await temporaryFolder(t));
  const ids = Array.from({ length: 300 }, (_, index) => `m${index}`);
  await Promise.all(ids.map((id, index) => accept(journal, id, index % 7 === 0 ? 70_000 + index : index * 20)));
  const entries = await takeAll(journal);
  assert.deepEqual(new Set(idsOf(entries)), new Set(ids));
  for (const entry of entries) await assertWhole(entry);
});

test('take waits for the first mail, gives at most what was asked, and ends with its signal or the journal', async (t) => {
  const journal = await journalFor(t, await temporaryFolder(t));
  const waiting = journal.take(2);
  for (const id of ['a', 'b', 'c']) await accept(journal, id, 10);
  assert.deepEqual(idsOf(await waiting), ['a']);
  assert.deepEqual(idsOf(await journal.take(1)), ['b']);
  assert.deepEqual(idsOf(await journal.take(10)), ['c']);
  assert.deepEqual(await journal.take(10, AbortSignal.timeout(10)), []);
  assert.deepEqual(await journal.take(10, AbortSignal.abort()), []);
  const last = journal.take(1);
  await journal.close();
  assert.deepEqual(await last, []);
});

test('what is put back comes again before younger mail, in its order, and once', async (t) => {
  const journal = await journalFor(t, await temporaryFolder(t));
  for (const id of ['a', 'b', 'c', 'd', 'e']) await accept(journal, id, 10);
  const first = await journal.take(3);
  await journal.done(first[1]!);
  journal.putBack([first[2]!, first[1]!, first[0]!]);
  journal.putBack([first[2]!]);
  const again = await journal.take(10);
  assert.deepEqual(idsOf(again), ['a', 'c', 'd', 'e']);
  assert.equal(journal.stats().entries, 4);
});

test('once everything is acknowledged and it is quiet, no byte is left on the disk', async (t) => {
  const dir = await temporaryFolder(t);
  const journal = await journalFor(t, dir, { limits: { idleMs: 30 } });
  for (const [id, size] of [
    ['a', 10],
    ['b', 300_000],
    ['c', 10],
  ] as const)
    await accept(journal, id, size);
  const entries = await takeAll(journal);
  await journal.done(entries[0]!);
  await journal.done(entries[1]!);
  await journal.done(entries[1]!);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(await readdir(join(dir, 'large')), ['b.bin'], 'no record outlives its file');
  assert.equal(journal.stats().entries, 1);
  await journal.done(entries[2]!);
  await until('everything is unlinked', () => journal.stats().bytes === 0);
  assert.deepEqual(await readdir(join(dir, 'segments')), []);
  assert.deepEqual(await readdir(join(dir, 'large')), []);
  assert.deepEqual(journal.stats(), { entries: 0, bytes: 0, quarantined: 0, oldestAt: null });
  await accept(journal, 'd', 10);
  assert.deepEqual(idsOf(await takeAll(journal)), ['d']);
});

test('under steady traffic acknowledged content goes within the segment age, not only when a segment is full', async (t) => {
  const dir = await temporaryFolder(t);
  const journal = await journalFor(t, dir, { limits: { segmentAgeMs: 50, idleMs: 60_000 } });
  const ids: string[] = [];
  for (let index = 0; index < 40; index++) {
    await accept(journal, `m${index}`, 100);
    const [entry] = await journal.take(1);
    ids.push(entry!.meta.messageId);
    await journal.done(entry!);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const left = Buffer.concat(
    await Promise.all((await readdir(join(dir, 'segments'))).map((name) => readFile(join(dir, 'segments', name)))),
  ).toString('latin1');
  assert.equal(ids.slice(0, 20).filter((id) => left.includes(`${String.fromCharCode(id.length)}${id}\0`)).length, 0);
});

test('segments end at their size, and each goes when its own mails are acknowledged', async (t) => {
  const dir = await temporaryFolder(t);
  const journal = await journalFor(t, dir, { limits: { segmentBytes: 10_000 } });
  for (let index = 0; index < 12; index++) await accept(journal, `m${index}`, 3000);
  const names = (await readdir(join(dir, 'segments'))).sort();
  assert.equal(names.length, 4);
  const entries = await takeAll(journal);
  for (const entry of entries.slice(0, 4)) await journal.done(entry);
  assert.deepEqual((await readdir(join(dir, 'segments'))).sort(), names.slice(1));
});

test('a mail that nobody may have is overwritten where it lies, its neighbours stay, and after a restart it is not there', async (t) => {
  const dir = await temporaryFolder(t);
  const journal = await journalFor(t, dir);
  for (const id of ['a', 'b', 'c']) await accept(journal, id, 3000);
  const [a, b, c] = await takeAll(journal);
  await journal.destroy(b!);
  const [name] = await readdir(join(dir, 'segments'));
  const { records, damages } = scanRecords(await readFile(join(dir, 'segments', name!)));
  assert.deepEqual(damages, []);
  assert.deepEqual(
    records.map(({ kind }) => kind),
    ['small', 'erased', 'small'],
  );
  const sealed = Buffer.from(metaFor('b', 1).keySealed, 'base64');
  assert.equal(records[1]!.bytes.includes(sealed), false);
  for (const entry of [a, c]) await assertWhole(entry!);
  await journal.close();
  const { logger, lines } = recordingLogger();
  const again = await journalFor(t, dir, { logger });
  assert.deepEqual(idsOf(await takeAll(again)), ['a', 'c']);
  assert.deepEqual(lines, []);
});

test('an aborted mail leaves nothing, small or large', async (t) => {
  const dir = await temporaryFolder(t);
  const journal = await journalFor(t, dir);
  for (const size of [1000, 500_000]) {
    const writer = journal.begin(newId(), keyOf('x'));
    void writer.write(Buffer.alloc(size));
    await writer.abort();
    assert.throws(() => writer.write(Buffer.alloc(1)), { code: 'bug.unknown' });
  }
  assert.deepEqual(await readdir(join(dir, 'large')), []);
  assert.deepEqual(journal.stats(), { entries: 0, bytes: 0, quarantined: 0, oldestAt: null });
});

test('a large mail makes its writer wait instead of collecting it in memory', async (t) => {
  const journal = await journalFor(t, await temporaryFolder(t), { limits: { largeQueueBytes: 100_000 } });
  const writer = journal.begin('big', keyOf('big'));
  const content = contentOf('big', 4_000_000);
  const waits: boolean[] = [];
  for (let at = 0; at < content.length; at += 65_536) {
    const wait = writer.write(content.subarray(at, at + 65_536));
    waits.push(wait !== undefined);
    await wait;
  }
  await writer.commit(metaFor('big', content.length));
  assert.ok(waits.filter(Boolean).length >= 10, `${waits.filter(Boolean).length} waits`);
  const [entry] = await journal.take(1);
  await assertWhole(entry!);
});

test('files and folders are for our user only', async (t) => {
  const dir = await temporaryFolder(t);
  const journal = await journalFor(t, dir);
  await accept(journal, 'small', 10);
  await accept(journal, 'large', 300_000);
  for (const name of ['.', ...(await readdir(dir, { recursive: true }))]) {
    const found = await stat(join(dir, name));
    assert.equal(found.mode & 0o777, found.isDirectory() ? 0o700 : 0o600, name);
  }
});

test('beyond maxBytes mail is refused as full, leaves nothing, and is taken again when there is room', async (t) => {
  const dir = await temporaryFolder(t);
  const journal = await journalFor(t, dir, { maxBytes: 50_000, limits: { idleMs: 10 } });
  await accept(journal, 'a', 30_000);
  await assert.rejects(accept(journal, 'b', 30_000), { code: 'edge.journal_full' });
  await assert.rejects(accept(journal, 'c', 300_000), { code: 'edge.journal_full' });
  assert.deepEqual(await readdir(join(dir, 'large')), []);
  await accept(journal, 'd', 10);
  const entries = await takeAll(journal);
  assert.deepEqual(idsOf(entries), ['a', 'd']);
  for (const entry of entries) await journal.done(entry);
  await until('there is room', () => journal.stats().bytes === 0);
  await accept(journal, 'e', 30_000);
  assert.equal(journal.isWritable(), true);
});

test('a disk of which others need the rest: mail is refused as full before it is, and that is said once', async (t) => {
  const dir = await temporaryFolder(t);
  const { bavail, bsize } = await statfs(dir);
  const { logger, lines } = recordingLogger();
  const low = await journalFor(t, dir, { keepFreeBytes: bavail * bsize * 2, logger, limits: { probeMs: 10 } });
  assert.equal(low.isWritable(), false);
  await assert.rejects(accept(low, 'a', 10), { code: 'edge.journal_full' });
  await assert.rejects(accept(low, 'b', 300_000), { code: 'edge.journal_full' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(
    lines.map(({ event }) => event),
    ['journal.disk_low'],
  );
  await low.close();
  const half = await journalFor(t, dir, { keepFreeBytes: Math.floor((bavail * bsize) / 2) });
  assert.equal(half.isWritable(), true);
  await accept(half, 'c', 10);
});

test('what is kept free is kept: a budget refuses what would go below, and follows the disk both ways', () => {
  const budget = new DiskBudget(1000, 100);
  budget.saw(250);
  budget.reserve(100);
  assert.throws(() => budget.reserve(51), { code: 'edge.journal_full', message: /150 bytes left, of which 100/ });
  budget.reserve(50);
  assert.deepEqual([budget.hasRoom, budget.isDiskLow], [false, true]);
  budget.saw(900);
  budget.release(150);
  assert.equal(budget.hasRoom, true);
  assert.throws(() => budget.reserve(1001), { code: 'edge.journal_full', message: /holds 0 of 1000/ });
});

test('a quarantined mail is moved aside whole, counted, and never comes again', async (t) => {
  const dir = await temporaryFolder(t);
  const journal = await journalFor(t, dir);
  for (const [id, size] of [
    ['a', 10],
    ['b', 300_000],
    ['c', 10],
  ] as const)
    await accept(journal, id, size);
  const [a, b] = await journal.take(2);
  await journal.quarantine(a!, 'refused by the database', false);
  await journal.quarantine(b!, 'refused by the database', false);
  await journal.quarantine(b!, 'twice', false);
  await journal.done(a!);
  assert.deepEqual((await readdir(join(dir, 'quarantine'))).sort(), ['a.log', 'b.bin', 'b.log']);
  assert.equal(journal.stats().quarantined, 2);
  await journal.close();
  const again = await journalFor(t, dir);
  assert.deepEqual(idsOf(await takeAll(again)), ['c']);
  assert.equal(again.stats().quarantined, 2);
});

test('a quarantined mail that may be in the database stays where the spool may be linked to it; one that cannot be does not', async (t) => {
  const dir = await temporaryFolder(t);
  const journal = await journalFor(t, dir);
  for (const id of ['a', 'b', 'c']) await accept(journal, id, 3000);
  const [a, b] = await takeAll(journal);
  const linked = join(dir, 'linked.log');
  const [name] = await readdir(join(dir, 'segments'));
  await link(join(dir, 'segments', name!), linked);
  await journal.quarantine(a!, 'its answer may have been lost', true);
  await journal.quarantine(b!, 'refused by the database', false);
  const { records, damages } = scanRecords(await readFile(linked));
  const kinds = ['small', 'erased', 'small'];
  assert.deepEqual([records.map(({ kind }) => kind), damages], [kinds, []]);
  assert.deepEqual((await readdir(join(dir, 'quarantine'))).sort(), ['a.log', 'b.log']);
});

test('a failing write, sync or anything after fails every commit of its group, and the next mail is taken', async (t) => {
  t.after(() => armFaultPoints(''));
  for (const point of ['before-write', 'before-sync', 'after-sync', 'large-before-sync', 'large-before-record']) {
    const dir = await temporaryFolder(t);
    const journal = await journalFor(t, dir, { limits: { probeMs: 20 } });
    await accept(journal, 'before', 10);
    armFaultPoints(`journal.${point}=fail@1`);
    const size = point.startsWith('large') ? 300_000 : 10;
    const results = await Promise.allSettled(['b', 'c', 'd'].map((id) => accept(journal, id, size)));
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
    assert.deepEqual(refused, Array(point.startsWith('large') ? 1 : 3).fill('edge.journal_unavailable'), point);
    armFaultPoints('');
    await until(`writable again after ${point}`, () => journal.isWritable());
    await accept(journal, 'after', 10);
    const expected = [
      'before',
      ...['b', 'c', 'd'].filter((_, index) => results[index]!.status === 'fulfilled'),
      'after',
    ];
    assert.deepEqual(idsOf(await takeAll(journal)).sort(), [...expected].sort(), point);
    await journal.close();
    const again = await journalFor(t, dir);
    assert.deepEqual(idsOf(await takeAll(again)).sort(), [...expected].sort(), `${point}, after a restart`);
    assert.deepEqual(
      (await readdir(join(dir, 'large'))).length,
      expected.length - (size > 10 ? 2 : expected.length),
      point,
    );
  }
});

test('misuse is a bug error: another id, a second commit, an id that is no file name', async (t) => {
  const journal = await journalFor(t, await temporaryFolder(t));
  const writer = journal.begin('a', keyOf('a'));
  await assert.rejects(writer.commit(metaFor('b', 0)), { code: 'bug.unknown' });
  await writer.commit(metaFor('a', 0));
  await assert.rejects(writer.commit(metaFor('a', 0)), { code: 'bug.unknown' });
  assert.throws(() => journal.begin('../a', keyOf('a')), { code: 'bug.unknown' });
});

test('a closed journal takes no mail', async (t) => {
  const journal = await journalFor(t, await temporaryFolder(t));
  await journal.close();
  assert.equal(journal.isWritable(), false);
  await assert.rejects(accept(journal, 'a', 10), { code: 'edge.journal_unavailable' });
  await assert.rejects(accept(journal, 'b', 300_000), { code: 'edge.journal_unavailable' });
});

test('what was moved aside is kept for its time and then destroyed with its content, and that is told; younger things stay', async (t) => {
  const dir = await temporaryFolder(t);
  const { logger, lines } = recordingLogger();
  const journal = await journalFor(t, dir, { logger, limits: { pruneEveryMs: 20 } });
  await accept(journal, 'old', 300_000);
  await accept(journal, 'young', 300_000);
  for (const entry of await takeAll(journal)) await journal.quarantine(entry, 'refused by the database', false);
  await writeFile(join(dir, 'quarantine', 'note-of-the-operator.txt'), 'mine');
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
  await utimes(join(dir, 'quarantine', 'young.log'), hoursAgo(71), hoursAgo(71));
  await utimes(join(dir, 'quarantine', 'old.log'), hoursAgo(73), hoursAgo(73));
  const pruned = () => lines.find(({ event }) => event === 'journal.quarantine_pruned');
  await until('it is told', pruned);
  assert.deepEqual(pruned()!.names, ['old.log']);
  assert.deepEqual((await readdir(join(dir, 'quarantine'))).sort(), [
    'note-of-the-operator.txt',
    'young.bin',
    'young.log',
  ]);
  assert.equal(journal.stats().quarantined, 1);
});

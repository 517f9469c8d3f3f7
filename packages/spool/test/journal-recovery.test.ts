import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rename, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { createContentEncryptor, openJournal } from '../src/index.ts';
import { finishRecord, scanRecords } from '../src/journal/record.ts';
import {
  abandonedJournal,
  accept,
  assertWhole,
  contentOf,
  idsOf,
  JOURNAL_KEYS,
  journalFor,
  keyOf,
  metaFor,
  recordingLogger,
  recovered,
  segmentOf,
  silentLogger,
  takeAll,
  temporaryFolder,
} from './journal-harness.ts';

test('everything that was not acknowledged comes again after a restart, in order, and again after another', async (t) => {
  const sizes = [10, 300_000, 2000, 0, 3_000_000];
  const dir = await abandonedJournal(t, sizes);
  const expected = sizes.map((_, index) => `m${index}`);
  assert.deepEqual(await recovered(dir), expected);
  assert.deepEqual(await recovered(dir), expected);
});

test('a log cut at any byte of its last record gives every mail before it, and reports one torn tail', async (t) => {
  const source = await abandonedJournal(t, [300, 40, 20]);
  const log = await readFile(await segmentOf(source));
  const last = scanRecords(log).records.at(-1)!;
  const lengths = Array.from({ length: log.length - last.offset + 1 }, (_, index) => last.offset + index);
  const recoverCut = async (): Promise<void> => {
    const dir = await temporaryFolder(t);
    await mkdir(join(dir, 'segments'));
    for (let length = lengths.pop(); length !== undefined; length = lengths.pop()) {
      for (const name of await readdir(join(dir, 'segments'))) await unlink(join(dir, 'segments', name));
      await writeFile(join(dir, 'segments', '000000000001.log'), log.subarray(0, length));
      const isWhole = length === log.length;
      const ids = await recovered(dir, (events) => {
        assert.deepEqual(events, isWhole || length === last.offset ? [] : ['journal.torn_tail'], `cut at ${length}`);
      });
      assert.deepEqual(ids, isWhole ? ['m0', 'm1', 'm2'] : ['m0', 'm1'], `cut at ${length}`);
    }
    assert.deepEqual(await readdir(join(dir, 'quarantine')), []);
  };
  // Side by side: a thousand opens wait for their disk most of the time.
  await Promise.all(Array.from({ length: 8 }, recoverCut));
});

test('a torn tail is cut off once: the next open finds nothing to report, and new mail goes elsewhere', async (t) => {
  const dir = await abandonedJournal(t, [300, 300]);
  const path = await segmentOf(dir);
  await truncate(path, (await readFile(path)).length - 1);
  const journal = await openJournal({ dir, maxBytes: 1e9, logger: silentLogger, keys: JOURNAL_KEYS });
  await accept(journal, 'new', 10);
  await journal.close();
  assert.deepEqual(await recovered(dir, (events) => assert.deepEqual(events, [])), ['m0', 'new']);
});

test('zeros, as a power cut leaves them, behind the last mail are no mail', async (t) => {
  const dir = await abandonedJournal(t, [300]);
  const path = await segmentOf(dir);
  await writeFile(path, Buffer.concat([await readFile(path), Buffer.alloc(5000)]));
  assert.deepEqual(await recovered(dir, (events) => assert.deepEqual(events, ['journal.torn_tail'])), ['m0']);
});

test('damage before synced mail is kept in the quarantine and every other mail is given', async (t) => {
  const dir = await abandonedJournal(t, [300, 300, 300]);
  const path = await segmentOf(dir);
  const log = await readFile(path);
  const second = scanRecords(log).records[1]!;
  log[second.offset + 60]! ^= 1;
  await writeFile(path, log);
  assert.deepEqual(await recovered(dir, (events) => assert.deepEqual(events, ['journal.damaged'])), ['m0', 'm2']);
  const [name] = await readdir(join(dir, 'quarantine'));
  const kept = await readFile(join(dir, 'quarantine', name!));
  assert.deepEqual(kept, log.subarray(second.offset, second.offset + second.bytes.length));
  const journal = await journalFor(t, dir);
  assert.equal(journal.stats().quarantined, 1);
});

test('random damage anywhere never yields half a mail, never hides another one, and never stops the open', async (t) => {
  const source = await abandonedJournal(t, [300, 0, 5000, 40, 800]);
  const log = await readFile(await segmentOf(source));
  const places = scanRecords(log).records;
  await fc.assert(
    fc.asyncProperty(fc.nat(log.length - 1), fc.uint8Array({ minLength: 1, maxLength: 600 }), async (from, noise) => {
      const dir = await temporaryFolder(t);
      await mkdir(join(dir, 'segments'));
      const damaged = Buffer.from(log);
      damaged.set(noise.subarray(0, log.length - from), from);
      await writeFile(join(dir, 'segments', '000000000001.log'), damaged);
      const whole = places.flatMap(({ offset, bytes }, index) =>
        damaged.subarray(offset, offset + bytes.length).equals(bytes) ? [`m${index}`] : [],
      );
      assert.deepEqual(await recovered(dir), whole);
    }),
    { numRuns: 60 },
  );
});

test('a large file without a record got no 250 and is removed; a record without its file is moved aside, and the rest comes', async (t) => {
  const dir = await abandonedJournal(t, [300_000, 300_000]);
  await writeFile(join(dir, 'large', 'orphan.bin'), Buffer.alloc(100));
  await unlink(join(dir, 'large', 'm0.bin'));
  const { logger, lines } = recordingLogger();
  const journal = await journalFor(t, dir, { logger });
  assert.deepEqual(
    lines.map(({ event }) => event),
    ['journal.large_missing', 'journal.orphans_removed'],
  );
  assert.deepEqual(await readdir(join(dir, 'large')), ['m1.bin']);
  assert.deepEqual(idsOf(await journal.take(10)), ['m1']);
  assert.equal(lines.at(-1)!.event, 'journal.quarantined');
  assert.deepEqual([journal.stats().entries, journal.stats().quarantined], [1, 1]);
});

test('a large file that cannot be read for a while keeps back its own mail alone, and no other one comes twice', async (t) => {
  const dir = await abandonedJournal(t, [300, 300_000, 300, 300]);
  const file = join(dir, 'large', 'm1.bin');
  await rename(file, `${dir}-away`);
  await mkdir(file);
  const journal = await journalFor(t, dir);
  const first = await journal.take(10);
  assert.deepEqual(idsOf(first), ['m0', 'm2', 'm3']);
  await journal.done(first[0]!);
  await journal.done(first[1]!);
  await rm(file, { recursive: true });
  await rename(`${dir}-away`, file);
  const [last, ...others] = await journal.take(10);
  assert.deepEqual(idsOf([last!, ...others]), ['m1']);
  await journal.done(last!);
  await assertWhole(first[2]!);
  assert.equal(journal.stats().entries, 1);
});

test('what was written under an older journal key comes again; under a foreign one, or changed, it is moved aside whole', async (t) => {
  const sizes = [2000, 300_000];
  const [former, foreign] = [Buffer.alloc(32, 2), Buffer.alloc(32, 3)];
  const dir = await abandonedJournal(t, sizes);
  const rotated = await journalFor(t, dir, { keys: [former, ...JOURNAL_KEYS] });
  assert.deepEqual(idsOf(await takeAll(rotated)), ['m0', 'm1']);
  await rotated.close();
  const stolen = await journalFor(t, dir, { keys: [foreign] });
  const waiting = stolen.take(10, AbortSignal.timeout(500));
  assert.deepEqual(await waiting, []);
  assert.deepEqual((await readdir(join(dir, 'quarantine'))).sort(), ['m0.log', 'm1.bin', 'm1.log']);
  assert.equal(stolen.stats().entries, 0);
  await stolen.close();
  await rename(join(dir, 'quarantine', 'm0.log'), join(dir, 'segments', '000000000001.log'));
  await rename(join(dir, 'quarantine', 'm1.log'), join(dir, 'segments', '000000000002.log'));
  await rename(join(dir, 'quarantine', 'm1.bin'), join(dir, 'large', 'm1.bin'));
  assert.deepEqual(await recovered(dir), ['m0', 'm1']);
});

test('a journal of the earlier release, with its meta in plain, is handed on as it was', async (t) => {
  const dir = await temporaryFolder(t);
  await mkdir(join(dir, 'segments'));
  await mkdir(join(dir, 'large'));
  const mails = [metaFor('small', 500), metaFor('large', 300_000)];
  const records: Buffer[] = [];
  for (const meta of mails) {
    const encryptor = createContentEncryptor(keyOf(meta.messageId), meta.messageId);
    const cipher = Buffer.concat([...encryptor.push(contentOf(meta.messageId, meta.sizeBytes)), ...encryptor.end()]);
    const isSmall = meta.messageId === 'small';
    if (!isSmall) await writeFile(join(dir, 'large', 'large.bin'), cipher);
    const head = Buffer.from(JSON.stringify(meta));
    const bytes = Buffer.concat([Buffer.alloc(24), head, isSmall ? cipher : Buffer.alloc(0)]);
    Buffer.of(0xff, 0x48, 0x4b, 0x4a, 1, isSmall ? 1 : 2).copy(bytes);
    bytes.writeUInt32BE(head.length, 8);
    bytes.writeUInt32BE(cipher.length, 12);
    finishRecord(bytes, 0);
    records.push(bytes);
  }
  await writeFile(join(dir, 'segments', '000000000001.log'), Buffer.concat(records));
  const journal = await journalFor(t, dir);
  const entries = await takeAll(journal);
  assert.deepEqual(
    entries.map(({ meta }) => meta),
    mails,
  );
  for (const entry of entries) await assertWhole(entry);
});

test('a mail moved back from the quarantine by hand is given again', async (t) => {
  const dir = await temporaryFolder(t);
  const journal = await journalFor(t, dir);
  await accept(journal, 'small', 500);
  await accept(journal, 'large', 300_000);
  for (const entry of await takeAll(journal)) await journal.quarantine(entry, 'test', false);
  await journal.close();
  await rename(join(dir, 'quarantine', 'small.log'), join(dir, 'segments', '000000000001.log'));
  await rename(join(dir, 'quarantine', 'large.log'), join(dir, 'segments', '000000000002.log'));
  await rename(join(dir, 'quarantine', 'large.bin'), join(dir, 'large', 'large.bin'));
  assert.deepEqual(await recovered(dir), ['small', 'large']);
});

import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { scanRecords } from '../src/journal/record.ts';
import {
  abandonedJournal,
  idsOf,
  journalFor,
  recordingLogger,
  recovered,
  segmentOf,
  takeAll,
} from './journal-harness.ts';

/** Two large mails between two small ones, and the log's one segment. */
async function damaged(t: TestContext): Promise<{ dir: string; path: string; offsets: number[] }> {
  const dir = await abandonedJournal(t, [300, 300_000, 400_000, 300]);
  const path = await segmentOf(dir);
  const offsets = scanRecords(await readFile(path)).records.map(({ offset }) => offset);
  return { dir, path, offsets };
}

test('what becomes of the log takes no large mail with it: its file, whole, is all that is needed', async (t) => {
  const gone = await damaged(t);
  await unlink(gone.path);
  assert.deepEqual(new Set(await recovered(gone.dir)), new Set(['m1', 'm2']));

  const cut = await damaged(t);
  await truncate(cut.path, cut.offsets[1]! + 10);
  assert.deepEqual(new Set(await recovered(cut.dir)), new Set(['m0', 'm1', 'm2']));

  const zeroed = await damaged(t);
  const log = await readFile(zeroed.path);
  log.fill(0, zeroed.offsets[1]!, zeroed.offsets[3]!);
  await writeFile(zeroed.path, log);
  const ids = await recovered(zeroed.dir, (events) =>
    assert.deepEqual(events, ['journal.damaged', 'journal.taken_back']),
  );
  assert.deepEqual(new Set(ids), new Set(['m0', 'm1', 'm2', 'm3']));
  // They have their records now.
  assert.deepEqual(
    new Set(await recovered(zeroed.dir, (events) => assert.deepEqual(events, ['journal.damaged']))),
    new Set(ids),
  );
});

test('a large file is not taken back that its mail never came to the end of, that has another name, or that was moved aside', async (t) => {
  const { dir, path } = await damaged(t);
  const large = join(dir, 'large');
  const m1 = await readFile(join(large, 'm1.bin'));
  await unlink(path);
  await truncate(join(large, 'm1.bin'), m1.length - 1);
  await writeFile(join(large, 'other.bin'), m1);
  await writeFile(join(dir, 'quarantine', 'm2.log'), '');
  assert.deepEqual(await recovered(dir, (events) => assert.deepEqual(events, ['journal.orphans_removed'])), []);
  assert.deepEqual(await readdir(large), []);
});

test('a large mail that is taken back is removed once it is acknowledged', async (t) => {
  const { dir, path } = await damaged(t);
  await unlink(path);
  const journal = await journalFor(t, dir);
  for (const entry of await takeAll(journal)) await journal.done(entry);
  assert.deepEqual(await readdir(join(dir, 'large')), []);
  assert.deepEqual(await readdir(join(dir, 'segments')), []);
  assert.equal(journal.stats().bytes, 0);
});

test('a segment that the disk does not give stops neither the open nor other mail, is told, and comes with what it names at a later open', async (t) => {
  const { dir, path } = await damaged(t);
  const log = await readFile(path);
  await unlink(path);
  await mkdir(path);
  const other = join(dir, 'segments', '000000000001.log');
  const small = await abandonedJournal(t, [500]);
  await writeFile(other, await readFile(await segmentOf(small)));
  const { logger, lines } = recordingLogger();
  const journal = await journalFor(t, dir, { logger });
  assert.deepEqual(idsOf(await journal.take(10)), ['m0']);
  assert.deepEqual(
    lines.map(({ event }) => event),
    ['journal.unreadable'],
  );
  assert.equal(journal.stats().quarantined, 1);
  assert.deepEqual((await readdir(join(dir, 'large'))).sort(), ['m1.bin', 'm2.bin']);
  await journal.close();
  await rm(path, { recursive: true });
  await unlink(other);
  await writeFile(path, log);
  assert.deepEqual(await recovered(dir), ['m0', 'm1', 'm2', 'm3']);
});

/**
 * What a journal does on a disk of its own: `disk-child.ts <scenario> <mount point>`, run by journal-disk.test.ts inside a mount namespace, where it may
 * mount a small tmpfs, fill it and make it read-only. The exit code tells.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openJournal } from '../src/index.ts';
import { accept, assertWhole, idsOf, JOURNAL_KEYS, recordingLogger, takeAll, until } from './journal-harness.ts';

const [scenario, disk] = process.argv.slice(2) as [string, string];
const mount = (...options: string[]): unknown => execFileSync('mount', [...options, disk], { stdio: 'inherit' });
const { logger, lines } = recordingLogger();
const open = () =>
  openJournal({
    dir: join(disk, 'journal'),
    maxBytes: 1e9,
    logger,
    keys: JOURNAL_KEYS,
    // Both kinds of mail fit on these small disks.
    smallLimitBytes: 64 * 1024,
    limits: { probeMs: 20, idleMs: 10, segmentBytes: 1000 },
  });
const eventsOf = (): string[] => lines.map(({ event }) => String(event));

async function fullDisk(): Promise<void> {
  mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs');
  const journal = await open();
  const accepted: string[] = [];
  const codes: string[] = [];
  for (let index = 0; index < 40; index++) {
    // Odd ones together, so that a whole group runs into the wall.
    const ids = [`m${index}a`, `m${index}b`];
    const size = index % 5 === 4 ? 90_000 : 23_456;
    const results = await Promise.allSettled(ids.map((id) => accept(journal, id, size)));
    for (const [place, result] of results.entries()) {
      if (result.status === 'fulfilled') accepted.push(ids[place]!);
      else codes.push(result.reason.code);
    }
  }
  assert.ok(accepted.length > 5 && codes.length > 5, `${accepted.length} accepted, ${codes.length} refused`);
  assert.deepEqual(new Set(codes), new Set(['edge.journal_full']));
  const entries = await takeAll(journal);
  assert.deepEqual(idsOf(entries).sort(), [...accepted].sort());
  for (const entry of entries) await assertWhole(entry);
  await journal.close();

  const again = await open();
  const replayed = await takeAll(again);
  assert.deepEqual(idsOf(replayed).sort(), [...accepted].sort(), 'after a restart on the full disk');
  for (const event of eventsOf())
    assert.match(event, /^journal\.(write_failed|writable_again)$/, 'no torn tail was left');
  await assert.rejects(accept(again, 'too-large', 900_000), { code: 'edge.journal_full' });
  assert.equal(again.isWritable(), false);
  for (const entry of replayed) {
    await assertWhole(entry);
    await again.done(entry);
  }
  await until('room again, noticed without a mail', () => again.isWritable());
  await accept(again, 'after', 90_000);
  await again.done((await again.take(1))[0]!);
  await again.close();
  assert.deepEqual(await readdir(join(disk, 'journal', 'segments')), []);
  assert.deepEqual(await readdir(join(disk, 'journal', 'large')), []);
}

async function readOnlyDisk(): Promise<void> {
  mount('-t', 'tmpfs', '-o', 'size=8m', 'tmpfs');
  const journal = await open();
  await accept(journal, 'waiting', 2000);
  await accept(journal, 'gone', 10);
  const [waiting, gone] = await takeAll(journal);
  await journal.done(gone!);
  // A file system with a file open for writing cannot be made read-only.
  await until('the segment is closed', async () => (await readdir(join(disk, 'journal', 'segments'))).length === 1);
  mount('-o', 'remount,ro');
  for (const size of [10, 90_000]) {
    await assert.rejects(accept(journal, `refused-${size}`, size), { code: 'edge.journal_unavailable' });
    assert.equal(journal.isWritable(), false);
  }
  await assertWhole(waiting!);
  // The hand-off ends meanwhile; the segment cannot be unlinked yet.
  await journal.done(waiting!);
  assert.equal(journal.stats().entries, 0);
  mount('-o', 'remount,rw');
  await until('writable again, noticed without a mail', () => journal.isWritable());
  await until('what could not be unlinked is gone', () => journal.stats().bytes === 0);
  await accept(journal, 'after', 10);
  await journal.close();
  const again = await open();
  assert.deepEqual(idsOf(await takeAll(again)), ['after']);
  await again.close();
}

/** Space is left, but no file can be created. */
async function noMoreFiles(): Promise<void> {
  mount('-t', 'tmpfs', '-o', 'size=8m,nr_inodes=12', 'tmpfs');
  const journal = await open();
  await accept(journal, 'a', 2000);
  const results = await Promise.allSettled(
    Array.from({ length: 10 }, (_, index) => accept(journal, `b${index}`, 70_000)),
  );
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
  assert.ok(refused.length > 0);
  assert.deepEqual(new Set(refused), new Set(['edge.journal_full']), 'no file can be created: ENOSPC');
  const kept = results.filter(({ status }) => status === 'fulfilled').length;
  assert.equal((await takeAll(journal)).length, 1 + kept);
  assert.equal((await readdir(join(disk, 'journal', 'large'))).length, kept);
  await journal.close();
}

const scenarios: Record<string, () => Promise<void>> = { fullDisk, readOnlyDisk, noMoreFiles };
await scenarios[scenario]!();

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { armFaultPoints } from '@hikyaku/core';
import { accept, assertWhole, idsOf, journalFor, takeAll, temporaryFolder, until } from './journal-harness.ts';

const run = promisify(execFile);

/** A mount namespace of its own: no root needed, and the mounts end with the process. */
async function onOwnDisk(scenario: string, disk: string): Promise<void> {
  const child = join(import.meta.dirname, 'disk-child.ts');
  await run('unshare', ['--map-root-user', '--mount', process.execPath, child, scenario, disk], { timeout: 60_000 });
}

test('disk full: mail is refused as full, all accepted mail is whole, and room is noticed without a restart', async (t) => {
  await onOwnDisk('fullDisk', await temporaryFolder(t));
});

test('disk read-only: mail is refused, waiting mail can be read, and it recovers by itself', async (t) => {
  await onOwnDisk('readOnlyDisk', await temporaryFolder(t));
});

test('no file can be created any more: large mail is refused and leaves nothing', async (t) => {
  await onOwnDisk('noMoreFiles', await temporaryFolder(t));
});

test('the folder of the log is lost under a running journal: refused, and taken again when it is back', async (t) => {
  const dir = await temporaryFolder(t);
  const journal = await journalFor(t, dir, { limits: { probeMs: 20, segmentBytes: 100 } });
  await accept(journal, 'before', 500);
  await rename(join(dir, 'segments'), join(dir, 'aside'));
  await writeFile(join(dir, 'segments'), 'a file in place of the folder');
  for (const size of [10, 300_000]) {
    await assert.rejects(accept(journal, `refused-${size}`, size), { code: 'edge.journal_unavailable' });
  }
  assert.deepEqual(await readdir(join(dir, 'large')), []);
  await rm(join(dir, 'segments'));
  await rename(join(dir, 'aside'), join(dir, 'segments'));
  await until('writable again', () => journal.isWritable());
  await accept(journal, 'after', 10);
  const entries = await takeAll(journal);
  assert.deepEqual(idsOf(entries), ['before', 'after']);
  for (const entry of entries) await assertWhole(entry);
});

test('a refused mail whose bytes could not be cut off at once never comes back, not even after a restart', async (t) => {
  t.after(() => armFaultPoints(''));
  const dir = await temporaryFolder(t);
  const journal = await journalFor(t, dir, { limits: { probeMs: 20 } });
  await accept(journal, 'before', 500);
  // The write reaches the open file; its sync fails; and by its name the file cannot be reached to be cut.
  await rename(join(dir, 'segments'), join(dir, 'aside'));
  armFaultPoints('journal.before-sync=fail@1');
  await assert.rejects(accept(journal, 'refused', 500), { code: 'edge.journal_unavailable' });
  await assert.rejects(accept(journal, 'refused-too', 500), { code: 'edge.journal_unavailable' });
  await rename(join(dir, 'aside'), join(dir, 'segments'));
  const [name] = await readdir(join(dir, 'segments'));
  assert.ok((await readFile(join(dir, 'segments', name!))).includes('refused\0'), 'the bytes are there');
  await accept(journal, 'after', 500);
  await journal.close();
  const again = await journalFor(t, dir);
  assert.deepEqual(idsOf(await takeAll(again)), ['before', 'after']);
});

test('a sync that hangs makes the journal not writable, and nothing is answered before it ends', async (t) => {
  t.after(() => armFaultPoints(''));
  const journal = await journalFor(t, await temporaryFolder(t), { limits: { stallMs: 30 } });
  armFaultPoints('journal.before-sync=stall:200@1');
  let isAnswered = false;
  const commit = accept(journal, 'slow', 10).then(() => {
    isAnswered = true;
  });
  await until('the stall is noticed', () => !journal.isWritable());
  assert.equal(isAnswered, false);
  assert.equal(journal.stats().entries, 0);
  await commit;
  assert.equal(journal.isWritable(), true);
});

test('a journal whose folder cannot be used does not open, in words', async (t) => {
  const dir = join(await temporaryFolder(t), 'journal');
  await writeFile(dir, 'a file');
  await assert.rejects(journalFor(t, dir), { code: 'edge.journal_unavailable' });
  await rm(dir);
  await mkdir(dir);
  await journalFor(t, dir);
});

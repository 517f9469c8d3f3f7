import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openJournal } from '../src/index.ts';
import { JOURNAL_KEYS, journalFor, silentLogger, temporaryFolder } from './journal-harness.ts';

const open = (dir: string) => openJournal({ dir, maxBytes: 1e9, logger: silentLogger, keys: JOURNAL_KEYS });

test('a journal has one owner: a second open is refused with the pid that has it', async (t) => {
  const dir = await temporaryFolder(t);
  const journal = await journalFor(t, dir);
  await assert.rejects(open(dir), {
    code: 'edge.journal_unavailable',
    message: new RegExp(`in use by process ${process.pid}`),
  });
  await journal.close();
  await (await open(dir)).close();
  assert.deepEqual((await readdir(dir)).sort(), ['large', 'quarantine', 'segments']);
});

test('the lock of a process that has ended is taken over', async (t) => {
  const dir = await temporaryFolder(t);
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  for (const stale of [JSON.stringify({ pid: child.pid, startedAt: null }), '', 'garbage', '{"pid":"x"}', 'null']) {
    await writeFile(join(dir, 'lock'), stale);
    const journal = await open(dir);
    assert.equal(Number.parseInt(await readFile(join(dir, 'lock'), 'utf8'), 10), process.pid);
    await journal.close();
  }
});

test('a pid that belongs to another process by now does not keep the journal', async (t) => {
  const dir = await temporaryFolder(t);
  await writeFile(join(dir, 'lock'), JSON.stringify({ pid: process.ppid, startedAt: 'another boot, another start' }));
  await (await open(dir)).close();
});

test('of many that open at once, exactly one gets it, stale lock or none', async (t) => {
  const dir = await temporaryFolder(t);
  await writeFile(join(dir, 'lock'), 'garbage');
  const opens = await Promise.allSettled(Array.from({ length: 8 }, () => open(dir)));
  const won = opens.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  assert.equal(won.length, 1);
  await won[0]!.close();
});

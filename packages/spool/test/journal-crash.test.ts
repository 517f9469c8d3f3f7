import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { openJournal } from '../src/index.ts';
import { assertWhole, collect, JOURNAL_KEYS, recordingLogger, takeAll, temporaryFolder } from './journal-harness.ts';

const CHILD = join(import.meta.dirname, 'crash-child.ts');

/** Runs the child until it is killed, by its fault point or here after `lineLimit` lines; what it had said by then. */
async function runUntilKilled(dir: string, faultPoints: string, run: number, lineLimit = Infinity): Promise<string[]> {
  const child = spawn(process.execPath, [CHILD, dir, faultPoints, String(run)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const complaints = collect(child.stderr);
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (lines.push(line) === lineLimit) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  assert.equal(child.signalCode, 'SIGKILL', String(await complaints));
  return lines;
}

const idsIn = (lines: string[], verb: string): string[] =>
  lines.flatMap((line) => (line.startsWith(`${verb} `) ? [line.slice(verb.length + 1)] : []));

const POINTS = [
  'before-write',
  'before-sync',
  'after-sync',
  'large-before-sync',
  'large-before-record',
  'before-unlink',
];

for (const point of POINTS) {
  test(`killed at journal.${point}: no accepted mail is lost and none comes back in part`, async (t) => {
    const dir = await temporaryFolder(t);
    const accepted = new Set<string>();
    const finished = new Set<string>();
    // Each run finds what the killed one before it left.
    for (const [run, pass] of [1, 2, 9].entries()) {
      const lines = await runUntilKilled(dir, `journal.${point}=kill@${pass}`, run);
      assert.equal(lines.includes('ended'), false, `the point was passed ${pass} times`);
      for (const id of idsIn(lines, 'accepted')) accepted.add(id);
      for (const id of idsIn(lines, 'finishing')) finished.add(id);
    }
    await assertNothingLost(dir, accepted, finished);
  });
}

test('killed at any moment, five times in a row: no accepted mail is lost and none comes back in part', async (t) => {
  const dir = await temporaryFolder(t);
  const accepted = new Set<string>();
  const finished = new Set<string>();
  for (let run = 0; run < 5; run++) {
    const lines = await runUntilKilled(dir, '', run, 1 + Math.floor(Math.random() * 250));
    for (const id of idsIn(lines, 'accepted')) accepted.add(id);
    for (const id of idsIn(lines, 'finishing')) finished.add(id);
  }
  assert.notEqual(accepted.size, 0);
  await assertNothingLost(dir, accepted, finished);
});

async function assertNothingLost(dir: string, accepted: Set<string>, finished: Set<string>): Promise<void> {
  const { logger, lines } = recordingLogger();
  const journal = await openJournal({ dir, maxBytes: 1e9, logger, keys: JOURNAL_KEYS });
  const entries = await takeAll(journal);
  const found = new Set(entries.map(({ meta }) => meta.messageId));
  assert.equal(found.size, entries.length, 'no mail comes twice');
  for (const id of accepted) assert.ok(found.has(id) || finished.has(id), `${id} was accepted and is lost`);
  for (const entry of entries) {
    // An acknowledged large mail may outlive its file when the unlinking of its segment was not yet durable.
    if (!finished.has(entry.meta.messageId)) await assertWhole(entry);
    await journal.done(entry);
  }
  assert.equal(journal.stats().quarantined, 0, JSON.stringify(lines));
  await journal.close();
  assert.deepEqual(await readdir(join(dir, 'segments')), []);
  assert.deepEqual(await readdir(join(dir, 'large')), []);
}

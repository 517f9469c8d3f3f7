import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runTorture } from '@hikyaku/testing';

/** Node keeps freed memory for a while; a process that held the run's mails (about 100 MB of them, and as much again in copies) would be beyond it. */
const MOST_MB = 450;

test('500 mails over 40 mailboxes while edge, worker and Postgres are killed: every 250 arrives, and each copy is a marked doubt’s', async (t) => {
  const report = await runTorture({
    seed: 1,
    backend: 'postgres',
    mails: 500,
    mailboxes: 40,
    tenants: 3,
    kills: { edge: 2, worker: 3, postgres: 2 },
    faultsEach: 0,
  });
  t.diagnostic(JSON.stringify({ ...report, problems: report.problems.length }));
  assert.deepEqual(report.problems, []);
  assert.equal(report.duplicatesUnexplained, 0);
  assert.ok(report.accepted >= 500);
  assert.deepEqual(report.kills, { edge: 2, worker: 3, postgres: 2 });
  for (const [name, peakMb] of Object.entries(report.peakMb)) assert.ok(peakMb < MOST_MB, `${name}: ${peakMb} MB`);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runTorture } from '@hikyaku/testing';

/** Node keeps freed memory for a while; a process that held the run's mails (about 100 MB of them, and as much again in copies) would be beyond it. */
const MOST_MB = 450;
/** docs/adr/0039. */
const MOST_EDGE_MB = 200;

for (const [backend, kills] of [
  ['postgres', { edge: 2, worker: 3, postgres: 2 }],
  ['redis', { edge: 2, worker: 3, postgres: 2, redis: 2 }],
] as const) {
  test(`500 mails over 40 mailboxes, BullMQ on ${backend}, while everything is killed: every 250 arrives, each copy is a marked doubt’s, and poison is set aside alone`, async (t) => {
    const report = await runTorture({ seed: 1, backend, mails: 500, mailboxes: 40, tenants: 3, kills, faultsEach: 0 });
    t.diagnostic(JSON.stringify({ ...report, problems: report.problems.length }));
    assert.deepEqual(report.problems, []);
    assert.equal(report.duplicatesUnexplained, 0);
    assert.ok(report.accepted >= 500);
    // One mail in forty breaks its reader; tries without an answer may add some.
    assert.ok(report.poison >= 12, `${report.poison} poisoned mails were set aside`);
    assert.deepEqual(report.kills, kills);
    for (const [name, peakMb] of Object.entries(report.peakMb)) {
      assert.ok(peakMb < (name === 'edge' ? MOST_EDGE_MB : MOST_MB), `${name}: ${peakMb} MB`);
    }
  });
}

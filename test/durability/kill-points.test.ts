import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  auditMail,
  type ChildProcesses,
  childProcesses,
  type FleetMember,
  MailLedger,
  makeFleet,
  openOwner,
  type RunningHikyaku,
  SHORT_TIMES,
  sandboxClient,
  settle,
  startHikyaku,
  until,
} from '@hikyaku/testing';

const EDGE_POINTS = [
  'journal.before-write',
  'journal.before-sync',
  'journal.after-sync',
  'journal.large-before-sync',
  'journal.large-before-record',
  'journal.before-unlink',
  'edge.after-commit-before-250',
  'handoff.taken',
  'spool.before-sync',
  'spool.after-sync',
  'handoff.after-spool',
  'handoff.before-insert',
  'handoff.after-insert',
  'handoff.after-wake',
  'handoff.before-done',
];
const WORKER_POINTS = [
  'worker.after-claim',
  'worker.before-committed',
  'worker.after-committed',
  'worker.after-send-before-outcome',
  'worker.after-outcome-before-destroy',
  'worker.after-destroy',
];
const DIGEST_POINTS = ['worker.digest-composed', 'worker.digest-spooled', 'worker.digest-inserted'];
/** Two share a pack, one is a file of its own. */
const SIZES = [2_000, 30_000, 400_000];
const SETTLE_WITHIN_MS = 90_000;

let hikyaku: RunningHikyaku;
let processes: ChildProcesses;
let fleet: FleetMember[];
let ledger: MailLedger;
let owner: Awaited<ReturnType<typeof openOwner>>;

before(async () => {
  hikyaku = await startHikyaku({ env: SHORT_TIMES, faultPoints: true });
  processes = childProcesses(hikyaku);
  owner = await openOwner(hikyaku);
  fleet = await makeFleet(hikyaku, { tenants: 2, mailboxes: 4 });
  ledger = new MailLedger(hikyaku.smtp.smtps);
});
after(async () => {
  await owner?.close();
  await hikyaku?.stop();
});

/** Arms the point, sends, and sees the process die of it and live again. */
async function killAt(name: 'edge' | 'worker', point: string): Promise<void> {
  const pid = processes.pidOf(name)!;
  await processes.arm(name, `${point}=kill`);
  const sent = SIZES.map((sizeBytes, index) =>
    ledger.sendUntilAccepted(fleet[index % fleet.length]!, `${point}-${index}`, sizeBytes),
  );
  await processes.ended(pid);
  await processes.nextLife(name, pid);
  await Promise.all(sent);
}

const audit = async () => {
  await settle(hikyaku, owner, ledger.count('accepted'), SETTLE_WITHIN_MS);
  return auditMail({ ledger, fleet, sandboxUrl: hikyaku.sandboxUrl, owner });
};

test('the edge killed at each step of journal and hand-off: every 250 arrives, nothing refused does, no file and no row is left over', async () => {
  for (const point of EDGE_POINTS) await killAt('edge', point);
  const { problems, accepted, unanswered } = await audit();
  assert.deepEqual(problems, []);
  assert.equal(accepted, EDGE_POINTS.length * SIZES.length);
  assert.ok(unanswered > 0, 'some were killed between the end of the mail and its answer');
});

test('the worker killed at each step of a send: every 250 arrives, and only a marked doubt brings a copy', async () => {
  for (const point of WORKER_POINTS) await killAt('worker', point);
  const { problems, duplicatesExplained, duplicatesUnexplained } = await audit();
  assert.deepEqual(problems, []);
  assert.equal(duplicatesUnexplained, 0);
  assert.ok(duplicatesExplained > 0, 'a kill between the send and its outcome was not where it says');
});

test('a storm whose digest’s maker is killed at each step, or whose Postgres is: the first mail and one digest arrive, with every mail in it, and none of it twice', async () => {
  const member = fleet[0]!;
  const { deviceId } = member;
  const sandbox = sandboxClient(hikyaku.sandboxUrl);
  const before = (await sandbox.mails(member.address, 'sent')).length;
  const faults = [...DIGEST_POINTS, 'postgres'];
  for (const [round, fault] of faults.entries()) {
    await owner.query('UPDATE devices SET digest_minutes = 60, digest_until = NULL WHERE id = $1', [deviceId]);
    for (let n = 0; n < 4; n++) await ledger.sendUntilAccepted(member, `digest-${fault}-${n}`, 2_000);
    const gathered = () =>
      owner.query<{ id: string }>('SELECT id FROM messages WHERE device_id = $1 AND digest_at IS NOT NULL', [deviceId]);
    await until('three are gathered', async () => (await gathered()).length === 3, SETTLE_WITHIN_MS);

    const victim = fault === 'postgres' ? 'postgres' : 'worker';
    const pid = processes.pidOf(victim)!;
    if (victim === 'worker') await processes.arm('worker', `${fault}=kill`);
    await owner.query(
      `WITH d AS (UPDATE devices SET digest_until = now() WHERE id = $1)
       UPDATE messages SET digest_at = now() WHERE device_id = $1 AND digest_at IS NOT NULL`,
      [deviceId],
    );
    if (victim === 'postgres') await processes.kill('postgres');
    await processes.ended(pid);
    await processes.nextLife(victim, pid);
    const facts = () =>
      owner.query<{ digests: number; mails: number; waiting: number }>(
        `SELECT count(*) FILTER (WHERE door = 'dashboard')::int AS digests, count(*) FILTER (WHERE digest_id IS NOT NULL)::int AS mails,
           count(*) FILTER (WHERE state <> 'sent')::int AS waiting FROM messages WHERE device_id = $1`,
        [deviceId],
      );
    // Postgres may still be away.
    await until(
      `all of round ${fault} is sent`,
      () =>
        facts().then(
          ([now]) => now!.waiting === 0 && now!.mails === 3 * (round + 1),
          () => false,
        ),
      SETTLE_WITHIN_MS,
    );
    assert.equal((await facts())[0]!.digests, round + 1, fault);
  }
  assert.equal((await sandbox.mails(member.address, 'sent')).length - before, 2 * faults.length);
});

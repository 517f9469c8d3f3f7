import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  settle,
  startHikyaku,
  until,
} from '@hikyaku/testing';

const WITHIN_MS = 90_000;
/** Room for about thirty of these mails. */
const DISK = '9m';
const SIZE_BYTES = 300_000;

let hikyaku: RunningHikyaku;
/** The data folder as Hikyaku sees it: its mounts are its own. */
let inside: string;
let processes: ChildProcesses;
let fleet: FleetMember[];
let ledger: MailLedger;
let owner: Awaited<ReturnType<typeof openOwner>>;

before(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'hikyaku-disk-'));
  const journal = join(dataDir, 'journal');
  mkdirSync(journal);
  // A mount namespace of its own: the journal is on a small disk, no root is needed, and the mount ends with the processes.
  const mountAndStart = `mount -t tmpfs -o size=${DISK} tmpfs "$0" && exec "$@"`;
  const launcher = ['unshare', '--map-root-user', '--mount', 'sh', '-c', mountAndStart, journal];
  // The disk is smaller than what is usually left free of one.
  const env = { ...SHORT_TIMES, HIKYAKU_JOURNAL_KEEP_FREE_BYTES: '0' };
  hikyaku = await startHikyaku({ dataDir, env, faultPoints: true, launcher });
  inside = join('/proc', String(hikyaku.pid), 'root', dataDir);
  processes = childProcesses(hikyaku);
  owner = await openOwner(hikyaku);
  fleet = await makeFleet(hikyaku, { tenants: 1, mailboxes: 2 });
  ledger = new MailLedger(hikyaku.smtp.smtps);
});
after(async () => {
  await owner?.close();
  await hikyaku?.stop();
});

const send = (name: string, sizeBytes = SIZE_BYTES) =>
  ledger.send(fleet[ledger.tries.length % fleet.length]!, name, sizeBytes).then(({ verdict }) => verdict);

const isReady = async (): Promise<boolean> =>
  (await fetch(`http://127.0.0.1:${hikyaku.metrics.edge}/readyz`)).status === 200;

/** As the owner of the disk, outside of the edge. */
function remount(option: 'ro' | 'rw'): void {
  const args = ['--target', String(hikyaku.pid), '--user', '--mount', '--preserve-credentials'];
  execFileSync('nsenter', [...args, 'mount', '-o', `remount,${option}`, join(hikyaku.dataDir, 'journal')]);
}

async function endsWell(): Promise<void> {
  await settle({ dataDir: inside }, owner, ledger.count('accepted'), WITHIN_MS);
  const { problems } = await auditMail({ ledger, fleet, sandboxUrl: hikyaku.sandboxUrl, owner });
  assert.deepEqual(problems, []);
}

test('a journal’s disk full of waiting mail: 452, a kill on the full disk loses nothing, and mail is taken again by itself', async () => {
  // Nothing leaves the journal.
  await processes.arm('edge', 'handoff.taken=stall:600000');
  for (let count = 0; ledger.count('refused') < 5; count++) {
    assert.ok(count < 200, 'the disk is never full');
    const verdict = await send(`fill-${count}`, count % 3 ? SIZE_BYTES : 20_000);
    if (verdict.kind === 'refused') assert.match(verdict.reply, /^452 4\.3\.1 /);
    else assert.equal(verdict.kind, 'accepted');
  }
  assert.ok(ledger.count('accepted') > 10);
  await until('the edge says that it is not ready', async () => !(await isReady()), WITHIN_MS);

  const killed = await processes.kill('edge');
  const pid = await processes.nextLife('edge', killed);
  await until(
    'mail is taken again',
    async () => (await send(`room-${ledger.tries.length}`)).kind === 'accepted',
    WITHIN_MS,
  );
  await until('the edge is ready again', isReady, WITHIN_MS);
  await endsWell();
  assert.equal(processes.pidOf('edge'), pid, 'without another restart');
});

test('a journal on a disk that turned read-only: 451, and mail is taken again by itself', async () => {
  const pid = processes.pidOf('edge');
  // A file system with a file open for writing cannot be made read-only.
  await until('the journal is quiet', () => readdirSync(join(inside, 'journal/segments')).length === 0, WITHIN_MS);
  remount('ro');
  for (const [index, sizeBytes] of [1_000, SIZE_BYTES].entries()) {
    const verdict = await send(`read-only-${index}`, sizeBytes);
    assert.match(verdict.kind === 'refused' ? verdict.reply : verdict.kind, /^451 4\.3\.0 /);
  }
  assert.equal(await isReady(), false);
  remount('rw');
  await until('the edge is ready again', isReady, WITHIN_MS);
  assert.equal((await send('writable')).kind, 'accepted');
  await endsWell();
  assert.equal(processes.pidOf('edge'), pid, 'without a restart');
});

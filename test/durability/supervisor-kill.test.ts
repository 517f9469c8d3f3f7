import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import {
  auditMail,
  childProcesses,
  MailLedger,
  makeFleet,
  openOwner,
  SHORT_TIMES,
  settle,
  startHikyaku,
  until,
} from '@hikyaku/testing';

const MAILS = 120;
const AT_ONCE = 4;
const WITHIN_MS = 90_000;

test('SIGKILL of the supervisor, then of everything at once, in the middle of traffic: the next start takes over and loses nothing', async (t) => {
  let hikyaku = await startHikyaku({ env: SHORT_TIMES });
  const { dataDir, ports } = hikyaku;
  const stack = new AsyncDisposableStack();
  t.after(() => stack.disposeAsync());
  stack.defer(async () => void (await hikyaku.stop()));
  const fleet = await makeFleet(hikyaku, { tenants: 2, mailboxes: 4 });
  const ledger = new MailLedger(hikyaku.smtp.smtps);
  let next = 0;
  const send = async (): Promise<void> => {
    for (let index = next++; index < MAILS; index = next++) {
      await ledger.sendUntilAccepted(fleet[index % fleet.length]!, `mail-${index}`, 1_000 * (1 + (index % 90)));
    }
  };
  const sending = Promise.all(Array.from({ length: AT_ONCE }, send));
  const accepted = (count: number) =>
    until(`${count} are accepted`, () => ledger.count('accepted') >= count, WITHIN_MS);
  const again = () => startHikyaku({ env: SHORT_TIMES, dataDir, ports });

  await accepted(MAILS / 3);
  await hikyaku.stop({ signal: 'SIGKILL', keepData: true });
  hikyaku = await again();

  await accepted((2 * MAILS) / 3);
  const processes = childProcesses(hikyaku);
  const victims = (['edge', 'worker', 'api', 'sandbox', 'web', 'postgres'] as const).map(processes.pidOf);
  await hikyaku.stop({ signal: 'SIGKILL', keepData: true });
  for (const pid of victims) if (pid) killNow(pid);
  hikyaku = await again();

  await sending;
  const owner = await openOwner(hikyaku);
  stack.defer(owner.close);
  await settle(hikyaku, owner, ledger.count('accepted'), WITHIN_MS);
  const audit = await auditMail({ ledger, fleet, sandboxUrl: hikyaku.sandboxUrl, owner });
  assert.deepEqual(audit.problems, []);
  assert.equal(audit.accepted, MAILS);
});

test('when whoever started it is killed and nobody reads what it says any more, it stops everything, Postgres too', async () => {
  const code = `
    const { startHikyaku } = await import(${JSON.stringify(import.meta.resolve('@hikyaku/testing'))});
    const { dataDir, pid } = await startHikyaku();
    console.log(JSON.stringify({ dataDir, pid }));
    setInterval(() => {}, 1000);`;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(starter.stdout), 'line')) as [string];
  const { dataDir, pid } = JSON.parse(line) as { dataDir: string; pid: number };
  const runFile = join(dataDir, 'run', 'processes.json');
  const { children } = JSON.parse(readFileSync(runFile, 'utf8')) as { children: { pid: number }[] };
  assert.equal(children.length, 6);
  starter.kill('SIGKILL');
  for (const left of [pid, ...children.map((child) => child.pid)]) {
    await until(`process ${left} has ended`, () => !existsSync(`/proc/${left}`), WITHIN_MS);
  }
  assert.ok(!existsSync(runFile), 'it came to its end');
  rmSync(dataDir, { recursive: true });
});

/** It may have ended by itself: children drain when their supervisor is gone. */
function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Ended already.
  }
}

import assert from 'node:assert/strict';
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

const WITHIN_MS = 120_000;
const MAILS = 12;
const ENV = { ...SHORT_TIMES, HIKYAKU_EDGE_PROCESSES: '2', HIKYAKU_DRAIN_MS: '2000' };

test('one process behind the doors hangs while its parent is killed, alone or with everything else: the doors open again, and what it had accepted arrives once', async (t) => {
  let hikyaku = await startHikyaku({ env: ENV, faultPoints: true });
  const { dataDir, ports } = hikyaku;
  const stack = new AsyncDisposableStack();
  t.after(() => stack.disposeAsync());
  stack.defer(async () => void (await hikyaku.stop()));
  const processes = childProcesses(hikyaku);
  const fleet = await makeFleet(hikyaku, { tenants: 1, mailboxes: 2 });
  const ledger = new MailLedger(hikyaku.smtp.smtps);
  const send = async (name: string): Promise<void> => {
    for (let index = 0; index < MAILS; index++)
      await ledger.sendUntilAccepted(fleet[index % 2]!, `${name}-${index}`, 2_000);
  };
  /** Mail lies in the journals of both when one of them stops; resolves to that one and its parent. */
  const hang = async (name: string): Promise<{ hung: number; parent: number }> => {
    const parent = await processes.up('edge');
    await until('two serve', () => processes.behindDoors().length === 2, WITHIN_MS);
    await send(name);
    const hung = processes.behindDoors()[0]!;
    process.kill(hung, 'SIGSTOP');
    return { hung, parent };
  };

  const alone = await hang('alone');
  process.kill(alone.parent, 'SIGKILL');
  await processes.nextLife('edge', alone.parent);
  await send('after');
  await processes.ended(alone.hung);

  const withAll = await hang('with-all');
  await hikyaku.stop({ signal: 'SIGKILL', keepData: true });
  process.kill(withAll.parent, 'SIGKILL');
  hikyaku = await startHikyaku({ env: ENV, dataDir, ports });
  await send('again');
  await processes.ended(withAll.hung);

  const owner = await openOwner(hikyaku);
  stack.defer(owner.close);
  await settle(hikyaku, owner, ledger.count('accepted'), WITHIN_MS);
  const { problems } = await auditMail({ ledger, fleet, sandboxUrl: hikyaku.sandboxUrl, owner });
  assert.deepEqual(problems, []);
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { childEnvironment } from '@hikyaku/config';
import { DashboardClient, type RunningHikyaku, SHORT_TIMES, sandboxClient, startHikyaku } from '@hikyaku/testing';
import { type Login, markedMail, sendOverTls } from './marked-mail.ts';

const root = join(import.meta.dirname, '../..');
const EMAIL = 'owner@example.test';
/** A worker that is killed here may have a mail under way: its lease must end within the test. */
const env = { ...SHORT_TIMES, HIKYAKU_RETRY_PLAN_MS: '500', HIKYAKU_SWEEP_EVERY_MS: '300' };

let hikyaku: RunningHikyaku;
let person: DashboardClient;
let mailboxId: string;
let first: { id: string; login: Login };
let oldKey: string;

before(async () => {
  hikyaku = await startHikyaku({ env });
  await sandboxClient(hikyaku.sandboxUrl).knobs({ consent: 'auto' });
  person = new DashboardClient(hikyaku.webUrl);
  await person.signUp(EMAIL);
  mailboxId = await person.connectMailbox('microsoft', 'owner@outlook.test');
  first = await addDevice();
  oldKey = keys()[0]!;
});
after(async () => {
  await hikyaku?.stop();
  if (hikyaku) rmSync(hikyaku.dataDir, { recursive: true, force: true });
});

const keys = () => readFileSync(join(hikyaku.dataDir, 'master.key'), 'utf8').trim().split('\n');

async function addDevice() {
  const { device, credential } = await person.createDevice(mailboxId);
  return { id: device.id, login: credential };
}

/** `npm run keys -- VERB` as an operator types it. */
function runKeys(verb: string): { code: number | null; said: string } {
  const run = spawnSync('npm', ['run', '--silent', 'keys', '--', verb], {
    cwd: root,
    env: childEnvironment({ HIKYAKU_DATA_DIR: hikyaku.dataDir }),
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { code: run.status, said: `${run.stdout}${run.stderr}`.trim() };
}

const send = (login: Login) => sendOverTls(hikyaku.smtp.smtps, login, markedMail('rotation'));
const mustSend = async (login: Login) => assert.match(await send(login), /^250 /);
const allSent = (count: number) =>
  person.waitForMessages((items) => items.length === count && items.every(({ state }) => state === 'sent'), 30_000);

/** Ends a process as a crash does, and waits until the supervisor has another one running. */
async function crash(name: string): Promise<void> {
  const pidOf = () =>
    (
      JSON.parse(readFileSync(join(hikyaku.dataDir, 'run/processes.json'), 'utf8')) as {
        children: { name: string; pid: number }[];
      }
    ).children.find((child) => child.name === name)?.pid;
  const before = pidOf()!;
  process.kill(before, 'SIGKILL');
  for (let waited = 0; (pidOf() ?? before) === before; waited += 50) {
    assert.ok(waited < 60_000, `${name} did not come back`);
    await sleep(50);
  }
}

/** Repeats what may meet a process that is just starting. */
async function eventually<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries > 300) throw error;
      await sleep(200);
    }
  }
}

test('rotating by command while mail waits: everything goes on, also in processes that start afterwards', async () => {
  const sandbox = sandboxClient(hikyaku.sandboxUrl);
  await sandbox.knobs({ faults: [{ call: 'send', status: 503, times: null }] });
  await mustSend(first.login);
  await person.waitForMessages((items) => items.some(({ state }) => state === 'deferred'));

  const rotated = runKeys('rotate');
  assert.equal(rotated.code, 0, rotated.said);
  assert.match(rotated.said, /^4 keys are sealed by the new master key/);
  assert.equal(rotated.said.split('\n').length, 1);
  assert.equal(keys().length, 2);
  assert.equal(keys()[1], oldKey);
  assert.equal(statSync(join(hikyaku.dataDir, 'master.key')).mode & 0o777, 0o600);
  assert.match(runKeys('rotate').said, /the last rotation was not ended/);

  // The processes that ran all along: a new device gets in, a switched-off one does not, and the api seals and opens.
  const second = await addDevice();
  await mustSend(second.login);
  await person.must('PATCH', `devices/${first.id}`, { isDisabled: true });
  await eventually(async () => assert.doesNotMatch(await send(first.login), /^250/));
  await person.must('PATCH', `devices/${first.id}`, { isDisabled: false });
  await person.connectMailbox('google', 'owner@gmail.test');
  assert.match(runKeys('drop').said, /start Hikyaku anew, then drop it/);

  for (const name of ['edge', 'worker', 'api']) await crash(name);
  await eventually(() => mustSend(first.login));
  await sandbox.knobs({ faults: [] });
  await eventually(() => person.must('GET', 'me'));
  // Sealed before the rotation, under it, and after it.
  const { length } = await person.messages();
  await allSent(length);
});

test('the old key is dropped by a second word, and the next start goes on without it', async () => {
  // The new edge writes its snapshot soon after its start.
  await eventually(async () => assert.equal(runKeys('drop').code, 0));
  assert.equal(keys().length, 1);
  assert.notEqual(keys()[0], oldKey);
  assert.deepEqual([runKeys('drop').code, runKeys('drop').said], [1, 'there is one master key only: nothing to drop']);

  const { dataDir } = hikyaku;
  await hikyaku.stop({ keepData: true });
  assert.match(runKeys('check').said, /^the master key fits: it opens all 4 keys of this instance$/);
  hikyaku = await startHikyaku({ env, dataDir });
  assert.doesNotMatch(hikyaku.output(), /snapshot\.unreadable|vault\./);
  const again = new DashboardClient(hikyaku.webUrl);
  assert.equal(await again.signIn(EMAIL), 200);
  person = again;
  await sandboxClient(hikyaku.sandboxUrl).knobs({ consent: 'auto' });
  await mustSend(first.login);
  await allSent((await person.messages()).length);
});

test('the old key alone opens nothing any more: the start ends in one clear line', async () => {
  const { dataDir } = hikyaku;
  await hikyaku.stop({ keepData: true });
  const refused = startHikyaku({ dataDir, env: { ...env, HIKYAKU_MASTER_KEY: oldKey } });
  await assert.rejects(refused, (error: Error) => {
    const lines = error.message.split('\n').filter((line) => line.startsWith('Hikyaku did not start:'));
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, /api did not start: .*vault\.key_wrong: .* was sealed with another master key/);
    return true;
  });
});

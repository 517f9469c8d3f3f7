import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DashboardClient, type RunningHikyaku, SmtpLine, sandboxClient, startHikyaku } from '@hikyaku/testing';

const ADDRESS = 'suspended@outlook.test';
/** What the operator is promised. */
const WITHIN_MS = 2000;

let hikyaku: RunningHikyaku;
let sandbox: ReturnType<typeof sandboxClient>;
before(async () => {
  hikyaku = await startHikyaku();
  sandbox = sandboxClient(hikyaku.sandboxUrl);
  await sandbox.knobs({ consent: 'auto' });
});
after(() => hikyaku?.stop());

async function person(email: string) {
  const client = new DashboardClient(hikyaku.webUrl);
  await client.signUp(email);
  return client;
}

async function session(login: { username: string; password: string }) {
  const line = await SmtpLine.open({ host: hikyaku.smtp.host, port: hikyaku.smtp.submission });
  await line.say('EHLO test');
  const words = Buffer.from(`\0${login.username}\0${login.password}`).toString('base64');
  return { line, reply: await line.say(`AUTH PLAIN ${words}`) };
}

test('a suspended tenant is shut out at doors, pages and worker within two seconds, loses no accepted mail, and comes back whole', async () => {
  const operator = await person('operator@example.test');
  const code = /Operator code\s+([A-Z2-9-]{14})/.exec(hikyaku.output())![1]!;
  await operator.must('POST', 'operator', { code });
  const owner = await person('owner@example.test');
  const mailboxId = await owner.connectMailbox('microsoft', ADDRESS);
  const { device, credential } = await owner.createDevice(mailboxId, { allowPlainAuth: true });
  const { tenant } = await owner.must<{ tenant: { id: string } }>('GET', 'me');
  const suspend = (isSuspended: boolean) =>
    operator.must<{ suspendedAt: string | null }>('PATCH', `operator/tenants/${tenant.id}`, { isSuspended });
  const fresh = async () => (await session(credential)).reply.slice(0, 3);
  const idle = await session(credential);
  assert.match(idle.reply, /^235/);
  const busy = await session(credential);
  await busy.line.say('MAIL FROM:<camera@example.test>');
  await busy.line.say('RCPT TO:<owner@example.test>');
  assert.match(await busy.line.say('DATA'), /^354/);

  assert.ok((await suspend(true)).suspendedAt);
  await sleep(WITHIN_MS);
  assert.equal(await fresh(), '535');
  assert.match(await idle.line.say('MAIL FROM:<camera@example.test>'), /^530/);
  for (const path of ['me', 'devices', 'messages', 'usage']) {
    const answer = await owner.api<{ code: string }>('GET', path);
    assert.deepEqual([answer.status, answer.body.code], [403, 'tenant.suspended'], path);
  }
  assert.equal((await owner.api('POST', `devices/${device.id}/test`, {})).status, 403);
  assert.equal((await owner.api('GET', 'operator/tenants')).status, 403);

  busy.line.send('Subject: accepted while it happened\r\n\r\nbody\r\n.\r\n');
  assert.match(await busy.line.reply(), /^250/, 'what was under way is taken');
  await sleep(WITHIN_MS);
  assert.deepEqual(await sandbox.mails(ADDRESS, 'sent'), [], 'and waits');

  assert.equal((await suspend(false)).suspendedAt, null);
  const [message] = await owner.waitForMessages((items) => items.some(({ state }) => state === 'sent'));
  assert.equal(message!.subject, 'accepted while it happened');
  assert.equal((await sandbox.mails(ADDRESS, 'sent')).length, 1);
  assert.equal(await fresh(), '235');
  const story = await owner.must<{ events: { kind: string }[] }>('GET', `messages/${message!.id}`);
  assert.deepEqual(
    story.events.map(({ kind }) => kind).filter((kind) => kind === 'held' || kind === 'released'),
    ['held', 'released'],
  );
  const { items } = await operator.must<{ items: { id: string }[] }>('GET', 'operator/tenants');
  assert.ok(items.some(({ id }) => id === tenant.id));
});

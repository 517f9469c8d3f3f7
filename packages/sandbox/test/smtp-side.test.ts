import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import {
  connect as connectAccount,
  MICROSOFT_SCOPE,
  mailText,
  rawOf,
  readBox,
  type TestSandbox,
  tokenForm,
  tokenPath,
  useSandbox,
} from './sandbox-harness.ts';

const SMTP_SCOPE = 'https://outlook.office.com/SMTP.Send';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const plain = (user: string, password: string): string => `AUTH PLAIN ${base64(`\0${user}\0${password}`)}`;
const xoauth2 = (user: string, token: string): string =>
  `AUTH XOAUTH2 ${base64(`user=${user}\x01auth=Bearer ${token}\x01\x01`)}`;

/** A dialogue by hand; `say` gives the last line of a reply, or '' when the line was closed. */
async function talk(box: TestSandbox) {
  const socket = connect(box.smtpPort, '127.0.0.1');
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const reply = async (): Promise<string> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) return '';
      if (!/^\d{3}-/.test(value as string)) return value as string;
    }
  };
  assert.match(await reply(), /^220 /);
  const say = (line: string): Promise<string> => {
    socket.write(`${line}\r\n`);
    return reply();
  };
  const mail = async (from: string, to: string, text = mailText(from, to)): Promise<string> => {
    const begun = await say(`MAIL FROM:<${from}>`);
    if (!begun.startsWith('250')) return begun;
    await say(`RCPT TO:<${to}>`);
    await say('DATA');
    return say(`${text.replace(/^\./gm, '..')}.`);
  };
  return { say, mail, socket, close: () => socket.destroy() };
}

/** A token for SMTP by the refresh token of a sign-in that allowed it. */
async function smtpToken(box: TestSandbox, address: string): Promise<string> {
  const { refresh_token } = await connectAccount(box, 'microsoft', address, {
    scope: `${MICROSOFT_SCOPE} ${SMTP_SCOPE}`,
  });
  const ask = (scope: string) =>
    box.postForm(
      tokenPath('microsoft'),
      tokenForm('microsoft', { grant_type: 'refresh_token', refresh_token: refresh_token!, scope }),
    );
  const both = (await (await ask(`Mail.Send ${SMTP_SCOPE}`)).json()) as { error_codes: number[] };
  assert.deepEqual(both.error_codes, [28000], 'one token is for one service');
  return ((await (await ask(SMTP_SCOPE)).json()) as { access_token: string }).access_token;
}

test('Outlook’s side takes a token with SMTP.Send alone, delivers by the envelope, and keeps a copy', async (t) => {
  const box = await useSandbox(t);
  const own = 'a@outlook.com';
  const token = await smtpToken(box, own);
  const { access_token: graphs } = await connectAccount(box, 'microsoft', own);
  const line = await talk(box);
  assert.match(await line.say('EHLO test'), /^250 /);
  assert.match(await line.say('MAIL FROM:<a@outlook.com>'), /^530 5\.7\.57 /);
  assert.match(await line.say(xoauth2(own, graphs)), /^535 5\.7\.3 /, 'Graph’s token is another resource’s');
  assert.match(await line.say(xoauth2('b@outlook.com', token)), /^535 5\.7\.3 /);
  assert.match(await line.say(plain(own, 'password')), /^535 5\.7\.139 .*basic authentication is disabled/);
  assert.match(await line.say(xoauth2(own, token)), /^235 /);
  const text = mailText(own, 'shown@example.jp', [], '.a line\r\n..b line');
  await line.say(`MAIL FROM:<${own}> SIZE=1000`);
  for (const to of ['shown@example.jp', 'hidden@example.jp']) await line.say(`RCPT TO:<${to}>`);
  await line.say('DATA');
  assert.match(await line.say(`${text.replace(/^\./gm, '..')}.`), /^250 /);
  const [sent] = await readBox(box, own, 'sent');
  assert.equal(rawOf(sent), text);
  assert.deepEqual([sent!.to, sent!.bcc], [['shown@example.jp'], ['hidden@example.jp']]);
  assert.equal((await readBox(box, 'hidden@example.jp', 'inbox')).length, 1);
  assert.match(await line.mail(own, 'x@example.jp', mailText('ceo@outlook.com', 'x@example.jp')), /^554 5\.2\.252 /);
  await box.postJson('/knobs', { exchangeRecipientsPerDay: 3 });
  assert.match(await line.mail(own, 'x@example.jp'), /^250 /, 'the two above count');
  assert.match(await line.mail(own, 'x@example.jp'), /^554 5\.2\.0 .*SubmissionQuotaExceeded/);
  await box.postJson('/knobs', { accounts: { [own]: { smtpAuth: 'off' } } });
  const other = await talk(box);
  assert.match(await other.say(xoauth2(own, token)), /^535 5\.7\.139 .*SmtpClientAuthentication is disabled/);
  line.close();
  other.close();
});

test('Yahoo’s side wants an app password, and closes the line in silence behind twenty mails', async (t) => {
  const box = await useSandbox(t);
  const own = 'a@yahoo.co.jp';
  const line = await talk(box);
  assert.match(await line.say(plain(own, 'my password')), /^535 5\.7\.0 /);
  assert.match(await line.say(plain(own, 'abcd efgh ijkl mnop')), /^235 /);
  assert.match(await line.mail('b@yahoo.co.jp', 'x@example.jp'), /^550 /);
  for (let count = 1; count <= 20; count++) assert.match(await line.mail(own, 'x@example.jp'), /^250 /);
  assert.equal(await line.mail(own, 'x@example.jp'), '');
  assert.equal((await readBox(box, 'x@example.jp', 'inbox')).length, 20);
  assert.equal((await readBox(box, own, 'sent')).length, 0, 'it keeps no copy of what a client sends');
});

test('a provider’s side wants the whole address, an own sender, and no more than thirty mails a minute', async (t) => {
  const box = await useSandbox(t);
  await box.postJson('/knobs', { limits: 'all' });
  const own = 'a@isp.example.jp';
  const line = await talk(box);
  assert.match(await line.say('AUTH LOGIN'), /^334 /);
  assert.match(await line.say(base64('a')), /^334 /);
  assert.match(await line.say(base64('secret')), /^535 5\.7\.8 /);
  assert.match(await line.say(plain(own, 'wrong')), /^535 5\.7\.8 /);
  assert.match(await line.say(plain(own, 'secret')), /^235 /);
  assert.match(await line.mail('b@isp.example.jp', 'x@example.jp'), /^553 5\.7\.1 /);
  for (let count = 2; count <= 30; count++) assert.match(await line.mail(own, 'x@example.jp'), /^250 /);
  assert.match(await line.mail(own, 'x@example.jp'), /^450 4\.7\.1 /);
  line.close();
});

test('faults meet a login, a mail and its end; a fourth line of one account waits', async (t) => {
  const box = await useSandbox(t);
  const own = 'a@outlook.com';
  const token = await smtpToken(box, own);
  const fault = (call: string, rest: object) =>
    box.postJson('/knobs', { faults: [{ provider: 'microsoft', mailbox: own, call, ...rest }] });
  const line = await talk(box);
  await fault('smtp_login', { preset: 'SmtpAuthDisabledForTenant' });
  assert.match(await line.say(xoauth2(own, token)), /^535 5\.7\.139 .*Tenant/);
  assert.match(await line.say(xoauth2(own, token)), /^235 /);
  await fault('smtp_mail', { status: 452, body: '452 4.3.1 Insufficient system resources' });
  assert.match(await line.mail(own, 'x@example.jp'), /^452 4\.3\.1 /);
  await fault('smtp_data', { after: 'accepting', drop: true });
  assert.equal(await line.mail(own, 'x@example.jp'), '');
  assert.equal((await readBox(box, 'x@example.jp', 'inbox')).length, 1);
  const lines = await Promise.all([talk(box), talk(box), talk(box), talk(box)]);
  const answers = [];
  for (const each of lines) answers.push((await each.say(xoauth2(own, token))).slice(0, 9));
  assert.deepEqual(answers, ['235 2.7.0', '235 2.7.0', '235 2.7.0', '432 4.3.2']);
  for (const each of lines) each.close();
});

test('with a certificate beside it nobody signs in before STARTTLS', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'hikyaku-sandbox-'));
  const [certificate, key] = [join(dir, 'smtp-cert.pem'), join(dir, 'smtp-key.pem')];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', certificate];
  execFileSync('openssl', [...made, '-subj', '/CN=localhost'], { stdio: 'ignore' });
  const box = await useSandbox(t, { dir });
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const line = await talk(box);
  await line.say('EHLO test');
  assert.match(await line.say(plain('a@isp.example.jp', 'secret')), /^530 5\.7\.0 /);
  assert.match(await line.say('STARTTLS'), /^220 /);
  const socket = connectTls({ socket: line.socket, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  socket.write(`${plain('a@isp.example.jp', 'secret')}\r\n`);
  assert.match(String((await once(socket, 'data'))[0]), /^235 /);
  socket.destroy();
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ConnectedMailbox, MailTransport, RelayError } from '@hikyaku/core';
import { openUpstreams, type SmtpAccount, smtpAccountKey, type Upstreams, writeSmtpSecret } from '../src/index.ts';
import { SMTP_WAYS } from '../src/smtp/find-way.ts';
import { testSmtpAccount } from '../src/smtp/test-account.ts';
import { upstreamEndpoints } from '../src/upstream-endpoints.ts';
import { prepareMail } from './contract-harness.ts';
import { type SandboxProcess, startSandbox } from './sandbox-process.ts';

// Services that no program of the distribution is like, against the sandbox's SMTP side; the dialogue itself is tested with Postfix and Exim.
let sandbox: SandboxProcess;
let upstreams: Upstreams;
let transport: MailTransport;
before(async () => {
  sandbox = await startSandbox();
  upstreams = openUpstreams({ isSandbox: true, sandboxOrigin: sandbox.origin, ALLOW_PRIVATE_UPSTREAMS: true });
  transport = upstreams.transports.smtp!;
});
after(async () => {
  await upstreams.close();
  await sandbox.stop();
});

const APP_PASSWORD = 'abcdefghijklmnop';

function mailboxOf(username: string, password: string, address = username): ConnectedMailbox {
  const account: SmtpAccount = { host: '127.0.0.1', port: sandbox.smtpPort, security: 'none', username, password };
  return {
    ...{ id: `${username} ${password}`, provider: 'smtp', environment: 'sandbox', address },
    accountKey: smtpAccountKey(account),
    secret: writeSmtpSecret(account),
    saveSecret: async () => {},
  };
}

async function send(mailbox: ConnectedMailbox, mail = prepareMail(mailbox)) {
  const marks: string[] = [];
  const result = await transport.send({
    ...{ mailbox, mail, signal: AbortSignal.timeout(30_000) },
    beforeFirstByte: async () => void marks.push('opened'),
    beforeCommit: async () => void marks.push('committed'),
  });
  return { result, marks, recipient: mail.recipient };
}
const arrived = async (address: string): Promise<number> => (await sandbox.box(address, 'inbox')).length;
const fault = (mailbox: ConnectedMailbox, call: string, rest: object) =>
  sandbox.fault({ provider: 'smtp', mailbox: mailbox.address, call, ...rest });

test('Yahoo-like: twenty-five mails in a row all leave, though the line is closed in silence behind twenty', async () => {
  const mailbox = mailboxOf('cam@yahoo.co.jp', APP_PASSWORD);
  for (let count = 1; count <= 25; count++) {
    const { result, recipient } = await send(mailbox);
    assert.equal(result.outcome, 'accepted', `mail ${count}`);
    assert.equal(await arrived(recipient), 1);
  }
});

test('Yahoo-like: an account’s own password is told as one, when it is tried and when it is connected', async () => {
  const mailbox = mailboxOf('own@yahoo.co.jp', 'my password');
  // Once may be the service's own incident.
  assert.partialDeepStrictEqual((await send(mailbox)).result, { outcome: 'deferred', code: 'smtp.login_refused' });
  assert.partialDeepStrictEqual((await send(mailbox)).result, { outcome: 'auth_lost', code: 'smtp.login_refused' });
  const account = { host: '127.0.0.1', port: sandbox.smtpPort, security: 'none' as const };
  const refused = upstreams.testSmtp!({ ...account, username: 'own@yahoo.co.jp', password: 'my password' });
  await assert.rejects(refused, { code: 'smtp.login_refused' });
  await upstreams.testSmtp!({ ...account, username: 'own@yahoo.co.jp', password: APP_PASSWORD });
});

test('ISP-like: the part before the @ alone is told as what it is, and a foreign sender is refused', async () => {
  const account = { host: '127.0.0.1', port: sandbox.smtpPort, security: 'none' as const, password: 'secret' };
  await assert.rejects(upstreams.testSmtp!({ ...account, username: 'cam' }), { code: 'smtp.user_name' });
  await upstreams.testSmtp!({ ...account, username: 'cam@isp.example.jp' });
  const mailbox = mailboxOf('cam@isp.example.jp', 'secret', 'shop@isp.example.jp');
  const { result, recipient } = await send(mailbox);
  assert.partialDeepStrictEqual(result, { outcome: 'auth_lost', code: 'smtp.sender_refused', status: 553 });
  assert.equal(await arrived(recipient), 0);
});

test('ISP-like: over its mails of a minute a mail waits, and nothing of it is sent', async () => {
  await sandbox.knobs({ limits: 'all' });
  const mailbox = mailboxOf('fast@isp.example.jp', 'secret');
  const results = [];
  for (let count = 0; count < 31; count++) results.push(await send(mailbox));
  await sandbox.knobs({ limits: 'concurrency' });
  assert.ok(results.slice(0, 30).every(({ result }) => result.outcome === 'accepted'));
  const last = results.at(-1)!;
  assert.partialDeepStrictEqual(last.result, { outcome: 'deferred', code: 'upstream.throttled', status: 450 });
  assert.deepEqual([last.marks, await arrived(last.recipient)], [['opened'], 0]);
});

test('what a service says at each step is told as it is, and only behind the end mark a mail is in doubt', async () => {
  const cases: [call: string, rest: object, expected: object, arrived: number][] = [
    ['smtp_login', { preset: 'BasicAuthNotSupported' }, { outcome: 'deferred', code: 'upstream.admin_blocked' }, 0],
    ['smtp_login', { preset: 'SmtpOldTls' }, { outcome: 'deferred', code: 'smtp.tls_failed', scope: 'account' }, 0],
    ['smtp_login', { drop: true }, { outcome: 'deferred', code: 'upstream.unavailable' }, 0],
    [
      'smtp_mail',
      { preset: 'SmtpConcurrency' },
      { outcome: 'deferred', code: 'upstream.throttled', scope: 'account' },
      0,
    ],
    ['smtp_data', { preset: 'SmtpTooLarge' }, { outcome: 'rejected', code: 'upstream.too_large' }, 0],
    ['smtp_data', { status: 451, body: '451 4.3.0 Try later' }, { outcome: 'deferred', code: 'upstream.throttled' }, 0],
    ['smtp_data', { drop: true }, { outcome: 'in_doubt', code: 'upstream.in_doubt' }, 0],
    ['smtp_data', { drop: true, after: 'accepting' }, { outcome: 'in_doubt', code: 'upstream.in_doubt' }, 1],
  ];
  for (const [index, [call, rest, expected, count]] of cases.entries()) {
    const mailbox = mailboxOf(`cam${index}@isp.example.jp`, 'secret');
    await fault(mailbox, call, rest);
    const { result, recipient } = await send(mailbox);
    assert.partialDeepStrictEqual(result, expected, `${call} ${JSON.stringify(rest)}`);
    assert.equal(await arrived(recipient), count);
  }
});

test('where the port is the trouble the test of an account finds one that works, without signing in', async () => {
  const config = upstreamEndpoints({ isSandbox: true, ALLOW_PRIVATE_UPSTREAMS: true }).smtp!;
  const account = { host: '127.0.0.1', username: 'cam@isp.example.jp', password: 'wrong' };
  const working = { port: sandbox.smtpPort, security: 'none' } as const;
  const ways = [{ port: 1, security: 'starttls' }, { port: sandbox.smtpPort, security: 'tls' }, working] as const;
  const refusal = async (tried: (typeof ways)[number], among: readonly (typeof ways)[number][]) =>
    testSmtpAccount({ ...account, ...tried }, config, among).then(
      () => assert.fail('it was let in'),
      ({ code, fields }: RelayError) => [code, fields],
    );
  const found = { port: String(sandbox.smtpPort), security: 'none' };
  assert.deepEqual(await refusal(ways[0], ways), ['smtp.unreachable', found]);
  assert.deepEqual(await refusal(ways[1], ways), ['smtp.tls_failed', found]);
  assert.deepEqual(await refusal(ways[0], ways.slice(0, 2)), ['smtp.unreachable', undefined]);
  // A refused password is no matter of the port: nobody goes looking with it.
  assert.deepEqual(await refusal(working, ways), ['smtp.login_refused', undefined]);
  assert.deepEqual(
    SMTP_WAYS.map(({ port, security }) => `${port} ${security}`),
    ['587 starttls', '465 tls', '2525 starttls', '25 starttls'],
  );
});

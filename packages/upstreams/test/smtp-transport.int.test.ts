import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { type ConnectedMailbox, RelayError, type SendRequest, type SendResult } from '@hikyaku/core';
import { openUpstreams, type SmtpAccount, smtpAccountKey, type Upstreams, writeSmtpSecret } from '../src/index.ts';
import { prepareMail, showAll } from './contract-harness.ts';
import { type Exim, startExim } from './exim.ts';
import { type Postfix, startPostfix } from './postfix.ts';

let postfix: Postfix;
let exim: Exim;
let upstreams: Upstreams;
before(async () => {
  [postfix, exim] = await Promise.all([startPostfix(), startExim()]);
  upstreams = openUpstreams({ isSandbox: false, ALLOW_PRIVATE_UPSTREAMS: true });
});
after(async () => {
  await upstreams.close();
  await Promise.all([postfix.stop(), exim.stop()]);
});

const seen: unknown[] = [];

function accountOf(changes: Partial<SmtpAccount> = {}): SmtpAccount {
  const { starttlsPort: port, username, password } = postfix;
  return { host: 'localhost', port, security: 'starttls', username, password, ...changes };
}

let mailboxes = 0;
function mailboxOf(account: SmtpAccount, address = 'gate@example.jp'): ConnectedMailbox {
  return {
    id: `mailbox ${mailboxes++}`,
    provider: 'smtp',
    environment: 'live',
    accountKey: smtpAccountKey(account),
    address,
    secret: writeSmtpSecret(account),
    saveSecret: async () => {},
  };
}

async function send(
  mailbox: ConnectedMailbox,
  mail: SendRequest['mail'] = prepareMail(mailbox),
  more: Partial<SendRequest> = {},
): Promise<{ result: SendResult; marks: string[] }> {
  const marks: string[] = [];
  const result = await upstreams.transports.smtp!.send({
    mailbox,
    mail,
    signal: AbortSignal.timeout(60_000),
    ...more,
    beforeFirstByte: async () => {
      marks.push('first');
      await more.beforeFirstByte?.();
    },
    beforeCommit: async () => {
      marks.push('commit');
      await more.beforeCommit?.();
    },
  });
  seen.push(result);
  return { result, marks };
}

for (const security of ['starttls', 'tls'] as const) {
  test(`a mail reaches Postfix as it is, over ${security}, with its true envelope`, async () => {
    const mailbox = mailboxOf(accountOf({ security, port: postfix[`${security}Port`] }));
    const mail = prepareMail(mailbox, { sizeBytes: 300_000 });
    const { result, marks } = await send(mailbox, mail);
    assert.deepEqual([result, marks], [{ outcome: 'accepted', status: 250 }, ['first', 'commit']]);
    const came = postfix.held().find((text) => text.includes(mail.recipient))!;
    assert.match(came, new RegExp(`sender: gate@example.jp[^]*recipient: ${mail.recipient}`));
    assert.ok(came.replaceAll('\n', '\r\n').includes(mail.bytes.toString('latin1').replace(/^Bcc:.*\r\n/m, '')));
    assert.match(came, new RegExp(`recipient: hidden-${mail.recipient}`));
    assert.doesNotMatch(came, /^Bcc:/im);
  });
}

test('Exim takes a mail with its true envelope, names who is refused, and a wrong password is told as one', async () => {
  const { port, username, password } = exim;
  const mailbox = mailboxOf(accountOf({ port, username, password }));
  const mail = prepareMail(mailbox, { sizeBytes: 100_000 });
  const recipients = [mail.recipient, 'nobody@example.jp', 'later@example.jp'];
  const { result, marks } = await send(mailbox, { ...mail, recipients });
  assert.partialDeepStrictEqual(result, {
    outcome: 'accepted',
    recipients: [
      { recipient: 'nobody@example.jp', outcome: 'rejected', code: 'upstream.rejected', status: 550 },
      { recipient: 'later@example.jp', outcome: 'deferred', code: 'upstream.throttled', status: 451 },
    ],
  });
  assert.deepEqual(marks, ['first', 'commit']);
  const body = mail.bytes.subarray(mail.bytes.indexOf('\r\n\r\n') + 4).toString('latin1');
  const [kept, ...others] = exim.bodies();
  assert.ok(kept?.includes(body));
  assert.deepEqual(others, []);
  const tooLarge = await send(mailbox, prepareMail(mailbox, { sizeBytes: 1_000_001 }));
  assert.partialDeepStrictEqual(tooLarge.result, { outcome: 'rejected', code: 'upstream.too_large' });
  const wrong = upstreams.testSmtp!(accountOf({ port, username, password: 'no' }));
  await assert.rejects(wrong, { code: 'smtp.login_refused' });
});

test('twenty-one mails take two connections', async () => {
  const mailbox = mailboxOf(accountOf());
  for (let count = 0; count < 21; count++) assert.equal((await send(mailbox)).result.outcome, 'accepted');
});

test('a refused recipient is named, and the others get the mail', async () => {
  const mailbox = mailboxOf(accountOf());
  const mail = prepareMail(mailbox);
  const recipients = [mail.recipient, 'nobody@example.jp', 'later@example.jp', 'full@example.jp'];
  const { result } = await send(mailbox, { ...mail, recipients });
  assert.partialDeepStrictEqual(result, {
    outcome: 'accepted',
    recipients: [
      { recipient: 'nobody@example.jp', outcome: 'rejected', code: 'upstream.rejected', status: 550 },
      { recipient: 'later@example.jp', outcome: 'deferred', code: 'upstream.throttled', status: 450 },
      { recipient: 'full@example.jp', outcome: 'rejected', code: 'upstream.rejected', status: 552 },
    ],
  });
});

test('where nobody is taken the mail is refused, or waits for the one who is refused for now', async () => {
  const mailbox = mailboxOf(accountOf());
  const mail = prepareMail(mailbox);
  const refused = await send(mailbox, { ...mail, recipients: ['nobody@example.jp', 'full@example.jp'] });
  assert.partialDeepStrictEqual(refused.result, { outcome: 'rejected', code: 'upstream.rejected', status: 550 });
  const later = await send(mailbox, { ...mail, recipients: ['nobody@example.jp', 'later@example.jp'] });
  assert.partialDeepStrictEqual(later.result, { outcome: 'deferred', scope: 'message', status: 450 });
  assert.deepEqual([refused.marks, later.marks, mail.opened], [['first'], ['first'], 0]);
});

test('a mail over the server’s SIZE is refused before a byte of it leaves', async () => {
  const mailbox = mailboxOf(accountOf());
  const mail = prepareMail(mailbox, { sizeBytes: 1_000_001 });
  const { result } = await send(mailbox, mail);
  assert.partialDeepStrictEqual(result, { outcome: 'rejected', code: 'upstream.too_large' });
  assert.equal(mail.opened, 0);
});

test('a sender of the mailbox is the envelope’s, and one that the account may not use is told', async () => {
  const mailbox = mailboxOf(accountOf());
  const as = (address: string) => ({ sender: { address, kind: 'alias' as const } });
  const { result } = await send(mailbox, prepareMail(mailbox), as('foreign@example.jp'));
  assert.partialDeepStrictEqual(result, { outcome: 'auth_lost', code: 'smtp.sender_refused' });
  const other = mailboxOf(accountOf(), 'foreign@example.jp');
  assert.equal((await send(other, prepareMail(other), as('gate@example.jp'))).result.outcome, 'accepted');
});

test('an address that the account may not use holds the mail', async () => {
  const { result } = await send(mailboxOf(accountOf(), 'foreign@example.jp'));
  assert.partialDeepStrictEqual(result, { outcome: 'auth_lost', code: 'smtp.sender_refused', status: 553 });
});

test('a wrong password closes the mailbox at the second refusal in a row only', async () => {
  const mailbox = mailboxOf(accountOf({ password: 'wrong horse' }));
  const first = await send(mailbox);
  assert.partialDeepStrictEqual(first.result, { outcome: 'deferred', code: 'smtp.login_refused', scope: 'account' });
  const second = await send(mailbox);
  assert.partialDeepStrictEqual(second.result, { outcome: 'auth_lost', code: 'smtp.login_refused', status: 535 });
  assert.deepEqual(first.marks, []);
});

test('a certificate for another name gets no password', async () => {
  const { result } = await send(mailboxOf(accountOf({ host: '127.0.0.1' })));
  assert.partialDeepStrictEqual(result, { outcome: 'deferred', code: 'smtp.certificate', scope: 'account' });
});

test('the test of an account says what is wrong', async () => {
  const reason = (changes: Partial<SmtpAccount>) =>
    upstreams.testSmtp!(accountOf(changes)).then(
      () => null,
      (error) => (error instanceof RelayError ? error.code : error),
    );
  assert.equal(await reason({}), null);
  assert.equal(await reason({ password: 'wrong' }), 'smtp.login_refused');
  assert.equal(await reason({ username: 'gate2' }), 'smtp.user_name');
  assert.equal(await reason({ host: '127.0.0.1' }), 'smtp.certificate');
  assert.equal(await reason({ security: 'tls' }), 'smtp.tls_failed');
  assert.equal(await reason({ port: 1 }), 'smtp.unreachable');
});

test('a lease lost at either mark is thrown on, and nothing arrives', async () => {
  const lost = new Error('the lease is lost');
  const throws = async () => {
    throw lost;
  };
  for (const more of [{ beforeFirstByte: throws }, { beforeCommit: throws }]) {
    const mailbox = mailboxOf(accountOf());
    const mail = prepareMail(mailbox);
    await assert.rejects(send(mailbox, mail, more), (error) => error === lost);
    assert.ok(!postfix.held().some((text) => text.includes(mail.recipient)));
  }
});

test('a mail that breaks off or has another length is thrown on, and nothing arrives', async () => {
  const mailbox = mailboxOf(accountOf());
  const mail = prepareMail(mailbox, { sizeBytes: 200_000 });
  const damaged = new RelayError('spool.content_damaged');
  const open = async function* () {
    yield mail.bytes.subarray(0, 100_000);
    throw damaged;
  };
  await assert.rejects(send(mailbox, { ...mail, open }), (error) => error === damaged);
  for (const sizeBytes of [mail.sizeBytes - 7, mail.sizeBytes + 7]) {
    const sending = send(mailbox, { ...mail, sizeBytes });
    await assert.rejects(sending, (error) => error instanceof RelayError && error.code === 'bug.unknown');
  }
  assert.ok(!postfix.held().some((text) => text.includes(mail.recipient)));
});

/** A server that says what `answer` says, line by line; null: the line is cut. */
async function withServer(
  answer: (line: string, isData: boolean) => string | null,
  work: (mailbox: ConnectedMailbox) => Promise<void>,
  onMail: (data: string) => void = () => {},
): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.write('220 here\r\n');
    let isData = false;
    let rest = '';
    let mail: string[] = [];
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString('latin1')).split('\r\n');
      rest = lines.pop()!;
      for (const line of lines) {
        if (isData && line !== '.') {
          mail.push(line);
          continue;
        }
        if (isData) onMail(Buffer.from(mail.join('\r\n'), 'latin1').toString());
        mail = [];
        const reply = answer(line, isData);
        isData = reply?.startsWith('354') ?? false;
        if (reply === null) return void socket.destroy();
        if (reply) socket.write(`${reply}\r\n`);
      }
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  try {
    await work(mailboxOf(accountOf({ host: '127.0.0.1', port, security: 'none' })));
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

/** Good replies, but for what a test says. */
const saying =
  (changes: Record<string, string | null>) =>
  (line: string): string | null => {
    const verb = line === '.' ? '.' : line.split(/[ :]/, 1)[0]!.toUpperCase();
    if (verb in changes) return changes[verb]!;
    return { EHLO: '250-here\r\n250 AUTH PLAIN', AUTH: '235 ok', DATA: '354 go' }[verb] ?? '250 ok';
  };

const CASES: [title: string, changes: Record<string, string | null>, expected: object][] = [
  ['a line cut at MAIL', { MAIL: null }, { outcome: 'deferred', code: 'upstream.unavailable' }],
  ['a line cut at DATA', { DATA: null }, { outcome: 'deferred', code: 'upstream.unavailable' }],
  ['a line cut behind the end mark', { '.': null }, { outcome: 'in_doubt', code: 'upstream.in_doubt' }],
  ['451 to the end mark', { '.': '451 4.3.0 later' }, { outcome: 'deferred', scope: 'message', status: 451 }],
  ['554 to the end mark', { '.': '554 5.7.1 spam' }, { outcome: 'rejected', code: 'upstream.rejected', status: 554 }],
  ['552 to the end mark', { '.': '552 5.3.4 too big' }, { outcome: 'rejected', code: 'upstream.too_large' }],
  [
    '421 at MAIL',
    { MAIL: '421 4.7.0 slow down' },
    { outcome: 'deferred', code: 'upstream.throttled', scope: 'account' },
  ],
  [
    '432 at AUTH',
    { AUTH: '432 4.3.2 too many connections' },
    { outcome: 'deferred', code: 'upstream.throttled', scope: 'account' },
  ],
  ['535 5.7.139', { AUTH: '535 5.7.139 basic is off' }, { outcome: 'deferred', code: 'upstream.admin_blocked' }],
  [
    '550 5.7.30',
    { MAIL: '550 5.7.30 Basic authentication is not supported' },
    { outcome: 'auth_lost', code: 'upstream.admin_blocked' },
  ],
  ['Gmail’s app password', { AUTH: '534 5.7.9 Application-specific password required' }, { code: 'smtp.app_password' }],
  [
    'SES’s unverified sender',
    { '.': '554 Message rejected: Email address is not verified.' },
    { outcome: 'auth_lost', code: 'smtp.sender_refused' },
  ],
  [
    'a daily limit',
    { MAIL: '550 5.4.5 Daily user sending limit exceeded' },
    { outcome: 'deferred', code: 'upstream.daily_limit', scope: 'account' },
  ],
];
for (const [title, changes, expected] of CASES) {
  test(`${title} is told as it is`, () =>
    withServer(saying(changes), async (mailbox) => {
      assert.partialDeepStrictEqual((await send(mailbox)).result, expected);
    }));
}

test('a server without 8BITMIME gets seven bits, and one with it the mail as it is', async () => {
  const answer = saying({});
  for (const [extension, expected] of [
    ['', 'Content-Transfer-Encoding: quoted-printable\r\n\r\n=E7=8E=84=E9=96=A2'],
    ['250-8BITMIME\r\n', 'Content-Transfer-Encoding: 8bit\r\n\r\n玄関'],
  ] as const) {
    const came: string[] = [];
    await withServer(
      (line, isData) => {
        if (line === 'EHLO' || line.startsWith('EHLO ')) return `250-here\r\n${extension}250 AUTH PLAIN`;
        if (!isData && line.startsWith('MAIL')) came.push(line);
        return answer(line);
      },
      async (mailbox) => {
        const bytes = Buffer.from(
          'From: gate@example.jp\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n玄関\r\n',
        );
        const mail = { ...prepareMail(mailbox), bytes, sizeBytes: bytes.length };
        mail.open = async function* () {
          yield bytes;
        };
        assert.equal((await send(mailbox, mail)).result.outcome, 'accepted');
      },
      (data) => came.push(data),
    );
    assert.equal(came[0]!.includes('BODY=8BITMIME'), extension !== '');
    assert.ok(came[1]!.includes(expected), came[1]);
  }
});

test('a line that the server gave up while it was idle costs nothing: the mail goes over a new one', () => {
  let mails = 0;
  const answer = saying({});
  return withServer(
    (line) => (line.startsWith('MAIL') && ++mails === 2 ? null : answer(line)),
    async (mailbox) => {
      for (let count = 0; count < 2; count++) assert.equal((await send(mailbox)).result.outcome, 'accepted');
      assert.equal(mails, 3);
    },
  );
});

test('a deadline before the end mark defers the mail, behind it leaves it in doubt', async () => {
  const until = { signal: AbortSignal.timeout(1000) };
  await withServer(saying({ DATA: '' }), async (mailbox) => {
    assert.equal((await send(mailbox, prepareMail(mailbox), until)).result.outcome, 'deferred');
  });
  await withServer(saying({ '.': '' }), async (mailbox) => {
    const ended = new AbortController();
    // From its commit on, whatever the way there took.
    const late = { signal: ended.signal, beforeCommit: async () => void setTimeout(() => ended.abort(), 500) };
    assert.equal((await send(mailbox, prepareMail(mailbox), late)).result.outcome, 'in_doubt');
  });
});

test('a mailbox of another environment is never opened, and no result holds a password', async () => {
  const { result, marks } = await send({ ...mailboxOf(accountOf()), environment: 'sandbox' });
  assert.partialDeepStrictEqual(result, { outcome: 'auth_lost', code: 'upstream.environment' });
  assert.deepEqual(marks, []);
  assert.ok(seen.length > 20);
  assert.doesNotMatch(showAll(seen), /horse|Z2F0ZUBleGFtcGxl/);
});

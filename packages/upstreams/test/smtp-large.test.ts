import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { test } from 'node:test';
import type { PreparedMail, SendResult } from '@hikyaku/core';
import { LIVE_SMTP, liveMicrosoft } from '../src/microsoft/config.ts';
import { connectMailbox, openBench, prepareMail, send, type TestMailbox, useBench } from './contract-harness.ts';

const SCOPES = ['email', 'User.Read', 'Mail.Send', 'Mail.ReadWrite'];
const bench = useBench('microsoft');
/** Where the operator asks for uploads as well. */
const both = useBench('microsoft', 'person', { MICROSOFT_SCOPES: SCOPES });

const LARGE_BYTES = 7_000_000;
const large = (mailbox: TestMailbox) => prepareMail(mailbox, { sizeBytes: LARGE_BYTES });
const connectLarge = (address?: string) => connectMailbox(bench, address, { wantsLarge: true });
const fault = (mailbox: TestMailbox, call: string, rest: object) =>
  bench.sandbox.fault({ provider: 'microsoft', mailbox: mailbox.address, call, ...rest });
/** What fitting begins with: nothing was sent, and the usual way's size is named. */
const fitsInstead = (passedOver: string) => ({
  outcome: 'rejected',
  code: 'upstream.too_large',
  maxSizeBytes: bench.transport.maxSizeBytes,
  passedOver,
});
const inboxes = async (mail: PreparedMail): Promise<number> => {
  const found = await Promise.all(mail.recipients.map((address) => bench.sandbox.box(address, 'inbox')));
  return found.flat().length;
};

test('microsoft: a mail over every form leaves whole by SMTP where that was permitted, with the same identity and the true envelope', async () => {
  const mailbox = await connectLarge();
  const mail = large(mailbox);
  const marks: string[] = [];
  const { result } = await send(bench, {
    mailbox,
    mail,
    beforeFirstByte: async () => void marks.push('opened'),
    beforeCommit: async () => void marks.push('committed'),
  });
  assert.deepEqual(result, { outcome: 'accepted', status: 250, largeBy: 'smtp' });
  assert.deepEqual(marks, ['opened', 'committed']);
  const [sent] = await bench.sandbox.box(mailbox.address, 'sent');
  const raw = Buffer.from(sent!.raw, 'base64');
  // Byte for byte but for its Bcc line, which SMTP would pass on to everybody.
  const expected = mail.bytes.toString('latin1').replace(/^Bcc: .*\r\n/m, '');
  assert.ok(raw.toString('latin1').startsWith(expected), 'another mail arrived');
  assert.deepEqual([sent!.to, sent!.bcc], [[mail.recipient], [`hidden-${mail.recipient}`]]);
  assert.equal(await inboxes(mail), 2);
  assert.deepEqual(mailbox.saved, [], 'the token came with the connection');
});

test('microsoft: a token for SMTP is refreshed by the same sign-in, and Graph’s goes on beside it', async () => {
  await bench.sandbox.knobs({ tokenLifetimeSeconds: 60 });
  const mailbox = await connectLarge();
  await bench.sandbox.knobs({ tokenLifetimeSeconds: 3599 });
  for (const each of [large(mailbox), prepareMail(mailbox), large(mailbox)]) {
    assert.equal((await send(bench, { mailbox, mail: each })).result.outcome, 'accepted');
    mailbox.secret = mailbox.saved.at(-1) ?? mailbox.secret;
  }
  assert.equal(mailbox.saved.length, 2, 'one refresh for each service');
  await fault(mailbox, 'smtp_login', { preset: 'SmtpTokenRefused' });
  assert.equal((await send(bench, { mailbox, mail: large(mailbox) })).result.outcome, 'accepted');
  assert.equal(mailbox.saved.length, 3, 'a refused one is renewed once');
});

test('microsoft: without the permission nothing is tried by SMTP, and nobody is asked for it unless he wants it', async () => {
  const mailbox = await connectMailbox(bench);
  await fault(mailbox, 'smtp_login', { status: 535 });
  const { result, announced } = await send(bench, { mailbox, mail: large(mailbox) });
  assert.partialDeepStrictEqual(result, { outcome: 'rejected', code: 'upstream.too_large' });
  assert.ok(!('passedOver' in result));
  assert.deepEqual([announced, await bench.sandbox.faultsLeft(mailbox.address)], [0, 1]);
  await bench.sandbox.knobs({ faults: [] });
  const urlOf = async (wantsLarge: boolean) =>
    new URL(
      await bench.connector.authorizationUrl({
        state: 's',
        codeChallenge: 'c',
        redirectUri: 'http://localhost:3000/oauth/microsoft/callback',
        wantsLarge,
      }),
    ).searchParams.get('scope')!;
  assert.doesNotMatch(await urlOf(false), /SMTP/);
  assert.match(await urlOf(true), / https:\/\/outlook\.office\.com\/SMTP\.Send\b/);
});

test('microsoft: what keeps SMTP from taking a mail is said, and the mail is fitted instead; nothing was sent and the mailbox goes on', async () => {
  const cases: [call: string, rest: object, passedOver: string][] = [
    ['smtp_login', { preset: 'SmtpAuthDisabledForMailbox' }, 'smtp_off'],
    ['smtp_login', { preset: 'SmtpAuthDisabledForTenant' }, 'smtp_off'],
    ['smtp_login', { preset: 'BasicAuthNotSupported' }, 'smtp_off'],
    ['smtp_login', { preset: 'SmtpTokenRefused', times: 2 }, 'smtp_failed'],
    ['smtp_login', { drop: true }, 'smtp_failed'],
    ['smtp_mail', { status: 550, body: '550 5.7.708 Service unavailable. Access denied' }, 'smtp_failed'],
    ['smtp_data', { preset: 'SmtpTooLarge' }, 'smtp_failed'],
    ['smtp_data', { status: 554, body: '554 5.6.0 Corrupt message content' }, 'smtp_failed'],
    ['refresh', { preset: 'AADSTS65001' }, 'smtp_failed'],
    ['refresh', { preset: 'AADSTS50076' }, 'smtp_failed'],
  ];
  for (const [call, rest, passedOver] of cases) {
    await bench.sandbox.knobs({ tokenLifetimeSeconds: call === 'refresh' ? 60 : 3599 });
    const mailbox = await connectLarge();
    const mail = large(mailbox);
    await fault(mailbox, call, rest);
    const { result } = await send(bench, { mailbox, mail });
    assert.partialDeepStrictEqual(result, fitsInstead(passedOver), JSON.stringify(rest));
    assert.equal(await inboxes(mail), 0);
  }
  await bench.sandbox.knobs({ tokenLifetimeSeconds: 3599 });
});

test('microsoft: a busy SMTP server is waited for by this mail alone', async () => {
  const cases: [call: string, rest: object, code: string][] = [
    ['smtp_login', { preset: 'SmtpConcurrency' }, 'upstream.throttled'],
    [
      'smtp_data',
      { status: 432, body: '432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded' },
      'upstream.throttled',
    ],
    // The line breaks before the end mark has left.
    ['smtp_mail', { drop: true }, 'upstream.unavailable'],
  ];
  for (const [call, rest, code] of cases) {
    const mailbox = await connectLarge();
    await fault(mailbox, call, rest);
    const { result } = await send(bench, { mailbox, mail: large(mailbox) });
    assert.partialDeepStrictEqual(result, { outcome: 'deferred', code, scope: 'message' }, JSON.stringify(rest));
  }
});

test('microsoft: a way that broke twice under a mail is not tried a third time: the mail is fitted, and others still go by it', async () => {
  const mailbox = await connectLarge();
  const mail = large(mailbox);
  for (const rest of [{ drop: true }, { delayMs: 5_000 }]) {
    await fault(mailbox, 'smtp_mail', rest);
    const { result } = await send(bench, { mailbox, mail, signal: AbortSignal.timeout(2_000) });
    assert.partialDeepStrictEqual(result, { outcome: 'deferred', code: 'upstream.unavailable', scope: 'message' });
  }
  assert.partialDeepStrictEqual((await send(bench, { mailbox, mail })).result, fitsInstead('smtp_failed'));
  assert.equal(await inboxes(mail), 0);
  assert.partialDeepStrictEqual((await send(bench, { mailbox, mail: large(mailbox) })).result, { largeBy: 'smtp' });
});

test('microsoft: no answer to the end mark leaves the mail in doubt, and no other way is taken', async () => {
  const mailbox = await connectLarge();
  const mail = large(mailbox);
  await fault(mailbox, 'smtp_data', { after: 'accepting', drop: true });
  const { result, announced } = await send(bench, { mailbox, mail });
  assert.deepEqual([result.outcome, announced, await inboxes(mail)], ['in_doubt', 1, 2]);
});

test('microsoft: uploads come behind SMTP, and take what it did not', async () => {
  const own = `b${Date.now()}@outlook.com`;
  const mailbox = await connectMailbox(both, own, { wantsLarge: true });
  const results: SendResult[] = [];
  for (const preset of [undefined, 'SmtpAuthDisabledForMailbox']) {
    if (preset) await both.sandbox.fault({ provider: 'microsoft', mailbox: own, call: 'smtp_login', preset });
    results.push((await send(both, { mailbox, mail: large(mailbox) })).result);
  }
  assert.partialDeepStrictEqual(results, [
    { outcome: 'accepted', largeBy: 'smtp' },
    { outcome: 'accepted', largeBy: 'wider_form', passedOver: 'smtp_off' },
  ]);
});

test('microsoft: an alias leaves by SMTP too; of a sender that may not be used Graph has the word, and a shared mailbox’s mail is fitted', async () => {
  const own = `s${Date.now()}@firm.example`;
  await bench.sandbox.knobs({ accounts: { [own]: { aliases: ['alerts@firm.example'] } } });
  const mailbox = await connectLarge(own);
  const as = async (address: string, kind: 'alias' | 'shared') =>
    (await send(bench, { mailbox, sender: { address, kind }, mail: large({ ...mailbox, address }) })).result;
  assert.partialDeepStrictEqual(await as('alerts@firm.example', 'alias'), { outcome: 'accepted', largeBy: 'smtp' });
  assert.partialDeepStrictEqual(await as('ceo@firm.example', 'alias'), fitsInstead('smtp_failed'));
  const shared = await as('shop@firm.example', 'shared');
  assert.equal(shared.outcome, 'rejected');
  assert.ok(!('passedOver' in shared));
});

test('microsoft: at most two lines of a mailbox are open at a time', async () => {
  const mailbox = await connectLarge();
  const results = await Promise.all([1, 2, 3].map(() => send(bench, { mailbox, mail: large(mailbox) })));
  assert.deepEqual(results.map(({ result }) => result.outcome).toSorted(), ['accepted', 'accepted', 'deferred']);
});

test('microsoft: a port that is closed costs the other ways nothing', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  const mailbox = await connectLarge();
  const closed = openBench('microsoft', { ...bench.sandbox, smtpPort: port });
  const { result } = await send(closed, { mailbox, mail: large(mailbox) });
  await closed.upstreams.close();
  assert.partialDeepStrictEqual(result, fitsInstead('smtp_failed'));
});

test('microsoft: whoever asks for it is told when SMTP is switched off, and is connected all the same', async () => {
  const own = `off${Date.now()}@outlook.com`;
  await bench.sandbox.knobs({ accounts: { [own]: { smtpAuth: 'off' } } });
  const grantOf = async (address: string) => {
    let seen: string | undefined;
    const { connector } = bench;
    const mailbox = await connectMailbox(
      {
        ...bench,
        connector: {
          ...connector,
          redeem: async (request) => {
            const grant = await connector.redeem(request);
            seen = grant.largeRefused;
            return grant;
          },
        },
      },
      address,
      { wantsLarge: true },
    );
    return [seen, mailbox.address];
  };
  assert.deepEqual(await grantOf(own), ['upstream.smtp_off', own]);
  const on = `on${randomBytes(4).toString('hex')}@outlook.com`;
  assert.deepEqual(await grantOf(on), [undefined, on]);
});

test('microsoft: the live servers want STARTTLS; a national cloud, whose servers are not known, has none', () => {
  const line = {} as Parameters<typeof liveMicrosoft>[0]['line'];
  const client = { clientId: 'a', clientSecret: 'b', line };
  assert.partialDeepStrictEqual(liveMicrosoft(client).smtp, LIVE_SMTP);
  assert.deepEqual(
    Object.values(LIVE_SMTP).map(({ host, port, security }) => `${host}:${port} ${security}`),
    ['smtp-mail.outlook.com:587 starttls', 'smtp.office365.com:587 starttls'],
  );
  assert.equal(liveMicrosoft({ ...client, graphUrl: 'https://graph.microsoft.us' }).smtp, null);
});

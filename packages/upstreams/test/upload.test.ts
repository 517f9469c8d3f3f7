import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { PreparedMail } from '@hikyaku/core';
import { simpleParser } from 'mailparser';
import {
  connectAppOnly,
  connectMailbox,
  decideAsAdministrator,
  prepareMail,
  send,
  type TestMailbox,
  useBench,
} from './contract-harness.ts';
import { authorize, pkce } from './sandbox-process.ts';

const SCOPES = ['email', 'User.Read', 'Mail.Send', 'Mail.ReadWrite'];
const bench = useBench('microsoft', 'person', { MICROSOFT_SCOPES: SCOPES });
const plain = useBench('microsoft');
const apps = useBench('microsoft', 'app-only');

/** Over what a file may have in one request, and over a piece. */
const LARGE = randomBytes(4_000_001);
const SMALL = randomBytes(900_000);
const wrapped = (bytes: Buffer): string => bytes.toString('base64').replace(/.{76}/g, '$&\r\n');
const picture = (name: string, id: string, bytes: Buffer): string =>
  `--b\r\nContent-Type: image/jpeg; name="${name}"\r\nContent-ID: <${id}>\r\nContent-Transfer-Encoding: base64\r\n\r\n${wrapped(bytes)}\r\n`;
const PICTURES = Buffer.from(`${picture('a.jpg', 'p1', LARGE)}${picture('b.jpg', 'p2', SMALL)}--b--\r\n`);

/** A mail of some seven megabytes with two pictures, one of them shown in its text. */
function largeMail(
  mailbox: TestMailbox,
  messageId = `<${randomBytes(6).toString('hex')}@mail.local>`,
): PreparedMail & { recipient: string } {
  const recipient = `r${randomBytes(6).toString('hex')}@example.jp`;
  const head = Buffer.from(
    `From: Gate <${mailbox.address}>\r\nTo: ${recipient}\r\nBcc: hidden-${recipient}\r\nSubject: Motion\r\nMessage-ID: ${messageId}\r\n` +
      'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n' +
      '--b\r\nContent-Type: text/html\r\n\r\n<b>Motion</b><img src="cid:p1">\r\n',
  );
  const bytes = Buffer.concat([head, PICTURES]);
  return {
    messageId,
    recipients: [recipient, `hidden-${recipient}`],
    recipient,
    sizeBytes: bytes.length,
    async *open() {
      for (let at = 0; at < bytes.length; at += 655_370) yield bytes.subarray(at, at + 655_370);
    },
  };
}
const inbox = (mail: { recipient: string }) => bench.sandbox.box(mail.recipient, 'inbox');
const drafts = async ({ address }: TestMailbox): Promise<unknown[]> => {
  const answer = await fetch(`${bench.sandbox.origin}/mailboxes/${encodeURIComponent(address)}/drafts`);
  return ((await answer.json()) as { items: unknown[] }).items;
};
const clearFaults = () => bench.sandbox.knobs({ faults: [] });

test('a mail over every form leaves whole by an upload, its marks set in their order', async () => {
  const mailbox = await connectMailbox(bench);
  const mail = largeMail(mailbox);
  const marks: string[] = [];
  const { result } = await send(bench, {
    mailbox,
    mail,
    async beforeFirstByte() {
      marks.push('opened');
    },
    async beforeCommit() {
      marks.push(`committed with ${(await inbox(mail)).length} arrived`);
    },
  });
  assert.partialDeepStrictEqual(result, { outcome: 'accepted', status: 202, largeBy: 'wider_form' });
  assert.deepEqual(marks, ['opened', 'committed with 0 arrived']);
  const [sent] = await inbox(mail);
  const read = await simpleParser(Buffer.from(sent!.raw, 'base64'));
  assert.match(String(read.html), /<b>Motion<\/b>/);
  assert.deepEqual(
    read.attachments.map(({ filename, content }) => [filename, content.equals(filename === 'a.jpg' ? LARGE : SMALL)]),
    [
      ['a.jpg', true],
      ['b.jpg', true],
    ],
  );
  assert.equal((await bench.sandbox.box(`hidden-${mail.recipient}`, 'inbox')).length, 1);
});

test('what fails before the draft is sent leaves nothing in doubt, and the draft is taken away', async () => {
  const mailbox = await connectMailbox(bench);
  const unavailable = { outcome: 'deferred', code: 'upstream.unavailable' };
  for (const call of ['draft', 'attachment', 'upload']) {
    for (const [fault, expected] of [
      [{ status: 500 }, unavailable],
      [{ status: 504 }, unavailable],
      [{ drop: true }, unavailable],
      [
        { status: 503, headers: { 'retry-after': '20' } },
        { outcome: 'deferred', retryAfterMs: 20_000 },
      ],
      [{ preset: 'ApplicationThrottled' }, { outcome: 'deferred', code: 'upstream.throttled', scope: 'account' }],
      [{ preset: 'ErrorQuotaExceeded' }, { outcome: 'auth_lost', code: 'upstream.mailbox_full' }],
      // What this way is refused for is fitted for the other ways.
      [{ preset: 'ErrorAccessDenied' }, { outcome: 'rejected', code: 'upstream.too_large', maxSizeBytes: 3_145_728 }],
      [{ status: 413 }, { outcome: 'rejected', code: 'upstream.too_large', maxSizeBytes: 3_145_728 }],
    ] as const) {
      const mail = largeMail(mailbox);
      await bench.sandbox.fault({ call, ...fault });
      const { result, announced } = await send(bench, { mailbox, mail });
      const named = `${call} ${JSON.stringify(fault)}`;
      assert.partialDeepStrictEqual(result, expected, named);
      assert.deepEqual([announced, await inbox(mail), await drafts(mailbox)], [0, [], []], named);
    }
  }
  await clearFaults();
  assert.equal((await send(bench, { mailbox, mail: largeMail(mailbox) })).result.outcome, 'accepted');
});

test('only the answer to the draft’s sending can be in doubt', async () => {
  const mailbox = await connectMailbox(bench);
  const at = async (fault: object) => {
    await bench.sandbox.fault({ call: 'send', mailbox: mailbox.address, ...fault });
    const mail = largeMail(mailbox);
    const { result, announced } = await send(bench, { mailbox, mail });
    return [result.outcome, announced, (await inbox(mail)).length];
  };
  assert.deepEqual(await at({ status: 504 }), ['in_doubt', 1, 0]);
  assert.deepEqual(await at({ status: 504, after: 'accepting' }), ['in_doubt', 1, 1]);
  assert.deepEqual(await at({ drop: true }), ['in_doubt', 1, 0]);
  assert.deepEqual(await at({ preset: 'TooManyRequests' }), ['deferred', 1, 0]);
  // A refused token is no word on the mail: once more from the beginning.
  assert.deepEqual(await at({ preset: 'InvalidAuthenticationToken' }), ['accepted', 2, 1]);
  await clearFaults();
});

test('a lease that is lost before the draft is sent sends nothing', async () => {
  const mailbox = await connectMailbox(bench);
  for (const mark of ['beforeFirstByte', 'beforeCommit'] as const) {
    const mail = largeMail(mailbox);
    const lost = new Error('the lease is lost');
    const sending = send(bench, {
      ...{ mailbox, mail },
      async [mark]() {
        throw lost;
      },
    });
    await assert.rejects(sending, (error) => error === lost);
    assert.deepEqual([await inbox(mail), await drafts(mailbox)], [[], []]);
  }
});

test('a draft that an attempt left behind is taken away by the next one of its mail, and no other mail’s', async () => {
  const mailbox = await connectMailbox(bench);
  /** Stands still before the sending, as a worker that was killed there. */
  const leave = (messageId: string): Promise<void> =>
    new Promise((resolve) => {
      const standing = new Promise<void>(() => {});
      const beforeCommit = () => {
        resolve();
        return standing;
      };
      void send(bench, { mailbox, mail: largeMail(mailbox, messageId), beforeCommit });
    });
  for (const id of ['<big@mail.local>', '<big@mail.local>', '<other@mail.local>']) await leave(id);
  // The second attempt has taken the first one's away.
  assert.equal((await drafts(mailbox)).length, 2);
  const [, others] = (await drafts(mailbox)) as { id: string }[];
  await bench.sandbox.fault({ call: 'find_drafts', mailbox: mailbox.address, status: 400 });
  assert.equal(
    (await send(bench, { mailbox, mail: largeMail(mailbox, '<big@mail.local>') })).result.outcome,
    'accepted',
  );
  assert.equal((await drafts(mailbox)).length, 2, 'a search that is refused is no word on the mail');
  const mail = largeMail(mailbox, '<big@mail.local>');
  assert.equal((await send(bench, { mailbox, mail })).result.outcome, 'accepted');
  assert.deepEqual([(await inbox(mail)).length, await drafts(mailbox)], [1, [others]]);
});

test('without the permission, as another mailbox, or over Exchange’s size a mail is fitted as before', async () => {
  const narrow = await connectMailbox(plain);
  const tooLarge = { outcome: 'rejected', code: 'upstream.too_large', maxSizeBytes: 3_145_728 };
  assert.partialDeepStrictEqual((await send(plain, { mailbox: narrow, mail: largeMail(narrow) })).result, tooLarge);
  // Connected before the operator asked for it: its tokens go on, and are asked for no more than was given.
  const older = { ...narrow, id: 'older' };
  assert.partialDeepStrictEqual((await send(bench, { mailbox: older, mail: largeMail(older) })).result, tooLarge);
  const mailbox = await connectMailbox(bench);
  const sender = { address: 'shop@firm.example', kind: 'shared' } as const;
  assert.partialDeepStrictEqual((await send(bench, { mailbox, sender, mail: largeMail(mailbox) })).result, tooLarge);
  const huge = { ...prepareMail(mailbox), sizeBytes: 36_700_161 };
  assert.partialDeepStrictEqual((await send(bench, { mailbox, mail: huge })).result, tooLarge);
});

test('a shared mailbox’s large mail leaves by a draft in that mailbox where both permissions were given', async () => {
  const own = `p${Date.now()}@office.example`;
  await bench.sandbox.knobs({ accounts: { [own]: { shared: ['shop@office.example'] } } });
  await decideAsAdministrator(bench, own, 'accept');
  const mailbox = await connectMailbox(bench, own, { wantsShared: true });
  const sender = { address: 'shop@office.example', kind: 'shared' } as const;
  const mail = largeMail({ ...mailbox, address: sender.address });
  assert.partialDeepStrictEqual((await send(bench, { mailbox, sender, mail })).result, { largeBy: 'wider_form' });
  const [sent] = await inbox(mail);
  assert.equal(sent!.from, sender.address);
  assert.equal((await bench.sandbox.box(sender.address, 'sent')).length, 1, 'in the shared mailbox’s own Sent');
  // A mailbox that it may not send as any more: the sender's own refusal, and no draft is left.
  await bench.sandbox.knobs({ accounts: { [own]: { shared: [] } } });
  const refused = await send(bench, { mailbox, sender, mail: largeMail({ ...mailbox, address: sender.address }) });
  assert.partialDeepStrictEqual(refused.result, { outcome: 'auth_lost', code: 'upstream.sender_refused' });
  assert.deepEqual(await drafts({ ...mailbox, address: sender.address }), []);
});

test('a mailbox without a sign-in leaves its large mails whole where its administrator gave the relay that role as well', async () => {
  const mailbox = await connectAppOnly(apps);
  const giveRole = (hasDraftRole: boolean) => apps.sandbox.knobs({ accounts: { [mailbox.address]: { hasDraftRole } } });
  const attempt = async () => {
    const mail = largeMail(mailbox);
    const { result, announced } = await send(apps, { mailbox, mail });
    return [result, announced, (await apps.sandbox.box(mail.recipient, 'inbox')).length] as const;
  };
  const [narrow, ...nothing] = await attempt();
  assert.partialDeepStrictEqual(narrow, { outcome: 'rejected', code: 'upstream.too_large', maxSizeBytes: 3_145_728 });
  assert.deepEqual(nothing, [0, 0]);
  await giveRole(true);
  const [whole, ...once] = await attempt();
  assert.partialDeepStrictEqual(whole, { outcome: 'accepted', largeBy: 'wider_form' });
  assert.deepEqual(once, [1, 1]);
  // The role of sending was taken away in between: told as it is for every mail of such a mailbox.
  await apps.sandbox.fault({ call: 'send', mailbox: mailbox.address, preset: 'ErrorAccessDenied' });
  const [refused] = await attempt();
  assert.partialDeepStrictEqual(refused, { outcome: 'auth_lost', code: 'upstream.app_out_of_scope' });
});

test('in an organization an administrator has to give it first', async () => {
  const { codeChallenge } = pkce();
  const redirectUri = 'http://localhost:3000/oauth/microsoft/callback';
  const url = await bench.connector.authorizationUrl({
    state: 's',
    codeChallenge,
    redirectUri,
    loginHint: 'it@firm.example',
  });
  await assert.rejects(authorize(bench.sandbox, url, 'it@firm.example'), /no redirect: 400/);
});

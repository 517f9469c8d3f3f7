import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { simpleParser } from 'mailparser';
import { connectMailbox, prepareMail, send, useBench } from './contract-harness.ts';
import { tokenContract } from './token-contract.ts';
import { transportContract } from './transport-contract.ts';

// Graph's limit itself: 4 MiB of base64.
transportContract('microsoft', { largeBytes: 3_145_728 });
transportContract('microsoft', { largeBytes: 3_145_728, access: 'app-only' });
tokenContract('microsoft', { scopeFault: { preset: 'ErrorAccessDenied' } });

const bench = useBench('microsoft');

test('microsoft: a claims challenge is answered with a new token, and only a refused refresh closes the mailbox', async () => {
  const challenge = { call: 'send', preset: 'insufficient_claims' };
  const mailbox = await connectMailbox(bench);
  await bench.sandbox.fault({ ...challenge, mailbox: mailbox.address });
  assert.equal((await send(bench, { mailbox, mail: prepareMail(mailbox) })).result.outcome, 'accepted');
  assert.equal(mailbox.saved.length, 1, 'refreshed');

  await bench.sandbox.fault({ ...challenge, mailbox: mailbox.address, times: 2 });
  const again = (await send(bench, { mailbox, mail: prepareMail(mailbox) })).result;
  assert.partialDeepStrictEqual(again, { outcome: 'deferred', code: 'upstream.token_refused', scope: 'account' });

  await bench.sandbox.fault({ ...challenge, mailbox: mailbox.address });
  await bench.sandbox.fault({ call: 'refresh', mailbox: mailbox.address, preset: 'AADSTS50076' });
  const refused = (await send(bench, { mailbox, mail: prepareMail(mailbox) })).result;
  assert.partialDeepStrictEqual(refused, { outcome: 'auth_lost', code: 'upstream.auth_lost' });
});

test('microsoft: a gateway’s 400 is tried again, and a personal account to be verified is held', async () => {
  const mailbox = await connectMailbox(bench);
  await bench.sandbox.fault({ call: 'send', mailbox: mailbox.address, preset: 'gatewayBadRequest' });
  const first = (await send(bench, { mailbox, mail: prepareMail(mailbox) })).result;
  assert.partialDeepStrictEqual(first, { outcome: 'deferred', code: 'upstream.unavailable' });
  await bench.sandbox.fault({ call: 'send', mailbox: mailbox.address, preset: 'ErrorAccountSuspend' });
  const second = (await send(bench, { mailbox, mail: prepareMail(mailbox) })).result;
  assert.partialDeepStrictEqual(second, { outcome: 'auth_lost', code: 'upstream.account_blocked' });
});

test('microsoft: what is too large as MIME leaves in the JSON form, whole, and says so', async () => {
  const mailbox = await connectMailbox(bench);
  const picture = randomBytes(2_700_000);
  const wrapped = picture.toString('base64').replace(/.{76}/g, '$&\r\n');
  const { recipient } = prepareMail(mailbox);
  const bytes = Buffer.from(
    `From: =?utf-8?B?546E6Zai?= <${mailbox.address}>\r\nReply-To: camera@example.jp\r\nTo: ${recipient}\r\nBcc: hidden-${recipient}\r\n` +
      'Subject: =?utf-8?B?546E6Zai?=\r\nMessage-ID: <large@mail.local>\r\nX-Relay-Device: Door\r\nMIME-Version: 1.0\r\n' +
      'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n' +
      '--c\r\nContent-Type: text/plain\r\n\r\nMotion\r\n--c\r\nContent-Type: text/html\r\n\r\n<b>Motion</b><img src="cid:p1">\r\n--c--\r\n' +
      `--b\r\nContent-Type: image/jpeg; name="a.jpg"\r\nContent-ID: <p1>\r\nContent-Transfer-Encoding: base64\r\n\r\n${wrapped}\r\n--b--\r\n`,
  );
  const mail = {
    messageId: '<large@mail.local>',
    recipients: [recipient],
    sizeBytes: bytes.length,
    async *open() {
      for (let at = 0; at < bytes.length; at += 65_537) yield bytes.subarray(at, at + 65_537);
    },
  };
  assert.ok(bytes.length > bench.transport.maxSizeBytes);
  const { result, announced } = await send(bench, { mailbox, mail });
  assert.partialDeepStrictEqual(result, { outcome: 'accepted', largeBy: 'wider_form' });
  assert.equal(announced, 1);
  const [sent] = await bench.sandbox.box(mailbox.address, 'sent');
  const read = await simpleParser(Buffer.from(sent!.raw, 'base64'));
  assert.deepEqual(
    [read.subject, read.replyTo?.text, read.from?.text],
    ['玄関', 'camera@example.jp', `"玄関" <${mailbox.address}>`],
  );
  assert.match(String(read.html), /<b>Motion<\/b>/);
  assert.deepEqual(
    [read.headers.get('x-relay-device'), read.headers.get('x-relay-message-id')],
    ['Door', '<large@mail.local>'],
  );
  assert.ok(read.attachments.length === 1 && read.attachments[0]!.content.equals(picture));
  assert.equal(read.attachments[0]!.filename, 'a.jpg');
  assert.deepEqual([sent!.to, sent!.bcc], [[recipient], [`hidden-${recipient}`]]);
});

test('microsoft: an alias leaves by the mailbox itself, a shared mailbox by its own address with the permission that was asked for, and what is not allowed is told', async () => {
  const own = `o${Date.now()}@firm.example`;
  await bench.sandbox.knobs({
    accounts: { [own]: { aliases: ['alerts@firm.example'], shared: ['shop@firm.example'] } },
  });
  const mailbox = await connectMailbox(bench, own, { wantsShared: true });
  const as = async (address: string, kind: 'alias' | 'shared', by = mailbox) => {
    const mail = prepareMail({ ...by, address });
    const { result } = await send(bench, { mailbox: by, sender: { address, kind }, mail });
    const [arrived] = await bench.sandbox.box(mail.recipient, 'inbox');
    return [result.outcome === 'accepted' ? arrived?.from : 'code' in result && result.code];
  };
  assert.deepEqual(await as('alerts@firm.example', 'alias'), ['alerts@firm.example']);
  assert.deepEqual(await as('shop@firm.example', 'shared'), ['shop@firm.example']);
  assert.equal((await bench.sandbox.box('shop@firm.example', 'sent')).length, 1, 'in the shared mailbox’s own Sent');
  // The permission outlives a refresh.
  await bench.sandbox.fault({ call: 'send', mailbox: 'shop@firm.example', preset: 'InvalidAuthenticationToken' });
  assert.deepEqual(await as('shop@firm.example', 'shared'), ['shop@firm.example']);
  assert.equal(mailbox.saved.length, 1);
  assert.deepEqual(await as('ceo@firm.example', 'alias'), ['upstream.sender_refused']);
  assert.deepEqual(await as('ceo@firm.example', 'shared'), ['upstream.sender_refused']);
  assert.deepEqual(await as('shop@elsewhere.example', 'shared'), ['upstream.no_mailbox']);
  const without = await connectMailbox(bench, own);
  assert.deepEqual(await as('shop@firm.example', 'shared', without), ['upstream.scope_missing']);
});

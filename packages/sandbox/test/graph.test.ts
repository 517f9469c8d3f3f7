import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, mailText, rawOf, readBox, type TestSandbox, useSandbox } from './sandbox-harness.ts';

const OWNER = 'owner@outlook.com';
const FRIEND = 'friend@example.jp';

async function useGraph(box: TestSandbox, address = OWNER) {
  const { access_token } = await connect(box, 'microsoft', address);
  const authorization = `Bearer ${access_token}`;
  const send = async (body: string | Buffer, type = 'text/plain') => {
    const response = await fetch(`${box.origin}/microsoft/v1.0/me/sendMail`, {
      method: 'POST',
      headers: { authorization, 'content-type': type, 'client-request-id': 'ours' },
      body: Buffer.from(body),
    });
    const text = await response.text();
    const code = text ? (JSON.parse(text) as { error: { code: string; message: string } }).error : undefined;
    return { response, status: response.status, text, code: code?.code, message: code?.message };
  };
  const sendMime = (text: string | Buffer) => send(Buffer.from(text).toString('base64'));
  const sendJson = (body: unknown) => send(JSON.stringify(body), 'application/json');
  return { authorization, send, sendMime, sendJson };
}

test('a MIME mail is taken with an empty 202, byte for byte, and always saved to Sent', async (t) => {
  const box = await useSandbox(t);
  const { sendMime } = await useGraph(box);
  const text = mailText(OWNER, FRIEND, [], 'é 玄関');
  const { response, status, text: answer } = await sendMime(text);
  assert.equal(status, 202);
  assert.equal(answer, '');
  assert.ok(response.headers.get('request-id'));
  assert.equal(response.headers.get('client-request-id'), 'ours');
  const [sent] = await readBox(box, OWNER, 'sent');
  const [received] = await readBox(box, FRIEND, 'inbox');
  assert.equal(Buffer.from(sent!.raw, 'base64').toString(), text);
  assert.equal(Buffer.from(received!.raw, 'base64').toString(), text);
});

test('recipients come from To, Cc and Bcc alone, and nobody sees Bcc', async (t) => {
  const box = await useSandbox(t);
  const { sendMime } = await useGraph(box);
  await sendMime(mailText(OWNER, FRIEND, ['Cc: cc@example.jp', 'Bcc: hidden@example.jp']));
  const [hidden] = await readBox(box, 'hidden@example.jp', 'inbox');
  assert.deepEqual([hidden!.to, hidden!.cc, hidden!.bcc], [[FRIEND], ['cc@example.jp'], ['hidden@example.jp']]);
  assert.doesNotMatch(rawOf(hidden), /hidden/);
  assert.doesNotMatch(rawOf((await readBox(box, FRIEND, 'inbox'))[0]), /hidden/);
  assert.match(rawOf((await readBox(box, OWNER, 'sent'))[0]), /Bcc: hidden@example.jp/);
  assert.equal((await readBox(box, 'cc@example.jp', 'inbox')).length, 1);
});

test('a mail without recipients is 400 ErrorInvalidRecipients and goes nowhere', async (t) => {
  const box = await useSandbox(t);
  const { sendMime } = await useGraph(box);
  const { status, code } = await sendMime(mailText(OWNER, ''));
  assert.deepEqual([status, code], [400, 'ErrorInvalidRecipients']);
  assert.equal((await sendMime(mailText(OWNER, 'nobody'))).code, 'ErrorInvalidRecipients');
  assert.deepEqual(await readBox(box, OWNER, 'sent'), []);
});

test('what is no base64 is refused in the documented words', async (t) => {
  const box = await useSandbox(t);
  const { send } = await useGraph(box);
  for (const body of ['From: a@b.jp', '=', 'abc', '']) {
    const { status, code, message } = await send(body);
    assert.deepEqual(
      [status, code, message],
      [400, 'ErrorMimeContentInvalidBase64String', 'Invalid base64 string for MIME content.'],
    );
  }
});

test('another sender, or a display name with "@", is 403 ErrorSendAsDenied', async (t) => {
  const box = await useSandbox(t);
  const { sendMime } = await useGraph(box);
  const refused = async (from: string) => {
    const { status, code } = await sendMime(mailText(OWNER, FRIEND).replace(/^From: .*$/m, `From: ${from}`));
    return [status, code];
  };
  assert.deepEqual(await refused('other@outlook.com'), [403, 'ErrorSendAsDenied']);
  assert.deepEqual(await refused(`"${OWNER}" <${OWNER}>`), [403, 'ErrorSendAsDenied']);
  assert.equal((await refused(OWNER.toUpperCase()))[0], 202);
});

test('4,194,304 bytes of body are taken, one more is 413, or by knob an empty 200 with nothing sent', async (t) => {
  const box = await useSandbox(t);
  const { sendMime, send } = await useGraph(box);
  const start = mailText(OWNER, FRIEND);
  const whole = Buffer.concat([Buffer.from(start), Buffer.alloc(3_145_728 - start.length, 'a')]);
  assert.equal((await sendMime(whole)).status, 202);
  const over = Buffer.alloc(4_194_305, 'A');
  const { status, message } = await send(over);
  assert.deepEqual([status, message], [413, 'The maximum request length supported is 4MB.']);
  await box.postJson('/knobs', { oversize: 200 });
  const silent = await send(over);
  assert.deepEqual([silent.status, silent.text], [200, '']);
  assert.equal((await readBox(box, OWNER, 'sent')).length, 1);
});

test('the JSON form honours saveToSentItems and writes headers of its own', async (t) => {
  const box = await useSandbox(t);
  const { sendJson } = await useGraph(box);
  const message = {
    subject: '玄関',
    body: { contentType: 'Text', content: '動きを検知' },
    toRecipients: [{ emailAddress: { address: FRIEND, name: '友' } }],
    bccRecipients: [{ emailAddress: { address: 'hidden@example.jp' } }],
    internetMessageHeaders: [{ name: 'X-Relay-Device', value: 'gate' }],
    attachments: [
      {
        '@odata.type': '#microsoft.graph.fileAttachment',
        name: '写真.jpg',
        contentType: 'image/jpeg',
        contentBytes: Buffer.alloc(200, 7).toString('base64'),
      },
    ],
  };
  assert.equal((await sendJson({ message, saveToSentItems: false })).status, 202);
  assert.deepEqual(await readBox(box, OWNER, 'sent'), []);
  const [received] = await readBox(box, FRIEND, 'inbox');
  assert.equal(received!.subject, '玄関');
  assert.match(rawOf(received), /X-Relay-Device: gate/);
  assert.equal((await readBox(box, 'hidden@example.jp', 'inbox')).length, 1);
  await sendJson({ message });
  assert.equal((await readBox(box, OWNER, 'sent')).length, 1);
});

test('a malformed JSON form is refused with a code that says why', async (t) => {
  const box = await useSandbox(t);
  const { send, sendJson } = await useGraph(box);
  const to = [{ emailAddress: { address: FRIEND } }];
  assert.equal((await send('{', 'application/json')).code, 'UnableToDeserializePostBody');
  assert.equal((await sendJson({ message: 7 })).code, 'UnableToDeserializePostBody');
  assert.equal((await sendJson({ message: { toRecipients: 'x' } })).code, 'UnableToDeserializePostBody');
  assert.equal((await sendJson({ message: { toRecipients: [] } })).code, 'ErrorInvalidRecipients');
  const nothing = { subject: null, body: null, ccRecipients: null, replyTo: null, from: null, attachments: null };
  const named = [{ emailAddress: { address: FRIEND, name: null } }];
  assert.equal((await sendJson({ message: { ...nothing, toRecipients: named } })).status, 202, 'null says nothing');
  const header = { toRecipients: to, internetMessageHeaders: [{ name: 'Date', value: 'x' }] };
  assert.equal((await sendJson({ message: header })).code, 'InvalidInternetMessageHeader');
  assert.equal((await send('x', 'message/rfc822')).status, 415);
});

test('no token, a forged one and an expired one are 401; a token without Mail.Send is 403', async (t) => {
  const box = await useSandbox(t);
  const { access_token } = await connect(box, 'microsoft', OWNER);
  const status = async (token?: string) => {
    const headers = { ...(token ? { authorization: `Bearer ${token}` } : {}), 'content-type': 'text/plain' };
    const body = Buffer.from(mailText(OWNER, FRIEND)).toString('base64');
    return (await fetch(`${box.origin}/microsoft/v1.0/me/sendMail`, { method: 'POST', headers, body })).status;
  };
  assert.equal(await status(), 401);
  assert.equal(await status(`${access_token.slice(0, -2)}xx`), 401);
  assert.equal(await status((await connect(box, 'google', 'a@gmail.com')).access_token), 401);
  assert.equal(await status(access_token), 202);
  await box.postJson('/knobs', { happen: [{ provider: 'microsoft', account: OWNER, event: 'tokens_expired' }] });
  assert.equal(await status(access_token), 401);
});

test('me shows personal accounts without `mail`', async (t) => {
  const box = await useSandbox(t);
  const me = async (address: string) => {
    const { authorization } = await useGraph(box, address);
    const response = await fetch(`${box.origin}/microsoft/v1.0/me`, { headers: { authorization } });
    const { mail, userPrincipalName } = (await response.json()) as Record<string, string | null>;
    return [mail, userPrincipalName];
  };
  assert.deepEqual(await me(OWNER), [null, OWNER]);
  assert.deepEqual(await me('a@firm.example'), ['a@firm.example', 'a@firm.example']);
});

test('the fifth request at once of a mailbox is 429 with Retry-After', async (t) => {
  const box = await useSandbox(t);
  const { sendMime } = await useGraph(box);
  await box.postJson('/knobs', { faults: [{ call: 'send', times: 4, delayMs: 1500 }] });
  const slow = [1, 2, 3, 4].map(() => sendMime(mailText(OWNER, FRIEND)));
  await new Promise((resolve) => setTimeout(resolve, 500));
  const fifth = await sendMime(mailText(OWNER, FRIEND));
  assert.deepEqual([fifth.status, fifth.code], [429, 'ApplicationThrottled']);
  assert.equal(fifth.response.headers.get('retry-after'), '5');
  assert.deepEqual(
    (await Promise.all(slow)).map((answer) => answer.status),
    [202, 202, 202, 202],
  );
  assert.equal((await sendMime(mailText(OWNER, FRIEND))).status, 202);
});

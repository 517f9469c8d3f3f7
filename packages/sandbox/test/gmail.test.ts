import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, mailText, movableClock, rawOf, readBox, type TestSandbox, useSandbox } from './sandbox-harness.ts';

const OWNER = 'owner@gmail.com';
const FRIEND = 'friend@example.jp';

async function useGmail(box: TestSandbox) {
  const { access_token } = await connect(box, 'google', OWNER);
  const post = async (path: string, type: string, body: string | Buffer) => {
    const response = await fetch(`${box.origin}/google${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}`, 'content-type': type },
      body: Buffer.from(body),
    });
    const answer = (await response.json()) as {
      id?: string;
      labelIds?: string[];
      error?: { message: string; errors: { reason: string }[] };
    };
    return { status: response.status, reason: answer.error?.errors[0]?.reason, message: answer.error?.message, answer };
  };
  const upload = '/upload/gmail/v1/users/me/messages/send';
  const sendMedia = (text: string | Buffer) => post(`${upload}?uploadType=media`, 'message/rfc822', text);
  return { post, upload, sendMedia };
}

test('an upload is taken with an id and the SENT label, byte for byte', async (t) => {
  const box = await useSandbox(t);
  const { sendMedia } = await useGmail(box);
  const text = mailText(OWNER, FRIEND, ['Bcc: hidden@example.jp'], 'é 玄関');
  const { status, answer } = await sendMedia(text);
  assert.equal(status, 200);
  assert.ok(answer.id);
  assert.deepEqual(answer.labelIds, ['SENT']);
  assert.equal(Buffer.from((await readBox(box, OWNER, 'sent'))[0]!.raw, 'base64').toString(), text);
  assert.doesNotMatch(rawOf((await readBox(box, 'hidden@example.jp', 'inbox'))[0]), /hidden/);
});

test('the raw and the multipart form carry the same mail', async (t) => {
  const box = await useSandbox(t);
  const { post, upload } = await useGmail(box);
  const text = mailText(OWNER, FRIEND);
  const raw = JSON.stringify({ raw: Buffer.from(text).toString('base64url') });
  assert.equal((await post('/gmail/v1/users/me/messages/send', 'application/json', raw)).status, 200);
  const parts = `--b\r\ncontent-type: application/json\r\n\r\n{}\r\n--b\r\ncontent-type: message/rfc822\r\n\r\n${text}\r\n--b--`;
  assert.equal((await post(`${upload}?uploadType=multipart`, 'multipart/related; boundary=b', parts)).status, 200);
  const received = await readBox(box, FRIEND, 'inbox');
  assert.deepEqual(
    received.map((item) => Buffer.from(item.raw, 'base64').toString()),
    [text, text],
  );
});

test('From becomes the account, and a malformed Message-ID is replaced', async (t) => {
  const box = await useSandbox(t);
  const { sendMedia } = await useGmail(box);
  await sendMedia(mailText('camera@lan', FRIEND).replace('<1@gate.test>', 'no brackets'));
  const raw = rawOf((await readBox(box, FRIEND, 'inbox'))[0]);
  assert.match(raw, /^From: "Gate" <owner@gmail\.com>\r$/m);
  assert.match(raw, /^Message-ID: <[^<>@]+@mail\.gmail\.test>\r$/m);
  assert.doesNotMatch(raw, /camera@lan|no brackets/);
});

test('no recipient, a bad one and more than a hundred are 400', async (t) => {
  const box = await useSandbox(t);
  const { sendMedia } = await useGmail(box);
  const many = Array.from({ length: 101 }, (_, index) => `r${index}@example.jp`).join(',\r\n ');
  assert.equal((await sendMedia(mailText(OWNER, ''))).message, 'Recipient address required');
  assert.equal((await sendMedia(mailText(OWNER, 'nobody'))).message, 'Invalid To header');
  assert.equal((await sendMedia(mailText(OWNER, many))).status, 400);
  assert.deepEqual(await readBox(box, OWNER, 'sent'), []);
});

test('36,700,160 bytes are taken, one more is 413', async (t) => {
  const box = await useSandbox(t);
  const { sendMedia } = await useGmail(box);
  const start = mailText(OWNER, FRIEND);
  const whole = Buffer.concat([Buffer.from(start), Buffer.alloc(36_700_160 - start.length, 'a')]);
  assert.equal((await sendMedia(whole)).status, 200);
  const over = await sendMedia(Buffer.concat([whole, Buffer.from('a')]));
  assert.deepEqual([over.status, over.message], [413, 'Request Entity Too Large']);
});

test('with limits on, the minute is 403 and the day is 429 with its time in the text only', async (t) => {
  const clock = movableClock();
  const box = await useSandbox(t, { clock });
  await box.postJson('/knobs', { limits: 'all', tokenLifetimeSeconds: 86_000 });
  const { sendMedia } = await useGmail(box);
  const statuses: number[] = [];
  for (let i = 0; i < 61; i++) statuses.push((await sendMedia(mailText(OWNER, FRIEND))).status);
  assert.deepEqual(statuses.slice(-2), [200, 403]);
  for (let i = 60; i < 505; i++) {
    if (i % 60 === 0) clock.forward(61_000);
    await sendMedia(mailText(OWNER, FRIEND));
  }
  clock.forward(61_000);
  const { status, reason, message } = await sendMedia(mailText(OWNER, FRIEND));
  assert.deepEqual([status, reason], [429, 'rateLimitExceeded']);
  assert.match(message ?? '', /^User-rate limit exceeded\. {2}Retry after \d{4}-\d\d-\d\dT[\d:.]+Z/);
  // Five were answered 200 over the limit and went nowhere.
  const sent = await (await box.get(`/mailboxes/${OWNER}/sent?raw=false&limit=5`)).json();
  const inbox = await (await box.get(`/mailboxes/${FRIEND}/inbox?raw=false`)).json();
  const ids = new Set((inbox as { items: { id: string }[] }).items.map((item) => item.id));
  assert.ok((sent as { items: { id: string }[] }).items.every((item) => !ids.has(item.id)));
});

test('tokens of others, expired ones and ones without the scope are refused by reason', async (t) => {
  const box = await useSandbox(t);
  await box.postJson('/knobs', {
    accounts: { 'no@gmail.com': { untickedScopes: ['https://www.googleapis.com/auth/gmail.send'] } },
  });
  const send = async (token: string) => {
    const response = await fetch(`${box.origin}/google/upload/gmail/v1/users/me/messages/send?uploadType=media`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'message/rfc822' },
      body: mailText(OWNER, FRIEND),
    });
    const { error } = (await response.json()) as { error: { errors: { reason: string }[] } };
    return [response.status, error.errors[0]?.reason];
  };
  assert.deepEqual(await send('x'), [401, 'authError']);
  assert.deepEqual(await send((await connect(box, 'microsoft', 'a@b.example')).access_token), [401, 'authError']);
  assert.deepEqual(await send((await connect(box, 'google', 'no@gmail.com')).access_token), [
    403,
    'insufficientPermissions',
  ]);
});

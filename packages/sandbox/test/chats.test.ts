import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useSandbox } from './sandbox-harness.ts';

test('chats take what their documents ask for, refuse what lacks a token or a place, and show what came, the newest first, without a token', async (t) => {
  const { postJson, postForm, get, origin } = await useSandbox(t);
  const bot = `/telegram/bot12345678:${'a'.repeat(30)}`;
  const bearer = { authorization: 'Bearer xoxb-of-a-test' };
  const asked = async (answer: Promise<Response>) => {
    const { status, headers } = await answer;
    const isJson = headers.get('content-type')?.startsWith('application/json');
    return [status, isJson ? await (await answer).json() : await (await answer).text()];
  };
  assert.deepEqual(await asked(postJson(`${bot}/sendMessage`, { chat_id: '-1', text: 'gate' })), [
    200,
    { ok: true, result: { message_id: 1 } },
  ]);
  assert.equal((await postJson(`${bot}/sendMessage`, { text: 'gate' })).status, 400);
  assert.equal((await postJson('/telegram/bot/sendMessage', { chat_id: '-1' })).status, 404);
  assert.equal((await postJson('/line/v2/bot/message/push', { to: 'U0', messages: [] })).status, 401);
  assert.equal((await postJson('/line/v2/bot/message/push', { to: 'U0', messages: [] }, bearer)).status, 200);
  const post = (method: string, body: object, headers = {}) => asked(postJson(`/slack/api/${method}`, body, headers));
  assert.deepEqual(await post('chat.postMessage', { channel: 'C1' }), [200, { ok: false, error: 'not_authed' }]);
  assert.equal(((await post('chat.postMessage', { channel: 'C1' }, bearer))[1] as { ok: boolean }).ok, true);
  const place = await postForm('/slack/api/files.getUploadURLExternal', { filename: 'a.jpg', length: '3' }, bearer);
  const { upload_url } = (await place.json()) as { upload_url: string };
  assert.ok(upload_url.startsWith(`${origin}/slack/upload/`));
  const uploaded = await fetch(upload_url, { method: 'POST', body: 'jpg', headers: { 'content-type': 'image/jpeg' } });
  assert.deepEqual([uploaded.status, await uploaded.text()], [200, 'OK']);

  const shown = await (await get('/chats')).text();
  const { items } = JSON.parse(shown) as { items: { chat: string; path: string; to: string | null; raw: string }[] };
  assert.deepEqual(
    [items[0]!.chat, Buffer.from(items[0]!.raw, 'base64').toString(), items.at(-1)!.path, items.at(-1)!.to],
    ['slack', 'jpg', 'bot/sendMessage', '-1'],
  );
  for (const token of ['a'.repeat(30), 'xoxb-of-a-test']) assert.ok(!shown.includes(token));
  await postJson('/reset', {});
  assert.deepEqual(await (await get('/chats')).json(), { items: [] });
});

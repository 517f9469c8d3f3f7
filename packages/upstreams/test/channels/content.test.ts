import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { ConnectedMailbox, SendRequest } from '@hikyaku/core';
import { composeMail } from '@hikyaku/mail';
import type { ChannelConfig } from '../../src/channels/channel.ts';
import { createChannelTransport } from '../../src/channels/content/transport.ts';
import { writeWebhookSecret } from '../../src/channels/webhook.ts';
import { createDialler } from '../../src/dialler/dialler.ts';

/** What stands in for every receiver: it keeps what it is asked, and answers as it is told. */
let server: Server;
let origin: string;
let seen: { path: string; headers: Headers; body: Buffer }[] = [];
type Answer = { status: number; headers?: Record<string, string>; body?: string } | 'nothing' | 'hangs';
let answer: Answer = { status: 200 };

before(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = new Headers(request.headers as Record<string, string>);
      seen.push({ path: request.url!, headers, body: Buffer.concat(chunks) });
      if (answer === 'hangs' && request.url === '/hangs') return;
      if (answer === 'hangs') return void response.end();
      if (answer === 'nothing') return void request.socket.destroy();
      response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const picture = (n: number) => ({
  name: `${n}.jpg`,
  type: 'image/jpeg',
  bytes: Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(300, n)]),
});
const mailOf = (pictures: number, subject = 'Motion at <gate> & @everyone'): Buffer =>
  composeMail({
    from: 'camera@b.example',
    recipients: ['c@d.example'],
    subject,
    text: 'The body stays where it is.\n',
    languages: ['en'],
    messageIdHeader: '<1@b.example>',
    date: new Date(0),
    files: Array.from({ length: pictures }, (_, n) => picture(n + 1)),
  });

const transport = (reach: 'this-machine' | 'public' = 'this-machine', slowMs?: number) =>
  createChannelTransport({
    environment: 'sandbox',
    slowMs,
    dialler: createDialler({ reach, ownHost: 'relay.invalid', ownPorts: [], ports: [443] }),
    origins: { telegram: `${origin}/telegram`, line: `${origin}/line`, slack: `${origin}/slack` },
  });

interface Given {
  mail?: Buffer;
  answer?: Answer;
  beforeCommit?: () => Promise<void>;
  reach?: 'public';
}
function requestOf(
  config: ChannelConfig,
  mail: Buffer,
  more: Partial<SendRequest> = {},
  id = 'channel-1',
): SendRequest {
  return {
    mailbox: { id, environment: 'sandbox', secret: JSON.stringify(config) } as ConnectedMailbox,
    mail: {
      messageId: '<1@b.example>',
      recipients: ['c@d.example'],
      sizeBytes: mail.length,
      async *open() {
        yield mail;
      },
    },
    beforeFirstByte: async () => {},
    beforeCommit: async () => {},
    signal: AbortSignal.timeout(20_000),
    ...more,
  };
}
async function send(config: ChannelConfig, given: Given = {}) {
  [seen, answer] = [[], given.answer ?? { status: 200 }];
  let seenAtCommit = -1;
  const beforeCommit = async () => {
    await given.beforeCommit?.();
    seenAtCommit = seen.length;
  };
  const result = await transport(given.reach).send(requestOf(config, given.mail ?? mailOf(1), { beforeCommit }));
  return { result, request: seen[0], seenAtCommit };
}

/** The parts of a form as a receiver reads them. */
async function formIn({ headers, body }: { headers: Headers; body: Buffer }): Promise<Record<string, unknown>> {
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': headers.get('content-type')! },
  }).formData();
  const entries = [...form.entries()].map(async ([name, value]) => {
    if (typeof value === 'string') return [name, value] as const;
    return [name, [value.name, value.type, Buffer.from(await value.arrayBuffer())]] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

const TELEGRAM: ChannelConfig = { kind: 'telegram', botToken: '12345:abc', chatId: '-1001' };
const discord = (): ChannelConfig => ({ kind: 'discord', url: `${origin}/discord?thread_id=7` });
const TEXT = 'Motion at <gate> & @everyone';

test('Telegram gets one picture as a photo, several as an album, and none as a message', async () => {
  const one = await send(TELEGRAM);
  assert.deepEqual(one.result, { outcome: 'accepted', status: 200 });
  assert.equal(one.request!.path, '/telegram/bot12345:abc/sendPhoto');
  assert.deepEqual(await formIn(one.request!), {
    ...{ chat_id: '-1001', caption: TEXT },
    photo: ['picture-1.jpg', 'image/jpeg', picture(1).bytes],
  });

  const three = await send(TELEGRAM, { mail: mailOf(3) });
  assert.equal(three.request!.path, '/telegram/bot12345:abc/sendMediaGroup');
  const { media, chat_id, ...files } = await formIn(three.request!);
  assert.equal(chat_id, '-1001');
  assert.deepEqual(JSON.parse(media as string), [
    { type: 'photo', media: 'attach://picture1', caption: TEXT },
    { type: 'photo', media: 'attach://picture2' },
    { type: 'photo', media: 'attach://picture3' },
  ]);
  assert.deepEqual(Object.keys(files), ['picture1', 'picture2', 'picture3']);
  const many = await formIn((await send(TELEGRAM, { mail: mailOf(12) })).request!);
  assert.equal((JSON.parse(many.media as string) as unknown[]).length, 10);

  const none = await send(TELEGRAM, { mail: mailOf(0) });
  assert.equal(none.request!.path, '/telegram/bot12345:abc/sendMessage');
  assert.partialDeepStrictEqual(JSON.parse(none.request!.body.toString()), { chat_id: '-1001', text: TEXT });
});

test('Discord gets files beside a payload that pings nobody, and says when they are there', async () => {
  const { result, request } = await send(discord(), { mail: mailOf(2) });
  assert.deepEqual(result, { outcome: 'accepted', status: 200 });
  assert.equal(request!.path, '/discord?thread_id=7&wait=true');
  const { payload_json, ...files } = await formIn(request!);
  const content = 'Motion at \\<gate\\> & @everyone';
  assert.deepEqual(JSON.parse(payload_json as string), { content, allowed_mentions: { parse: [] }, flags: 4 });
  assert.deepEqual(files, {
    'files[0]': ['picture-1.jpg', 'image/jpeg', picture(1).bytes],
    'files[1]': ['picture-2.jpg', 'image/jpeg', picture(2).bytes],
  });
});

test('LINE and Slack, which take no files in a message, get the subject', async () => {
  const line = await send({ kind: 'line', channelToken: 'the-token', to: 'U1' });
  assert.equal(line.request!.path, '/line/v2/bot/message/push');
  assert.equal(line.request!.headers.get('authorization'), 'Bearer the-token');
  assert.match(line.request!.headers.get('x-line-retry-key')!, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab]/);
  assert.deepEqual(JSON.parse(line.request!.body.toString()), { to: 'U1', messages: [{ type: 'text', text: TEXT }] });
  const again = await send({ kind: 'line', channelToken: 'the-token', to: 'U1' }, { answer: { status: 409 } });
  assert.deepEqual(again.result, { outcome: 'accepted', status: 409 }, 'it had this message already');
  assert.equal(
    again.request!.headers.get('x-line-retry-key'),
    line.request!.headers.get('x-line-retry-key'),
    'the same for every try',
  );
  const slack = await send({ kind: 'slack', url: `${origin}/slack` });
  assert.deepEqual(JSON.parse(slack.request!.body.toString()), {
    mrkdwn: false,
    text: 'Motion at &lt;gate&gt; &amp; @everyone',
  });
  const turned = await send({ kind: 'slack', url: `${origin}/slack` }, { mail: mailOf(0, 'Motion \u202egpj.exe') });
  assert.equal(
    JSON.parse(turned.request!.body.toString()).text,
    'Motion gpj.exe',
    'nothing turns what stands behind it',
  );
});

test('a webhook gets device, subject and pictures, signed; never the text of the mail', async () => {
  const secret = writeWebhookSecret(Buffer.alloc(32, 1));
  const { request } = await send(
    { kind: 'webhook', url: `${origin}/hook`, secrets: [{ secret }] },
    { mail: mailOf(2) },
  );
  const { headers, body } = request!;
  const [id, at] = [headers.get('webhook-id'), headers.get('webhook-timestamp')];
  const signature = createHmac('sha256', Buffer.from(secret.slice(6), 'base64')).update(`${id}.${at}.${body}`);
  assert.equal(headers.get('webhook-signature'), `v1,${signature.digest('base64')}`);
  const { at: sentAt, ...told } = JSON.parse(body.toString()) as Record<string, unknown>;
  assert.ok(Math.abs(Date.parse(sentAt as string) - Date.now()) < 60_000);
  assert.deepEqual(told, {
    ...{ type: 'mail', id, device: null, subject: TEXT },
    pictures: [1, 2].map((n) => ({ type: 'image/jpeg', data: picture(n).bytes.toString('base64') })),
  });
  assert.ok(!body.includes('The body stays'));
});

test('the commit point is just before the request; who lost the mail sends nothing', async () => {
  const { seenAtCommit } = await send(discord());
  assert.equal(seenAtCommit, 0);
  const lost = new Error('the lease is lost');
  const beforeCommit = () => Promise.reject(lost);
  await assert.rejects(send(discord(), { beforeCommit }), lost);
  assert.deepEqual(seen, []);
});

test('an answer is what follows from it, and nothing of its words is kept', async () => {
  const body = JSON.stringify({ description: 'Motion at the gate', parameters: { retry_after: 7 } });
  const of = async (given: Answer, config: ChannelConfig = TELEGRAM) => {
    const { result } = await send(config, { answer: given });
    assert.ok(!JSON.stringify(result).includes('Motion'));
    return result;
  };
  const throttled = { outcome: 'deferred', code: 'upstream.throttled', scope: 'account', status: 429 };
  assert.deepEqual(await of({ status: 429, body }), { ...throttled, retryAfterMs: 7_000 });
  assert.deepEqual(await of({ status: 429, headers: { 'retry-after': '30' } }), { ...throttled, retryAfterMs: 30_000 });
  for (const status of [302, 400, 401, 403, 404, 410, 413]) {
    const refused = { outcome: 'rejected', code: 'upstream.channel_refused', status };
    assert.deepEqual(await of({ status, body, headers: { location: `${origin}/inside` } }), refused);
    assert.equal(seen.length, 1, 'a redirect is not followed');
  }
  assert.partialDeepStrictEqual(await of({ status: 503 }), { outcome: 'deferred', code: 'upstream.unavailable' });
  for (const status of [500, 502, 504]) {
    assert.deepEqual(await of({ status, body }), {
      outcome: 'in_doubt',
      code: 'upstream.in_doubt',
      scope: 'account',
      status,
    });
  }
  assert.partialDeepStrictEqual(await of('nothing'), { outcome: 'in_doubt' });
});

test('receivers that hang keep waiting only one another', async () => {
  [seen, answer] = [[], 'hangs'];
  const { send: give } = transport('this-machine', 50);
  const to = (id: string, path: string, signal: AbortSignal, beforeCommit = async () => {}) =>
    give(requestOf({ kind: 'slack', url: origin + path }, mailOf(0), { signal, beforeCommit }, id));
  const hanging = ['a', 'b', 'c'];
  for (const id of hanging) {
    const ended = new AbortController();
    // Slow from its request on, whatever the way there took.
    const begun = async () => void setTimeout(() => ended.abort(), 200);
    const { outcome } = await to(id, '/hangs', ended.signal, begun);
    assert.equal(outcome, 'in_doubt');
  }
  const ended = new AbortController();
  let commit = (): void => {};
  const isCommitted = new Promise<void>((resolve) => {
    commit = resolve;
  });
  const [first, ...others] = hanging.map((id) => to(id, '/hangs', ended.signal, async () => commit()));
  assert.deepEqual(await to('d', '/works', AbortSignal.timeout(20_000)), { outcome: 'accepted', status: 200 });
  for (const other of others) {
    const expected = { outcome: 'deferred', code: 'upstream.unavailable', scope: 'account' };
    assert.partialDeepStrictEqual(await other, expected);
  }
  await isCommitted;
  ended.abort();
  assert.partialDeepStrictEqual(await first, { outcome: 'in_doubt' });
});

test('a private address is never given a picture, and nobody at home is no refusal', async () => {
  const refused = { outcome: 'rejected', code: 'upstream.channel_refused' };
  for (const url of [origin, 'https://10.0.0.1/x', 'https://[::1]/x', 'https://127.0.0.1:8443/x']) {
    assert.deepEqual((await send({ kind: 'slack', url }, { reach: 'public' })).result, refused, url);
  }
  assert.deepEqual(seen, []);
  const closed = await send({ kind: 'slack', url: 'http://127.0.0.1:1/x' });
  assert.partialDeepStrictEqual(closed.result, { outcome: 'deferred', code: 'upstream.unavailable' });
  const nowhere = createChannelTransport({ environment: 'live', dialler: null });
  const mailbox = { id: 'c', environment: 'sandbox', secret: '{}' } as ConnectedMailbox;
  const other = await nowhere.send({ mailbox } as SendRequest);
  assert.partialDeepStrictEqual(other, { outcome: 'auth_lost', code: 'upstream.environment' });
});

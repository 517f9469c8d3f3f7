import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import type { ConnectedMailbox, SendRequest } from '@hikyaku/core';
import { composeMail } from '@hikyaku/mail';
import type { ConfigOf, Note } from '../../src/channels/channel.ts';
import { createChannelTransport } from '../../src/channels/content/transport.ts';
import { openChannels } from '../../src/channels/open-channels.ts';
import { createDialler } from '../../src/dialler/dialler.ts';

/** Slack's Web API and its place for files: it keeps what it is asked, and answers as it is told. */
let server: Server;
let origin: string;
interface Seen {
  path: string;
  authorization: string | undefined;
  body: Buffer;
}
let seen: Seen[] = [];
/** What one method says instead of yes. */
type Instead = Record<string, { status?: number; error?: string; headers?: Record<string, string> }>;
let instead: Instead = {};
before(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url!;
      seen.push({ path, authorization: request.headers.authorization, body: Buffer.concat(chunks) });
      const { status = 200, error, headers } = instead[path.split('/').at(-1)!] ?? {};
      const place = { upload_url: `${origin}/upload/v1/${seen.length}`, file_id: `F${seen.length}` };
      const answer = error === undefined ? { ok: status === 200, ...place } : { ok: false, error };
      response.writeHead(status, headers).end(path.startsWith('/upload') ? 'OK - 304' : JSON.stringify(answer));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  [seen, instead] = [[], {}];
});
after(() => server.close());

const CONFIG: ConfigOf<'slack_bot'> = { kind: 'slack_bot', botToken: 'xoxb-1-secret', channelId: 'C0123456' };
const picture = (n: number) => ({
  ...{ name: `${n}.jpg`, type: 'image/jpeg' },
  bytes: Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(300, n)]),
});
const dialler = createDialler({ reach: 'this-machine', ownHost: 'relay.invalid', ownPorts: [], ports: [443] });
const originsOf = () => ({ telegram: origin, line: origin, slack: origin });

async function send(pictures: number, more: Partial<SendRequest> = {}) {
  const mail = composeMail({
    ...{
      from: 'camera@b.example',
      recipients: ['c@d.example'],
      subject: 'Motion at <gate>',
      text: 'The body stays.\n',
    },
    ...{ languages: ['en'], messageIdHeader: '<1@b.example>', date: new Date(0) },
    files: Array.from({ length: pictures }, (_, n) => picture(n + 1)),
  });
  const steps: string[] = [];
  const result = await createChannelTransport({ environment: 'sandbox', dialler, origins: originsOf() }).send({
    mailbox: { id: 'channel-1', environment: 'sandbox', secret: JSON.stringify(CONFIG) } as ConnectedMailbox,
    mail: {
      ...{ messageId: '<1@b.example>', recipients: ['c@d.example'], sizeBytes: mail.length },
      async *open() {
        yield mail;
      },
    },
    beforeFirstByte: async () => void steps.push(`first byte after ${seen.length}`),
    beforeCommit: async () => void steps.push(`commit after ${seen.length}`),
    signal: AbortSignal.timeout(20_000),
    ...more,
  });
  return { result, steps };
}

test('each picture is uploaded to the place that Slack gives, then all are shown in one message of the channel', async () => {
  const { result, steps } = await send(2);
  assert.deepEqual(result, { outcome: 'accepted', status: 200 });
  assert.deepEqual(
    seen.map(({ path }) => path),
    [
      ...['/api/files.getUploadURLExternal', '/upload/v1/1', '/api/files.getUploadURLExternal', '/upload/v1/3'],
      '/api/files.completeUploadExternal',
    ],
  );
  const [asked, uploaded, , second, shown] = seen as [Seen, Seen, Seen, Seen, Seen];
  assert.deepEqual(Object.fromEntries(new URLSearchParams(asked.body.toString())), {
    ...{ filename: 'picture-1.jpg', length: '304' },
  });
  assert.ok(uploaded.body.equals(picture(1).bytes) && second.body.equals(picture(2).bytes));
  assert.deepEqual(
    [asked, uploaded, shown].map(({ authorization }) => authorization),
    ['Bearer xoxb-1-secret', undefined, 'Bearer xoxb-1-secret'],
  );
  assert.deepEqual(JSON.parse(shown.body.toString()), {
    ...{ channel_id: 'C0123456', initial_comment: 'Motion at &lt;gate&gt;' },
    files: [
      { id: 'F1', title: 'picture-1.jpg' },
      { id: 'F3', title: 'picture-2.jpg' },
    ],
  });
  assert.deepEqual(
    steps,
    ['first byte after 1', 'first byte after 3', 'commit after 4'],
    'until then nobody sees them',
  );
  seen = [];
  assert.deepEqual((await send(0)).result, { outcome: 'accepted', status: 200 });
  assert.deepEqual(
    seen.map(({ path }) => path),
    ['/api/chat.postMessage'],
  );
});

test('what Slack says inside its 200 counts; before the message is shown a failure is tried again, behind it it is a doubt', async () => {
  const upload = 'files.getUploadURLExternal';
  const show = 'files.completeUploadExternal';
  const outcomes: Record<string, string> = {};
  const cases: Record<string, Instead> = {
    refused: { [show]: { error: 'channel_not_found' } },
    unauthorized: { [upload]: { error: 'invalid_auth' } },
    throttled: { [show]: { status: 429, headers: { 'retry-after': '7' } } },
    limited: { [upload]: { error: 'ratelimited' } },
    brokenBefore: { [upload]: { error: 'internal_error' } },
    brokenBehind: { [show]: { error: 'internal_error' } },
    downBefore: { [upload]: { status: 500 } },
    downBehind: { [show]: { status: 500 } },
  };
  for (const [name, answer] of Object.entries(cases)) {
    instead = answer;
    const { result } = await send(1);
    outcomes[name] = `${result.outcome} ${'retryAfterMs' in result ? result.retryAfterMs : ''}`.trim();
  }
  assert.deepEqual(outcomes, {
    ...{ refused: 'rejected', unauthorized: 'rejected', throttled: 'deferred 7000', limited: 'deferred 60000' },
    ...{ brokenBefore: 'deferred', brokenBehind: 'in_doubt', downBefore: 'deferred', downBehind: 'in_doubt' },
  });
  instead = {};
  const lost = new Error('the lease is lost');
  seen = [];
  await assert.rejects(send(1, { beforeCommit: () => Promise.reject(lost) }), lost);
  assert.ok(!seen.some(({ path }) => path.endsWith(show)));
});

test('alerts are messages of the bot, and its token’s failures are told from the channel’s', async () => {
  const note: Note = { id: 'n', at: new Date(0), title: 'A & B', items: [], link: 'https://relay.example/alerts' };
  const channels = openChannels({ dialler, brokerDialler: null, takesHttp: true, mailer: null, origins: originsOf() });
  assert.deepEqual(await channels.tell(CONFIG, note), { isTold: true, status: 200 });
  assert.partialDeepStrictEqual(JSON.parse(seen[0]!.body.toString()), {
    channel: 'C0123456',
    unfurl_links: false,
    mrkdwn: false,
  });
  const failures: string[] = [];
  for (const error of ['token_revoked', 'not_in_channel', 'ratelimited', 'fatal_error']) {
    instead = { 'chat.postMessage': { error } };
    const result = await channels.tell(CONFIG, note);
    if (!result.isTold) failures.push(result.failure);
  }
  assert.deepEqual(failures, ['unauthorized', 'refused', 'throttled', 'failing']);
});

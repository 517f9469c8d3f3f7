import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Note } from '../../src/channels/channel.ts';
import { noteText } from '../../src/channels/channel.ts';
import { type OutsideConfig, openChannels } from '../../src/channels/open-channels.ts';
import { writeWebhookSecret } from '../../src/channels/webhook.ts';
import { createDialler, type DialRules } from '../../src/dialler/dialler.ts';
import { makeCertificate } from '../own-certificate.ts';

interface Seen {
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** What stands in for every receiver: it keeps what it is asked, and answers as it is told. */
let server: Server;
let origin: string;
let seen: Seen[] = [];
let answer:
  | { status: number; headers?: Record<string, string>; body?: string }
  | 'nothing'
  | 'endless'
  | 'stalls'
  | 'breaks'
  | 'upgrades' = {
  status: 200,
};

before(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (answer === 'endless') {
        // Until the other side has had enough: a write to a closed connection calls back as well.
        const pour = (error?: Error | null): void => {
          if (!error && !response.destroyed) response.write('x'.repeat(64 * 1024), (gone) => setImmediate(pour, gone));
        };
        return pour();
      }
      seen.push({ path: request.url!, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      if (answer === 'nothing') return;
      if (answer === 'upgrades') {
        request.socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
        return;
      }
      if (answer === 'stalls' || answer === 'breaks') {
        response.writeHead(200, { 'content-length': 100 }).write('half');
        if (answer === 'breaks') setTimeout(() => request.socket.destroy(), 20);
        return;
      }
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

const NOTE: Note = {
  id: '0192f0c0-0000-7000-8000-00000000000a',
  at: new Date('2026-11-28T10:00:00Z'),
  title: 'Gate <1> & @everyone is silent',
  items: [
    {
      alertId: '0192f0c0-0000-7000-8000-00000000000b',
      code: 'device.silent',
      telling: 'began',
      severity: 'warning',
      subject: { kind: 'device', id: '0192f0c0-0000-7000-8000-00000000000c', name: 'Gate <1> & @everyone' },
      title: 'Gate <1> & @everyone is silent',
      advice: 'Look whether it has power.',
      url: 'https://relay.example/devices/0192f0c0-0000-7000-8000-00000000000c',
      openedAt: '2026-11-28T09:00:00.000Z',
      count: 1,
    },
  ],
  link: 'https://relay.example/alerts',
};
const SECRETS = [writeWebhookSecret(Buffer.alloc(32, 1)), writeWebhookSecret(Buffer.alloc(32, 2))] as const;

const rules = (more: Partial<DialRules> = {}): DialRules => ({
  ...{
    reach: 'this-machine',
    ownHost: 'relay.invalid',
    ownPorts: [],
    ports: [443],
    resolve: async () => ['127.0.0.1'],
  },
  ...more,
});
const channelsBy = (
  more: Partial<DialRules> = {},
  mailer: Parameters<typeof openChannels>[0]['mailer'] = null,
  deadlineMs = 500,
) =>
  openChannels({
    ...{
      dialler: createDialler(rules(more)),
      brokerDialler: createDialler(rules(more)),
      takesHttp: true,
      mailer,
      deadlineMs,
    },
    origins: { telegram: `${origin}/telegram`, line: `${origin}/line`, slack: `${origin}/slack` },
  });

async function tell(config: OutsideConfig, given: typeof answer = { status: 200 }) {
  [seen, answer] = [[], given];
  const result = await channelsBy().tell(config, NOTE);
  return { result, request: seen[0] };
}

test('a webhook is told all that is known, signed so that a receiver can check who says it and when, by both secrets of a rotation', async () => {
  const secrets = [{ secret: SECRETS[0] }, { secret: SECRETS[1], until: NOTE.at.getTime() + 1 }];
  const { result, request } = await tell({ kind: 'webhook', url: `${origin}/hook?key=1`, secrets });
  assert.deepEqual(result, { isTold: true, status: 200 });
  const { path, headers, body } = request!;
  assert.equal(path, '/hook?key=1');
  assert.deepEqual([headers['webhook-id'], headers['webhook-timestamp']], [NOTE.id, '1795860000']);
  const signed = (secret: string) =>
    `v1,${createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
      .update(`${NOTE.id}.1795860000.${body}`)
      .digest('base64')}`;
  assert.equal(headers['webhook-signature'], SECRETS.map(signed).join(' '));
  const { type, alerts, url } = JSON.parse(body) as { type: string; alerts: unknown; url: string };
  assert.deepEqual([type, alerts, url], ['alerts', NOTE.items, NOTE.link]);
  const ended = [{ secret: SECRETS[0] }, { secret: SECRETS[1], until: NOTE.at.getTime() }];
  const later = await tell({ kind: 'webhook', url: `${origin}/hook`, secrets: ended });
  assert.equal(later.request!.headers['webhook-signature'], signed(SECRETS[0]));
});

test('each chat gets the request of its documents, and no name of a device is a command there', async () => {
  const text = noteText(NOTE, 2000);
  assert.match(
    text,
    /^⚠ Gate <1> & @everyone is silent\nLook whether it has power\.\n\nhttps:\/\/relay\.example\/alerts$/,
  );

  const slack = (await tell({ kind: 'slack', url: `${origin}/slack` })).request!;
  assert.deepEqual(JSON.parse(slack.body), {
    mrkdwn: false,
    text: text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  });

  const discord = (await tell({ kind: 'discord', url: `${origin}/discord` }, { status: 204 })).request!;
  const content = text.replaceAll('<', '\\<').replaceAll('>', '\\>');
  assert.deepEqual(JSON.parse(discord.body), { content, allowed_mentions: { parse: [] }, flags: 4 });

  const teams = (await tell({ kind: 'teams', url: `${origin}/teams` }, { status: 202 })).request!;
  const card = JSON.parse(teams.body) as {
    type: string;
    attachments: [{ contentType: string; content: { body: { text: string }[]; actions: object[] } }];
  };
  assert.deepEqual(
    [card.type, card.attachments[0].contentType],
    ['message', 'application/vnd.microsoft.card.adaptive'],
  );
  const { body, actions } = card.attachments[0].content;
  assert.deepEqual(
    body.map((block) => block.text),
    ['⚠ Gate <1> & @everyone is silent', 'Look whether it has power.'],
  );
  assert.deepEqual(actions, [{ type: 'Action.OpenUrl', title: 'Hikyaku', url: NOTE.link }]);

  const telegram = (await tell({ kind: 'telegram', botToken: '12345:abc', chatId: '-1001' })).request!;
  assert.equal(telegram.path, '/telegram/bot12345:abc/sendMessage');
  assert.deepEqual(JSON.parse(telegram.body), {
    ...{ chat_id: '-1001', text },
    link_preview_options: { is_disabled: true },
  });

  const line = (await tell({ kind: 'line', channelToken: 'the-token', to: `U${'0'.repeat(32)}` })).request!;
  assert.equal(line.path, '/line/v2/bot/message/push');
  assert.deepEqual([line.headers.authorization, line.headers['x-line-retry-key']], ['Bearer the-token', NOTE.id]);
  assert.deepEqual(JSON.parse(line.body), { to: `U${'0'.repeat(32)}`, messages: [{ type: 'text', text }] });
});

test('no sign in a device’s name is markup in a chat that reads some, and the link stays whole', async () => {
  const name = '<@1> *x* _y_ ~z~ [a](http://evil.example/) |p| `c` # -';
  const note = { ...NOTE, items: [{ ...NOTE.items[0]!, title: name }], link: 'https://relay_1.example/alerts' };
  const bodyOf = async (config: OutsideConfig) => {
    [seen, answer] = [[], { status: 200 }];
    await channelsBy().tell(config, note);
    return JSON.parse(seen[0]!.body) as {
      content: string;
      attachments: [{ content: { body: { text: string; wrap: boolean }[] } }];
    };
  };
  const { content } = await bodyOf({ kind: 'discord', url: `${origin}/discord` });
  const escaped = '\\<@1\\> \\*x\\* \\_y\\_ \\~z\\~ \\[a\\]\\(http://evil.example/\\) \\|p\\| \\`c\\` \\# \\-';
  assert.equal(content, `⚠ ${escaped}\nLook whether it has power.\n\n${note.link}`);
  const { attachments } = await bodyOf({ kind: 'teams', url: `${origin}/teams` });
  assert.equal(attachments[0].content.body[0]!.wrap, true, 'or a phone shows its beginning');
  assert.equal(
    attachments[0].content.body[0]!.text,
    '⚠ <@1> \\*x\\* \\_y\\_ \\~z\\~ \\[a\\]\\(http://evil.example/\\) |p| \\`c\\` \\# -',
  );
});

test('several alerts are one message, and what is longer than a receiver takes is cut, not refused', () => {
  const many = { ...NOTE, title: 'Hikyaku: 300 messages', items: Array(300).fill(NOTE.items[0]) as Note['items'] };
  const text = noteText(many, 2000);
  assert.ok(text.startsWith('Hikyaku: 300 messages\n\n⚠ Gate') && text.endsWith(`…\n\n${NOTE.link}`), text);
  assert.equal(text.length, 2000);
  const halves = { ...NOTE, items: [{ ...NOTE.items[0]!, title: '📷'.repeat(5000), advice: '' }] };
  for (const max of [1999, 2000]) assert.ok(noteText(halves, max).isWellFormed());
});

test('an answer is told apart by what somebody has to do about it', async () => {
  const url = `${origin}/x`;
  const failure = async (config: OutsideConfig, given: typeof answer) => (await tell(config, given)).result;
  const slack: OutsideConfig = { kind: 'slack', url };
  const failed = (name: string, status: number | null, more = {}) => ({
    isTold: false,
    failure: name,
    status,
    ...more,
  });
  assert.deepEqual(await failure(slack, { status: 403 }), failed('unauthorized', 403));
  assert.deepEqual(await failure(slack, { status: 404 }), failed('gone', 404));
  assert.deepEqual(await failure(slack, { status: 400 }), failed('refused', 400));
  assert.deepEqual(await failure(slack, { status: 500 }), failed('failing', 500));
  const wait = { status: 429, headers: { 'retry-after': '30' } };
  assert.deepEqual(await failure(slack, wait), failed('throttled', 429, { retryAfterMs: 30_000 }));
  const telegram: OutsideConfig = { kind: 'telegram', botToken: '12345:abc', chatId: '1' };
  const flood = { status: 429, body: JSON.stringify({ ok: false, parameters: { retry_after: 7 } }) };
  assert.deepEqual(await failure(telegram, flood), failed('throttled', 429, { retryAfterMs: 7000 }));
  const discord: OutsideConfig = { kind: 'discord', url };
  for (const [said, retryAfterMs] of [
    [64.5, 64_500],
    ['64', 0],
    [-3, 0],
  ] as const) {
    const limited = {
      status: 429,
      body: JSON.stringify({ message: 'You are being rate limited.', retry_after: said }),
    };
    assert.deepEqual(await failure(discord, limited), failed('throttled', 429, { retryAfterMs }));
  }
  assert.deepEqual(await failure(discord, { status: 204 }), { isTold: true, status: 204 });
  // Nobody has to make a new token because a group has put the bot out; and a token that is none has no page.
  assert.deepEqual(await failure(telegram, { status: 403 }), failed('refused', 403));
  assert.deepEqual(await failure(telegram, { status: 404 }), failed('unauthorized', 404));
  const line: OutsideConfig = { kind: 'line', channelToken: 'x', to: 'U' };
  assert.deepEqual(await failure(line, { status: 409 }), { isTold: true, status: 409 }, 'it had this message already');
});

test('a receiver that hangs is left; a redirect is not followed; a private address is never dialled', async () => {
  const slack: OutsideConfig = { kind: 'slack', url: `${origin}/x` };
  assert.deepEqual((await tell(slack, 'nothing')).result, { isTold: false, failure: 'unreachable', status: null });
  const moved = await tell(slack, { status: 302, headers: { location: `${origin}/inside` } });
  assert.deepEqual(moved.result, { isTold: false, failure: 'moved', status: 302 });
  assert.deepEqual(
    seen.map(({ path }) => path),
    ['/x'],
  );
  seen = [];
  const refused = { isTold: false, failure: 'host_refused', status: null };
  for (const url of [
    origin,
    'https://10.0.0.1/x',
    'https://[::1]/x',
    'https://intern.example/x',
    'https://hooks.example:8443/x',
  ]) {
    assert.deepEqual(await channelsBy({ reach: 'public' }).tell({ kind: 'slack', url }, NOTE), refused, url);
  }
  assert.deepEqual(seen, []);
});

test('an answer without an end is read no further than a few kilobytes', async () => {
  [seen, answer] = [[], 'endless'];
  const begunAt = Date.now();
  const patient = channelsBy({}, null, 20_000);
  assert.deepEqual(await patient.tell({ kind: 'slack', url: `${origin}/x` }, NOTE), { isTold: true, status: 200 });
  assert.ok(Date.now() - begunAt < 10_000);
});

test('an answer that stalls behind its status, or breaks off, has said what counts: nobody is told twice', async () => {
  for (const stops of ['stalls', 'breaks'] as const) {
    [seen, answer] = [[], stops];
    assert.deepEqual(
      await channelsBy().tell({ kind: 'slack', url: `${origin}/x` }, NOTE),
      { isTold: true, status: 200 },
      stops,
    );
    assert.equal(seen.length, 1);
  }
});

test('an answer that Node tells nobody of ends the telling all the same', { timeout: 20_000 }, async () => {
  const slack: OutsideConfig = { kind: 'slack', url: `${origin}/x` };
  assert.deepEqual((await tell(slack, 'upgrades')).result, { isTold: false, failure: 'unreachable', status: null });
});

test('a server whose certificate is another’s is told apart from one that is away, and ends nobody’s process', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'channel-'));
  const { certificate, key } = makeCertificate(dir);
  const secure = createTlsServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (_, response) =>
    response.end(),
  );
  await new Promise<void>((done) => secure.listen(0, '127.0.0.1', done));
  t.after(() => {
    secure.close();
    rmSync(dir, { recursive: true });
  });
  const { port } = secure.address() as AddressInfo;
  const away = { isTold: false, failure: 'certificate', status: null };
  assert.deepEqual(await channelsBy().tell({ kind: 'slack', url: `https://127.0.0.1:${port}/x` }, NOTE), away);
});

test('mail goes by the operator’s server; what a server says for good is told apart from one that is away', async () => {
  const sent: unknown[] = [];
  const mailer = (error?: object) => ({
    send: async (mail: object) => {
      if (error) throw error;
      sent.push(mail);
    },
  });
  const mail: OutsideConfig = { kind: 'mail', address: 'owner@example.jp' };
  assert.deepEqual(await channelsBy({}, mailer()).tell(mail, NOTE), { isTold: true, status: null });
  assert.deepEqual(sent, [{ to: 'owner@example.jp', subject: NOTE.title, text: noteText(NOTE, 20_000) }]);
  const by = async (error: object) => (await channelsBy({}, mailer(error)).tell(mail, NOTE)) as { failure: string };
  assert.equal((await by({ responseCode: 550 })).failure, 'refused');
  assert.equal((await by(new Error('ECONNREFUSED'))).failure, 'unreachable');
});

test('only what this instance can do is offered', () => {
  const none = openChannels({ dialler: null, brokerDialler: null, takesHttp: false, mailer: null });
  assert.deepEqual(none.kinds, ['mailbox'], 'a tenant’s own mailboxes are always there');
  assert.deepEqual(channelsBy().kinds, [
    'mailbox',
    'webhook',
    'slack',
    'slack_bot',
    'discord',
    'teams',
    'telegram',
    'line',
    'mqtt',
  ]);
  assert.ok(channelsBy({}, { send: async () => {} }).kinds.includes('mail'));
});

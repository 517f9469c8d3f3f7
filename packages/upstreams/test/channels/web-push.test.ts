import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { openPushBrowser } from '@hikyaku/testing';
import type { ConfigOf, Note } from '../../src/channels/channel.ts';
import { openChannels } from '../../src/channels/open-channels.ts';
import { arePushKeys, encryptPush, MAX_PLAIN_BYTES } from '../../src/channels/push/encrypt.ts';
import { createDialler, type DialRules } from '../../src/dialler/dialler.ts';

const b64 = (text: string): Buffer => Buffer.from(text, 'base64url');

/** RFC 8291, appendix A. */
const RFC = {
  plain: 'When I grow up, I want to be a watermelon',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  browser: 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94',
  server: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
  salt: 'DGv6ra1nlYgDCS1FRnbzlw',
  body: 'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
};

let server: Server;
let origin: string;
let seen: { path: string; headers: IncomingHttpHeaders; body: Buffer }[] = [];
let status = 201;
before(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push({ path: request.url!, headers: request.headers, body: Buffer.concat(chunks) });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => server.close());

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { x, y } = pair.publicKey.export({ format: 'jwk' });
const push = {
  publicKey: Buffer.concat([Buffer.of(4), b64(x!), b64(y!)]),
  sign: (bytes: Buffer) => sign('sha256', bytes, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' }),
  contact: 'mailto:operator@example.jp',
};
const channelsBy = (reach: DialRules['reach'] = 'this-machine') => {
  const dialler = createDialler({ reach, ownHost: 'relay.invalid', ownPorts: [], ports: [443] });
  return openChannels({ dialler, brokerDialler: null, takesHttp: true, mailer: null, push });
};
const NOTE: Note = {
  ...{ id: 'n-1', at: new Date('2026-11-28T10:00:00Z'), title: '「玄関」が沈黙しています' },
  items: [
    {
      ...{
        alertId: 'a',
        code: 'device.silent',
        telling: 'began',
        severity: 'error',
        title: '「玄関」が沈黙しています',
      },
      ...{
        subject: null,
        advice: '電源を確認してください。',
        openedAt: null,
        count: 1,
        url: 'https://relay.example/alerts',
      },
    },
  ],
  link: 'https://relay.example/alerts',
};

test('a message is encrypted as the RFC’s own example, byte by byte', () => {
  const { p256dh, auth } = RFC;
  const fixed = { privateKey: b64(RFC.server), salt: b64(RFC.salt) };
  assert.equal(encryptPush(Buffer.from(RFC.plain), { p256dh, auth }, fixed).toString('base64url'), RFC.body);
  const browser = openPushBrowser({ privateKey: b64(RFC.browser), auth: b64(auth) });
  assert.deepEqual(browser.keys, { p256dh, auth });
  assert.equal(browser.read(b64(RFC.body)), RFC.plain, 'the stand-in reads it');
});

test('only a point of the curve, and a secret of sixteen bytes, are a subscription’s keys', () => {
  const { p256dh, auth } = RFC;
  assert.ok(arePushKeys({ p256dh, auth }));
  assert.ok(!arePushKeys({ p256dh: `${p256dh.slice(0, -3)}AAA`, auth }));
  assert.ok(!arePushKeys({ p256dh, auth: 'BTBZMqHH6r4Tts7J_aSI' }));
});

test('a browser is told title, advice and where to look, in a request that nobody between can read, signed for its service alone', async () => {
  seen = [];
  const browser = openPushBrowser();
  const config: ConfigOf<'push'> = {
    kind: 'push',
    endpoint: `${origin}/send/secret-of-the-browser`,
    keys: browser.keys,
  };
  assert.deepEqual(await channelsBy().tell(config, NOTE), { isTold: true, status: 201 });
  const [{ path, headers, body }] = seen as [(typeof seen)[number]];
  assert.equal(path, '/send/secret-of-the-browser');
  assert.deepEqual([headers['content-encoding'], headers.ttl, headers.urgency], ['aes128gcm', '86400', 'high']);
  assert.deepEqual(JSON.parse(browser.read(body)), {
    ...{ id: 'n-1', title: NOTE.title, body: '電源を確認してください。', url: NOTE.link },
  });
  const [, token, key] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(headers.authorization!)!;
  assert.equal(key, push.publicKey.toString('base64url'));
  const [head, claims, signature] = token!.split('.') as [string, string, string];
  assert.deepEqual(JSON.parse(b64(head).toString()), { typ: 'JWT', alg: 'ES256' });
  assert.deepEqual(JSON.parse(b64(claims).toString()), {
    ...{ aud: origin, sub: 'mailto:operator@example.jp', exp: NOTE.at.getTime() / 1000 + 12 * 3600 },
  });
  const point = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: x!, y: y! } });
  assert.ok(
    verify('sha256', Buffer.from(`${head}.${claims}`), { key: point, dsaEncoding: 'ieee-p1363' }, b64(signature)),
  );
  assert.throws(() => openPushBrowser().read(body), 'another browser reads nothing');
});

test('fifty alerts in Japanese fit into one record; a subscription that ended is gone; no private host is asked', async () => {
  seen = [];
  const browser = openPushBrowser();
  const config: ConfigOf<'push'> = { kind: 'push', endpoint: `${origin}/send`, keys: browser.keys };
  const item = { ...NOTE.items[0]!, title: '名'.repeat(100), advice: '言'.repeat(300) };
  const many = { ...NOTE, title: '題'.repeat(500), items: Array.from({ length: 50 }, () => item) };
  assert.partialDeepStrictEqual(await channelsBy().tell(config, many), { isTold: true });
  assert.ok(seen[0]!.body.length <= 4096);
  const told = browser.read(seen[0]!.body);
  assert.ok(Buffer.byteLength(told) <= MAX_PLAIN_BYTES && told.includes('題題'));
  const failures: string[] = [];
  for (status of [404, 410, 403, 429, 500]) {
    const result = await channelsBy().tell(config, NOTE);
    if (!result.isTold) failures.push(result.failure);
  }
  status = 201;
  assert.deepEqual(failures, ['gone', 'gone', 'unauthorized', 'throttled', 'failing']);
  seen = [];
  assert.partialDeepStrictEqual(await channelsBy('public').tell(config, NOTE), { failure: 'host_refused' });
  assert.deepEqual(seen, []);
});

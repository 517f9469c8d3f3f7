import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { readNetworks } from '@hikyaku/config';
import { startFront } from '../src/front/front.ts';

interface Seen {
  name: string;
  headers: IncomingMessage['headers'];
  url: string | undefined;
  body: string;
}

const seen: Seen[] = [];
const backends: Server[] = [];

async function backend(name: string): Promise<number> {
  const server = createServer((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (chunk) => {
      body += chunk;
    });
    incoming.on('end', () => {
      seen.push({ name, headers: incoming.headers, url: incoming.url, body });
      const said = incoming.url === '/api/v1/instance' ? { 'x-hikyaku-instance': '{"environment":"sandbox"}' } : {};
      outgoing.writeHead(200, { 'x-backend': name, 'set-cookie': ['a=1', 'b=2'], ...said });
      if (incoming.url === '/api/v1/events') {
        outgoing.write('data: first\n\n');
        return;
      }
      if (incoming.url === '/api/v1/hangs') return;
      outgoing.end(name);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  backends.push(server);
  return (server.address() as { port: number }).port;
}

let front: { port: number; close(): Promise<void> };
let deadFront: { port: number; close(): Promise<void> };

before(async () => {
  const options = { port: 0, host: '127.0.0.1', publicUrl: 'http://localhost:4711', isProxy: () => false };
  front = await startFront({ ...options, apiPort: await backend('api'), webPort: await backend('web') });
  deadFront = await startFront({ ...options, apiPort: 1, webPort: 1 });
});

after(async () => {
  await front.close();
  await deadFront.close();
  for (const server of backends) {
    server.closeAllConnections();
    server.close();
  }
});

const url = (path: string): string => `http://127.0.0.1:${front.port}${path}`;

test('api, oauth and health paths go to api, everything else to web', async () => {
  for (const path of ['/api/v1/me', '/api/auth/session', '/oauth/google/callback?code=1', '/healthz', '/readyz']) {
    assert.equal(await (await fetch(url(path))).text(), 'api', path);
  }
  for (const path of ['/', '/apish', '/devices', '/oauthentic', '/healthz-page']) {
    assert.equal(await (await fetch(url(path))).text(), 'web', path);
  }
});

test('a page is told by the front what the instance is, and by nobody else; nothing else is told, and no page waits for it', async () => {
  const forged = { 'x-hikyaku-instance': '{"environment":"live"}' };
  const toldOf = async (path: string) => {
    await fetch(url(path), { headers: forged });
    return seen.at(-1)?.headers['x-hikyaku-instance'];
  };
  for (const path of ['/', '/devices?q=1']) assert.equal(await toldOf(path), '{"environment":"sandbox"}', path);
  for (const path of ['/_next/static/a.js', '/icon.svg', '/api/v1/me'])
    assert.equal(await toldOf(path), undefined, path);
  const withoutApi = await startFront({
    ...{ port: 0, host: '127.0.0.1', publicUrl: 'http://localhost:4711', isProxy: () => false, apiPort: 1 },
    webPort: (backends[1]!.address() as { port: number }).port,
  });
  assert.equal(await (await fetch(`http://127.0.0.1:${withoutApi.port}/`)).text(), 'web');
  assert.equal(seen.at(-1)?.headers['x-hikyaku-instance'], undefined);
  await withoutApi.close();
});

test('a forged X-Forwarded-For never reaches a backend', async () => {
  await fetch(url('/api/v1/me'), {
    headers: { 'x-forwarded-for': '8.8.8.8', 'x-real-ip': '8.8.8.8', forwarded: 'for=8.8.8.8' },
  });
  const { headers } = seen.at(-1)!;
  assert.equal(headers['x-forwarded-for'], '127.0.0.1');
  assert.equal(headers['x-real-ip'], undefined);
  assert.equal(headers.forwarded, undefined);
});

test('a body and several cookies pass unchanged', async () => {
  const answer = await fetch(url('/api/v1/devices'), { method: 'POST', body: 'x'.repeat(200_000) });
  assert.equal(seen.at(-1)!.body.length, 200_000);
  assert.deepEqual(answer.headers.getSetCookie(), ['a=1', 'b=2']);
});

test('an event stream is passed on as it comes, not at its end', async () => {
  const first = await new Promise<string>((resolve, reject) => {
    const stream = request(url('/api/v1/events'), (answer) => {
      answer.once('data', (chunk: Buffer) => {
        resolve(chunk.toString());
        stream.destroy();
      });
    });
    stream.on('error', reject);
    stream.end();
  });
  assert.equal(first, 'data: first\n\n');
});

test('while a backend is down the answer says so and when to come again', async () => {
  const api = await fetch(`http://127.0.0.1:${deadFront.port}/api/v1/me`);
  assert.equal(api.status, 503);
  assert.equal(api.headers.get('content-type'), 'application/problem+json');
  const web = await fetch(`http://127.0.0.1:${deadFront.port}/`);
  assert.equal(web.status, 503);
  assert.match(await web.text(), /Try again in a few seconds/);
});

test('a page asked for by another name of this machine is sent to the public address, an API call is not', async () => {
  const ask = (path: string, host: string) =>
    new Promise<{ status: number; location: string | undefined }>((resolve, reject) => {
      request({ host: '127.0.0.1', port: front.port, path, headers: { host } }, (answer) => {
        answer.resume();
        resolve({ status: answer.statusCode!, location: answer.headers.location });
      })
        .on('error', reject)
        .end();
    });
  assert.deepEqual(await ask('/devices?x=1', '127.0.0.1:4711'), {
    status: 307,
    location: 'http://localhost:4711/devices?x=1',
  });
  assert.equal((await ask('/devices', 'localhost:4711')).status, 200);
  assert.equal((await ask('/api/v1/me', '127.0.0.1:4711')).status, 200);
  assert.equal((await ask('/devices', 'evil.example:4711')).status, 200);
});

test('a kept connection that its backend closes costs nobody an answer', async () => {
  const closing = createServer((_incoming, outgoing) => outgoing.end('fresh'));
  // Closed the moment a second request comes over it.
  closing.on('connection', (socket) => {
    let requests = 0;
    socket.prependListener('data', (chunk: Buffer) => {
      if (/^(GET|POST) /.test(chunk.toString('latin1'))) requests += 1;
      if (requests > 1) socket.resetAndDestroy();
    });
  });
  await new Promise<void>((resolve) => closing.listen(0, '127.0.0.1', resolve));
  const { port } = closing.address() as { port: number };
  const own = await startFront({
    port: 0,
    host: '127.0.0.1',
    apiPort: port,
    webPort: port,
    publicUrl: 'http://localhost:4711',
    isProxy: () => false,
  });
  try {
    for (let round = 0; round < 6; round++) {
      assert.equal(await (await fetch(`http://127.0.0.1:${own.port}/api/x`)).text(), 'fresh');
      assert.equal(
        await (await fetch(`http://127.0.0.1:${own.port}/api/x`, { method: 'POST', body: 'x' })).text(),
        'fresh',
      );
    }
  } finally {
    await own.close();
    closing.closeAllConnections();
    closing.close();
  }
});

test('a GET that brings a body swallows nothing of the request that follows on the same connection', async () => {
  const { port } = front;
  for (let round = 0; round < 5; round++) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`GET /api/v1/instance HTTP/1.1\r\nHost: localhost\r\nContent-Length: 40\r\n\r\n${'x'.repeat(40)}`);
    await once(socket, 'data');
    const answer = await fetch(url(`/api/v1/me?round=${round}`), { signal: AbortSignal.timeout(2000) });
    assert.equal(answer.status, 200);
    assert.equal(seen.at(-1)!.url, `/api/v1/me?round=${round}`);
    assert.equal(seen.at(-1)!.body, '');
    socket.destroy();
  }
});

test('streams and slow readers of one client take what is one client’s, and others are answered at once', async () => {
  const apiPort = await backend('api');
  const own = await startFront({
    port: 0,
    host: '127.0.0.1',
    apiPort,
    webPort: apiPort,
    publicUrl: 'http://localhost:4711',
    isProxy: readNetworks(['127.0.0.0/8']),
  });
  const stop = new AbortController();
  const ask = (path: string, client: string) =>
    fetch(`http://127.0.0.1:${own.port}${path}`, { signal: stop.signal, headers: { 'x-forwarded-for': client } });
  try {
    const streams = await Promise.all(
      Array.from({ length: 420 }, (_, index) => ask('/api/v1/events', `198.51.100.${1 + (index % 2)}`)),
    );
    const refused = streams.filter(({ status }) => status === 429);
    assert.equal(refused.length, 20, 'two hundred of each client');
    assert.equal(((await refused[0]!.json()) as { code: string }).code, 'front.busy');
    assert.ok(Number(refused[0]!.headers.get('retry-after')) > 0);
    for (const client of ['198.51.100.1', '203.0.113.5']) {
      const begun = performance.now();
      assert.equal((await ask('/api/v1/me', client)).status, 200, client);
      assert.ok(performance.now() - begun < 10_000);
    }
    const hanging = Array.from({ length: 64 }, () => ask('/api/v1/hangs', '198.51.100.1').catch(() => undefined));
    // The 65th of that client is refused as soon as the others are under way.
    let status = 0;
    for (let tries = 0; tries < 100 && status !== 429; tries++)
      status = (await ask('/api/v1/me', '198.51.100.1')).status;
    assert.equal(status, 429);
    assert.equal((await ask('/api/v1/me', '203.0.113.5')).status, 200);
    stop.abort();
    await Promise.all(hanging);
    let freed = 0;
    for (let tries = 0; tries < 100 && freed !== 200; tries++) {
      freed = (
        await fetch(`http://127.0.0.1:${own.port}/api/v1/me`, { headers: { 'x-forwarded-for': '198.51.100.1' } })
      ).status;
    }
    assert.equal(freed, 200, 'what has gone gives its places back');
  } finally {
    stop.abort();
    await own.close();
  }
});

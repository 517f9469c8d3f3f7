import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { reservePort, until } from '@hikyaku/testing';

/** The file that compose gives Caddy, before stand-ins of the api and the pages. */
const caddyfile = readFileSync(join(import.meta.dirname, '../../../infra/caddy/Caddyfile'), 'utf8');
const SAID = '{"environment":"sandbox","sandboxUrl":"http://localhost:3002","signInWith":["google"]}';

const seen: { name: string; url: string | undefined; headers: IncomingMessage['headers'] }[] = [];
const servers: Server[] = [];
/** How the api answers what it says of the instance; null: not at all. */
let status: number | null = 200;

async function standIn(name: string): Promise<number> {
  const server = createServer((incoming, outgoing) => {
    incoming.resume();
    seen.push({ name, url: incoming.url, headers: incoming.headers });
    const isInstance = incoming.url === '/api/v1/instance';
    if (isInstance && status === null) return;
    outgoing.writeHead(isInstance ? (status ?? 200) : 200, isInstance ? { 'x-hikyaku-instance': SAID } : {});
    outgoing.end(name);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

let caddy: ChildProcess;
let folder: string;
let port: number;
let deadPort: number;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'caddy-'));
  port = await reservePort();
  deadPort = await reservePort();
  const [api, web, nobody] = [await standIn('api'), await standIn('web'), await reservePort()];
  const sites = (at: number, apiPort: number) =>
    caddyfile
      .slice(0, caddyfile.indexOf('\n# The doors'))
      .replace(/^\{\$HIKYAKU_PUBLIC_HOST[^ ]*/m, `http://127.0.0.1:${at}`)
      .replaceAll('api:3001', `127.0.0.1:${apiPort}`)
      .replaceAll('web:3003', `127.0.0.1:${web}`);
  const env = { PATH: process.env.PATH, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  caddy = spawn('caddy', ['run', '--adapter', 'caddyfile', '--config', '-'], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  caddy.stdin!.end(`{\n\tadmin off\n\tauto_https off\n}\n${sites(port, api)}\n${sites(deadPort, nobody)}`);
  await until(
    'Caddy listens',
    () =>
      fetch(`http://127.0.0.1:${port}/healthz`).then(
        () => true,
        () => false,
      ),
    20_000,
  );
});
after(async () => {
  if (caddy.exitCode === null) {
    caddy.kill();
    await once(caddy, 'exit');
  }
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

const ask = (path: string, at = port, init: RequestInit = {}) =>
  fetch(`http://127.0.0.1:${at}${path}`, { headers: { 'x-hikyaku-instance': '{"environment":"live"}' }, ...init });
const lastSeen = (name: string) => seen.findLast((one) => one.name === name);

test('behind Caddy a page is told what the instance is by the api, and by nobody else', async () => {
  for (const path of ['/', '/devices?q=1', '/sign-in']) {
    assert.equal(await (await ask(path)).text(), 'web', path);
    assert.equal(lastSeen('web')?.url, path);
    assert.equal(lastSeen('web')?.headers['x-hikyaku-instance'], SAID, path);
    assert.equal(lastSeen('web')?.headers['x-forwarded-for'], '127.0.0.1');
  }
  const asked = seen.filter(({ name }) => name === 'api').length;
  for (const path of ['/_next/static/a.js', '/icon.svg']) assert.equal(await (await ask(path)).text(), 'web', path);
  assert.equal(seen.filter(({ name }) => name === 'api').length, asked, 'files need to be told nothing');
});

test('a page comes, and is told nothing, while the api refuses, says nothing or is away; what is the api’s stays its own', async () => {
  for (const answer of [503, null]) {
    status = answer;
    assert.equal(await (await ask('/devices')).text(), 'web', String(answer));
    assert.equal(lastSeen('web')?.headers['x-hikyaku-instance'], undefined, String(answer));
  }
  status = 200;
  assert.equal(await (await ask('/devices', deadPort)).text(), 'web');
  assert.equal(lastSeen('web')?.headers['x-hikyaku-instance'], undefined);
  assert.equal((await ask('/api/v1/me', deadPort)).status, 502);
  const body = JSON.stringify({ name: 'x'.repeat(100_000) });
  assert.equal(await (await ask('/api/v1/devices', port, { method: 'POST', body })).text(), 'api');
});

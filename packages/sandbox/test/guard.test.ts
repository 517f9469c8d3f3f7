import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { programOf } from '@hikyaku/testing';
import { isLoopbackHost } from '../src/host-guard.ts';
import { useSandbox } from './sandbox-harness.ts';

function statusFor(origin: string, headers: Record<string, string>, method = 'GET', path = '/'): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(origin + path, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.once('error', reject);
    call.end();
  });
}

test('only loopback names are answered', async (t) => {
  const box = await useSandbox(t);
  for (const host of ['localhost', 'localhost:3002', '127.0.0.1:1', '127.9.8.7', '[::1]:3002']) {
    assert.equal(await statusFor(box.origin, { host }), 200, host);
  }
  for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:3002', '10.0.0.1', '0.0.0.0']) {
    assert.equal(await statusFor(box.origin, { host }), 421, host);
    assert.equal(isLoopbackHost(host), false);
  }
});

test('another site cannot turn knobs or press Accept', async (t) => {
  const box = await useSandbox(t);
  const post = (headers: Record<string, string>, path = '/reset') => statusFor(box.origin, headers, 'POST', path);
  assert.equal(await post({ origin: 'https://evil.example' }), 403);
  assert.equal(await post({ origin: 'null' }), 403);
  assert.equal(await post({ 'sec-fetch-site': 'cross-site' }), 403);
  const consent = '/microsoft/common/oauth2/v2.0/authorize/consent';
  assert.equal(await post({ origin: 'https://evil.example' }, consent), 403);
  assert.equal(await post({ origin: 'http://localhost:3000' }), 200);
  assert.equal(await post({}), 200);
});

test('it listens on loopback only', async (t) => {
  const box = await useSandbox(t);
  const address = box.sandbox.app.server.address();
  assert.equal(typeof address === 'object' && address?.address, '127.0.0.1');
});

test('it starts alone, without a database, and says whom it takes', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'hikyaku-alone-'));
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../../scripts/sandbox.mjs', import.meta.url))], {
    env: { PATH: process.env.PATH, HIKYAKU_SANDBOX_PORT: '0', HIKYAKU_DATA_DIR: dir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout) {
    output += chunk;
    if (/"started"/.test(output) && /Ctrl-C/.test(output)) break;
  }
  const port = /"port":(\d+)/.exec(output)?.[1];
  assert.equal((await fetch(`http://127.0.0.1:${port}/knobs`)).status, 200);
  assert.match(output, /microsoft client id 5a4d0b0c-/);
  child.kill('SIGTERM');
  if (child.exitCode === null) await once(child, 'exit');
  rmSync(dir, { recursive: true, force: true });
});

test('the process refuses to run outside sandbox mode', async () => {
  const child = spawn(process.execPath, [programOf('packages/sandbox')], {
    env: { PATH: process.env.PATH, HIKYAKU_SANDBOX: 'off', HIKYAKU_SANDBOX_PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, 'exit');
  assert.equal(code, 1);
  assert.match(output, /sandbox\.refused/);
});

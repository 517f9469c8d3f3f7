import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLoopbackUrl, isThisMachine, listenAddressOf, readSettings } from '../src/index.ts';

const HERE = [
  ...['localhost', 'LOCALHOST', 'localhost.', 'relay.localhost', '127.0.0.1', '127.255.3.4', '::1', '[::1]'],
  ...['0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', '::ffff:7f00:1'],
];
const ELSEWHERE = [
  ...['0.0.0.0', '::', '[::]', '127.0.0.1.example', 'localhost.example', 'notlocalhost', '128.0.0.1', '10.0.0.1'],
  ...['::2', '::ffff:10.0.0.1', '::ffff:a00:1', 'fe80::1', '127.0.0', '127.0.0.256', ''],
];

test('a name or address of this machine alone is told from all others, in both families', () => {
  for (const host of HERE) assert.equal(isThisMachine(host), true, host);
  for (const host of ELSEWHERE) assert.equal(isThisMachine(host), false, host);
});

test('what a loopback URL invites to is never bound to an address that others reach', () => {
  for (const [url, address] of [
    ['http://localhost:3000', '127.0.0.1'],
    ['http://relay.localhost:3000', '127.0.0.1'],
    ['http://127.0.0.1:3000', '127.0.0.1'],
    ['http://127.0.0.7', '127.0.0.7'],
    ['http://127.1:3000', '127.0.0.1'],
    ['http://[::1]:3000', '::1'],
    ['https://relay.example', '0.0.0.0'],
  ] as const) {
    assert.equal(listenAddressOf(url), address, url);
    assert.equal(isLoopbackUrl(url), address !== '0.0.0.0', url);
  }
});

test('numbers are shown beyond this machine only with a token', () => {
  assert.equal(readSettings({ HIKYAKU_PUBLIC_URL: 'https://relay.example' }).METRICS_LISTEN, '127.0.0.1');
  const listen = { HIKYAKU_METRICS_LISTEN: '0.0.0.0' };
  assert.throws(() => readSettings(listen), /HIKYAKU_METRICS_LISTEN .*HIKYAKU_METRICS_TOKEN/);
  assert.throws(() => readSettings({ ...listen, HIKYAKU_METRICS_TOKEN: 'short' }), /HIKYAKU_METRICS_TOKEN/);
  readSettings({ ...listen, HIKYAKU_METRICS_TOKEN: 'sixteen letters.' });
});

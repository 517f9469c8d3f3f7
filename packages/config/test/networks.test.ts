import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readNetworks, readSettings } from '../src/index.ts';

test('an address is in its network, whichever way the socket spells it', () => {
  const has = readNetworks(['10.1.0.0/16', '192.0.2.7', 'fd00::/8', '2001:db8::1']);
  for (const inside of [
    '10.1.2.3',
    '::ffff:10.1.2.3',
    '::FFFF:192.0.2.7',
    '192.0.2.7',
    'fd12:3456::1',
    'fd00::1%eth0',
    '2001:DB8:0:0::1',
  ]) {
    assert.equal(has(inside), true, inside);
  }
  for (const outside of ['10.2.0.1', '192.0.2.8', '2001:db8::2', 'fe80::1', '', 'proxy.example', '10.1.2.3.4']) {
    assert.equal(has(outside), false, outside);
  }
});

test('no source, nobody; a network of nothing fixed, everybody of that family', () => {
  assert.equal(readNetworks([])('127.0.0.1'), false);
  assert.equal(readNetworks(['0.0.0.0/0'])('203.0.113.9'), true);
  assert.equal(readNetworks(['0.0.0.0/0'])('2001:db8::1'), false);
});

test('a source that is no network stops the start, by name', () => {
  for (const bad of [
    'proxy.example',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0/8',
    'fd00::/129',
    '10.0.0.0/-1',
    '/8',
  ]) {
    assert.throws(() => readNetworks([bad]), { name: 'RangeError', message: `${bad} is no network` });
    assert.throws(
      () => readSettings({ HIKYAKU_PROXY_SOURCES: `10.0.0.0/8,${bad}` }),
      /HIKYAKU_PROXY_SOURCES must be a list of addresses or networks/,
      bad,
    );
  }
});

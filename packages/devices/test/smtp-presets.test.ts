import assert from 'node:assert/strict';
import { test } from 'node:test';
import { presetOfAddress, smtpPresets } from '../src/index.ts';

/** All that is dialled for a tenant (packages/upstreams, dialler). */
const DIALLED_PORTS = [25, 465, 587, 2525];

test('every mail service can be reached at a port that is dialled, encrypted, at a server that is known or described', () => {
  for (const { id, host, hostExample, hostDomain, ports } of smtpPresets) {
    assert.ok(ports.length > 0, id);
    for (const { port, security } of ports) {
      assert.ok(DIALLED_PORTS.includes(port), id);
      assert.equal(security, port === 465 ? 'tls' : 'starttls', id);
    }
    assert.match(host ?? hostExample ?? '', /^[a-z0-9-]+(\.[a-z0-9-]+)+$/, id);
    assert.ok(!hostDomain || hostExample?.endsWith(`.${hostDomain}`), id);
  }
});

test('ids are unique, every text is there in both languages, and the last one is for everybody else', () => {
  assert.equal(new Set(smtpPresets.map(({ id }) => id)).size, smtpPresets.length);
  for (const { id, name, notes } of smtpPresets) {
    for (const text of [name, ...notes]) assert.ok(text.ja.trim() && text.en.trim(), id);
  }
  assert.equal(smtpPresets.at(-1)?.id, 'own-server');
});

test('an address names its service, by its domain or one above it, and no other', () => {
  const found = (address: string) => presetOfAddress(address)?.id;
  assert.equal(found('hanako@yahoo.co.jp'), 'yahoo-japan');
  assert.equal(found('Hanako@Yahoo.com'), 'yahoo');
  assert.equal(found('hanako@sirius.ocn.ne.jp'), 'ocn');
  assert.equal(found('hanako@notyahoo.com'), undefined);
  assert.equal(found('hanako@example.com'), undefined);
  const all = smtpPresets.flatMap(({ domains }) => domains);
  assert.equal(new Set(all).size, all.length, 'no domain belongs to two');
});

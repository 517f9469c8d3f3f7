import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { senderRecordsCheck } from '../src/sender-records/check-sender-records.ts';
import type { SenderDns } from '../src/sender-records/sender-dns.ts';

type Zone = Record<string, { txt?: string[]; a?: string[]; mx?: string[] }>;

/** A name server with this zone; a name above another one exists (RFC 8020). Counts what it is asked. */
function zoneDns(zone: Zone): SenderDns & { asked: string[] } {
  const asked: string[] = [];
  const get = (kind: 'txt' | 'a' | 'mx') => async (name: string) => {
    asked.push(`${kind} ${name}`);
    const found = zone[name]?.[kind];
    if (found) return found;
    const isThere = Object.keys(zone).some((each) => each === name || each.endsWith(`.${name}`));
    throw Object.assign(new Error(name), { code: isThere ? 'ENODATA' : 'ENOTFOUND' });
  };
  return { asked, txt: get('txt'), addresses: get('a'), mx: get('mx') };
}

const KEY = 'v=DKIM1; k=rsa; p=MIIBIjANBg';
const SERVER = { 'mail.example.jp': { a: ['203.0.113.5', '2001:db8::5'] } };
const asked = { address: 'alerts@example.jp', host: 'mail.example.jp' };
const check = (zone: Zone, more: { selector?: string } = {}) =>
  senderRecordsCheck(zoneDns({ ...SERVER, ...zone }))({ ...asked, ...more });
const spfOf = async (record: string | string[], zone: Zone = {}) => {
  const { spf } = await check({ 'example.jp': { txt: [record].flat(), ...zone['example.jp'] }, ...without(zone) });
  return spf;
};
const without = ({ 'example.jp': _, ...rest }: Zone): Zone => rest;

test('a domain with all three is told as all right', async () => {
  const found = await check({
    'example.jp': { txt: ['google-site-verification=x', 'v=spf1 a:mail.example.jp -all'] },
    'mail._domainkey.example.jp': { txt: [KEY] },
    '_dmarc.example.jp': { txt: ['v=DMARC1; p=quarantine; rua=mailto:x@example.jp'] },
  });
  assert.deepEqual(
    [found.domain, found.serverAddresses, found.spf.state, found.dkim, found.dmarc.state],
    ['example.jp', ['203.0.113.5', '2001:db8::5'], 'ok', { state: 'ok', selector: 'mail' }, 'ok'],
  );
});

test('a domain with nothing gets records to copy', async () => {
  const { spf, dkim, dmarc } = await check({ 'example.jp': { mx: ['mail.example.jp'] } });
  assert.deepEqual(spf, {
    state: 'missing',
    record: null,
    wanted: 'v=spf1 ip4:203.0.113.5 ip6:2001:db8::5 ~all',
  });
  assert.deepEqual(dkim, { state: 'missing', selector: null });
  assert.deepEqual(dmarc, {
    state: 'missing',
    record: null,
    name: '_dmarc.example.jp',
    wanted: 'v=DMARC1; p=none; rua=mailto:alerts@example.jp',
  });
});

test('SPF lets the server send by each of its mechanisms, or is told what it lacks', async () => {
  const both = 'ip6:2001:db8::/32';
  const cases: [record: string | string[], state: string, zone?: Zone][] = [
    [`v=spf1 ip4:203.0.113.0/24 ${both} -all`, 'ok'],
    ['v=spf1 mx ~all', 'ok', { 'example.jp': { mx: ['mail.example.jp'] } }],
    [`v=spf1 a/24 ${both} -all`, 'ok', { 'example.jp': { a: ['203.0.113.200'] } }],
    ['v=spf1 a//64 ip4:203.0.113.5 -all', 'server_missing', { 'example.jp': { a: ['2001:db8:1::1'] } }],
    [
      'v=spf1 include:_spf.example.net -all',
      'ok',
      { '_spf.example.net': { txt: [`v=spf1 ip4:203.0.113.5 ${both} -all`] } },
    ],
    [
      'v=spf1 redirect=_spf.example.net',
      'ok',
      { '_spf.example.net': { txt: [`v=spf1 ip4:203.0.113.5 ${both} -all`] } },
    ],
    ['V=SPF1  IP4:203.0.113.5  IP6:2001:db8::5  -ALL', 'ok'],
    ['v=spf1 ip4:203.0.113.5 -all', 'server_missing'],
    ['v=spf1 -ip4:203.0.113.5 ip6:2001:db8::5 ip4:203.0.113.0/24 -all', 'server_missing'],
    ['v=spf1 ip4:198.51.100.1', 'server_missing'],
    ['v=spf1 +all', 'open'],
    ['v=spf1 all', 'open'],
    [['v=spf1 -all', 'v=spf1 mx -all'], 'several'],
    ['v=spf1 include:nowhere.example.net -all', 'broken'],
    ['v=spf1 ip5:203.0.113.5 -all', 'broken'],
    ['v=spf1 exists:%{i}._spf.example.jp -all', 'unclear'],
    [
      'v=spf1 include:loop.example.net -all',
      'too_many',
      { 'loop.example.net': { txt: ['v=spf1 include:loop.example.net -all'] } },
    ],
    [['v=spf10 nothing', 'spf1'], 'missing'],
  ];
  for (const [record, state, zone] of cases) assert.equal((await spfOf(record, zone)).state, state, String(record));
  assert.equal(
    (await spfOf('v=spf1 mx ip4:198.51.100.1 -all')).wanted,
    'v=spf1 ip4:203.0.113.5 ip6:2001:db8::5 mx ip4:198.51.100.1 -all',
  );
  assert.equal((await spfOf('v=spf1 ip4:203.0.113.5 -all')).wanted, 'v=spf1 ip6:2001:db8::5 ip4:203.0.113.5 -all');
  assert.equal((await spfOf('v=spf1 +all')).wanted, 'v=spf1 ip4:203.0.113.5 ip6:2001:db8::5 ~all');
});

test('a record that is made for copying lets the server send', async () => {
  const terms = fc.subarray(['mx', 'ip4:198.51.100.1', 'include:_spf.example.net', 'a', '-all', '~all', '+all'], {
    minLength: 0,
  });
  await fc.assert(
    fc.asyncProperty(terms, async (chosen) => {
      const zone = { '_spf.example.net': { txt: ['v=spf1 ip4:198.51.100.0/24 -all'] } };
      const { wanted } = await spfOf(['v=spf1', ...chosen].join(' '), zone);
      if (wanted !== null) assert.equal((await spfOf(wanted, zone)).state, 'ok', wanted);
    }),
    { numRuns: 60 },
  );
});

test('a DKIM key is found under the usual selectors or the one that is named, and a revoked one is told', async () => {
  const keyAt = (selector: string, record = KEY): Zone => ({
    [`${selector}._domainkey.example.jp`]: { txt: [record] },
  });
  assert.deepEqual((await check(keyAt('default'))).dkim, { state: 'ok', selector: 'default' });
  assert.deepEqual((await check(keyAt('k2026'))).dkim, { state: 'unclear', selector: null });
  assert.deepEqual((await check(keyAt('k2026'), { selector: 'k2026' })).dkim, { state: 'ok', selector: 'k2026' });
  assert.deepEqual((await check(keyAt('k2026'), { selector: 'other' })).dkim, { state: 'missing', selector: 'other' });
  assert.deepEqual((await check(keyAt('mail', 'v=DKIM1; p='))).dkim, { state: 'revoked', selector: 'mail' });
});

test('DMARC is its own or that of the domain above, and a policy that only watches is told as such', async () => {
  const at = async (txt: string[], name = '_dmarc.example.jp') => (await check({ [name]: { txt } })).dmarc.state;
  assert.equal(await at(['v=DMARC1; p=reject']), 'ok');
  assert.equal(await at(['v=DMARC1; p=none']), 'watching');
  assert.equal(await at(['v=DMARC1;p=none', 'v=DMARC1;p=reject']), 'several');
  assert.equal(await at(['v=DMARC1; rua=mailto:x@example.jp']), 'broken');
  assert.equal(await at(['v=DMARC1; p=reject'], '_dmarc.jp'), 'missing', 'nobody above is asked at the top');
  const { dmarc } = await senderRecordsCheck(
    zoneDns({ ...SERVER, '_dmarc.example.jp': { txt: ['v=DMARC1; p=reject'] } }),
  )({
    ...asked,
    address: 'alerts@cam.example.jp',
  });
  assert.equal(dmarc.state, 'ok');
});

test('a DNS that does not answer is told as not known, in time, whatever it does', async () => {
  const never = () => new Promise<string[]>(() => {});
  const silent = { txt: never, addresses: never, mx: never };
  const broken = async () => {
    throw Object.assign(new Error('refused'), { code: 'ESERVFAIL' });
  };
  for (const dns of [silent, { txt: broken, addresses: broken, mx: broken }]) {
    const { spf, dkim, dmarc, serverAddresses } = await senderRecordsCheck(dns, 50)(asked);
    assert.deepEqual([spf.state, dkim.state, dmarc.state, serverAddresses], ['unknown', 'unknown', 'unknown', []]);
  }
});

test('a zone that leads on and on is asked so many questions and no more', async () => {
  const includes = Array.from({ length: 30 }, (_, n) => `include:s${n}.example.net`).join(' ');
  const zone: Zone = {
    ...SERVER,
    'example.jp': {
      txt: [`v=spf1 mx ${includes} -all`],
      mx: Array.from({ length: 60 }, (_, n) => `mx${n}.example.jp`),
    },
  };
  for (let n = 0; n < 30; n++)
    zone[`s${n}.example.net`] = { txt: [`v=spf1 mx:m${n}.example.net -all`], mx: ['x.example.net'] };
  const dns = zoneDns(zone);
  assert.notEqual((await senderRecordsCheck(dns)(asked)).spf.state, 'ok');
  assert.ok(dns.asked.length <= 45, String(dns.asked.length));
});

test('whatever a stranger writes into his records, the check ends with an answer', async () => {
  const text = fc.oneof(
    fc.string(),
    fc.string().map((rest) => `v=spf1 ${rest}`),
    fc.string().map((rest) => `v=DMARC1; ${rest}`),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(text, { maxLength: 3 }), async (txt) => {
      const dns = { txt: async () => txt, addresses: async () => ['203.0.113.5'], mx: async () => txt };
      const { spf, dkim, dmarc } = await senderRecordsCheck(dns)(asked);
      assert.ok(spf.state && dkim.state && dmarc.state);
    }),
    { numRuns: 100 },
  );
});

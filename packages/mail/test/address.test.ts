import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  formatAddress,
  isDeliverableAddress,
  isReplyAddress,
  isWritableAddress,
  parseAddresses,
} from '../src/index.ts';
import { readWithPython } from './python-reader.ts';

const addresses = (text: string) => parseAddresses(text).map(({ address }) => address);

test('lists as devices write them give their addresses', () => {
  const cases: [string, string[]][] = [
    ['ops@example.jp;guard@example.jp;', ['ops@example.jp', 'guard@example.jp']],
    ['"Receiver1" <ops@example.jp>', ['ops@example.jp']],
    ['printer@d.example <printer@d.example>', ['printer@d.example']],
    ['"hanako@office.example.jp" <h@office.example.jp>', ['h@office.example.jp']],
    ['Team: a@b.example, c@d.example;, e@f.example', ['a@b.example', 'c@d.example', 'e@f.example']],
    ['a@b.example (Front (door)), c@d.example', ['a@b.example', 'c@d.example']],
    ['<a@b.example>,<c@d.example>', ['a@b.example', 'c@d.example']],
    ['<a@b.example> <c@d.example>', ['a@b.example', 'c@d.example']],
    ['a@b.example c@d.example', ['a@b.example', 'c@d.example']],
    ['<Cam <a@b.example>>', ['a@b.example']],
    ['<a@b.example >', ['a@b.example']],
    ['a @ b.example', ['a@b.example']],
    ['<@relay.example:a@b.example>', ['a@b.example']],
    ['mailto:a@b.example', ['a@b.example']],
    ['"unclosed <a@b.example>', ['a@b.example']],
    ['<a@b.example', ['a@b.example']],
    ['(never closed a@b.example', ['a@b.example']],
    ['"a@b.example"', ['a@b.example']],
    ["'a@b.example', 'c@d.example'", ['a@b.example', 'c@d.example']],
    ['"user"@b.example', ['user@b.example']],
    ['"u..v"@docomo.example, user.@x.example', ['u..v@docomo.example', 'user.@x.example']],
    ['"a b"@x.example', ['"a b"@x.example']],
    ['"Doe, John" <j@x.example>', ['j@x.example']],
    ['DaFang Camera', []],
    ['apc-ups', []],
    ['camera1, @x, y@, ;;', []],
    ['', []],
  ];
  for (const [text, expected] of cases) assert.deepEqual(addresses(text), expected, text);
});

test('names are read with quotes undone, comments and encoded words decoded', () => {
  assert.deepEqual(parseAddresses('"Gate \\"1\\"" <a@b.c>'), [{ name: 'Gate "1"', address: 'a@b.c' }]);
  assert.deepEqual(parseAddresses('=?UTF-8?B?546E6Zai?= <a@b.c>'), [{ name: '玄関', address: 'a@b.c' }]);
  assert.deepEqual(parseAddresses('a@b.c (Gate)'), [{ name: 'Gate', address: 'a@b.c' }]);
});

test('E4: dotted local parts of Japan are deliverable and leave in quotes; what two parsers could read differently is not', () => {
  for (const address of [
    'ops@example.jp',
    'user.@x.jp',
    'u..v@docomo.ne.jp',
    '"a b"@x.jp',
    'a@my_cam.example',
    'a@[192.0.2.1]',
  ]) {
    assert.equal(isDeliverableAddress(address), true, address);
  }
  for (const address of [
    'camera1',
    '@x',
    'a@',
    'a b@x.jp',
    'a@b>,<c@d',
    'a@x\r\nBcc: y@z',
    'a,b@x.jp',
    '玄@x.jp',
    `${'a'.repeat(250)}@x.jp`,
    'a@x..jp',
  ]) {
    assert.equal(isDeliverableAddress(address), false, address);
  }
  for (const address of ['a@x..jp', 'a@x.jp.', 'a@-x', 'a@[x]']) {
    assert.deepEqual([isDeliverableAddress(address), isWritableAddress(address)], [false, true], address);
  }
  assert.equal(formatAddress('u..v@docomo.ne.jp'), '"u..v"@docomo.ne.jp');
  assert.equal(isReplyAddress('k7m2q9xd@relay'), false);
  assert.equal(isReplyAddress('a@[192.0.2.1]'), false);
  assert.equal(isReplyAddress('hanako@office.example.jp'), true);
});

const local = fc.stringMatching(/^[A-Za-z0-9._%+"' \\()<>,;:-]{1,20}$/);
const domain = fc.oneof(fc.domain(), fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/), fc.constant('[192.0.2.1]'));
const anyAddress = fc.tuple(local, domain).map(([left, right]) => `${left}@${right}`);

test('a writable address, written to a header, is read as itself by us and by Python', () => {
  const writable = fc.sample(anyAddress, { numRuns: 20_000, seed: 7 }).filter(isWritableAddress).slice(0, 400);
  assert.ok(writable.length > 200);
  const readings = readWithPython([Buffer.from(`To: ${writable.map(formatAddress).join(',\r\n ')}\r\n\r\n`)]);
  const unquoted = (address: string) => address.replace(/^"(.*)"@/, '$1@').replace(/\\(.)/g, '$1');
  assert.deepEqual(readings[0]!.addresses.to!.map(unquoted), writable.map(unquoted));
  assert.deepEqual(addresses(writable.map(formatAddress).join(',\r\n ')).map(unquoted), writable.map(unquoted));
});

test('well-formed lists are read as Python reads them', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9 ]{0,12}$/).map((text) => text.trim());
  const mailbox = fc
    .tuple(name, fc.emailAddress(), fc.constantFrom('angle', 'quoted', 'comment'))
    .map(([text, address, form]) => {
      if (form === 'angle') return `${text} <${address}>`;
      return form === 'quoted' ? `"${text}, @;(" <${address}>` : `${address} (${text})`;
    });
  const lists = fc.sample(fc.array(mailbox, { minLength: 1, maxLength: 5 }), { numRuns: 200, seed: 11 });
  const readings = readWithPython(lists.map((list) => Buffer.from(`To: ${list.join(', ')}\r\n\r\n`)));
  for (const [index, list] of lists.entries()) {
    assert.deepEqual(addresses(list.join(', ')), readings[index]!.addresses.to, list.join(', '));
  }
});

test('hostile lists of a whole header’s size are read in time that grows with their length', () => {
  for (const unit of ['"\\', '(', '<', '"', ' ', '@', 'a@b,', '\\"', '(\\', '<a@', '"a" ', ':']) {
    const started = performance.now();
    parseAddresses(unit.repeat(Math.floor((256 * 1024) / unit.length)));
    assert.ok(performance.now() - started < 1500, unit);
  }
});

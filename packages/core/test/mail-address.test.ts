import assert from 'node:assert/strict';
import { test } from 'node:test';
import { domainToASCII } from 'node:url';
import fc from 'fast-check';
import { canonicalAddress, canonicalDomain, mailboxKey, readMailAddress } from '../src/index.ts';

test('every spelling of a mailbox has one form', () => {
  const cases: [string, string][] = [
    ['ops@example.jp', 'ops@example.jp'],
    ['  Ops@Example.JP ', 'Ops@example.jp'],
    ['ops@example.jp.', 'ops@example.jp'],
    ['taro..gate.7@docomo.example', 'taro..gate.7@docomo.example'],
    ['"taro..gate.7"@docomo.example', 'taro..gate.7@docomo.example'],
    ['"taro.gate."@docomo.example', 'taro.gate.@docomo.example'],
    ['.taro@docomo.example', '.taro@docomo.example'],
    ['"ta\\ro"@docomo.example', 'taro@docomo.example'],
    ['"front door"@example.jp', '"front door"@example.jp'],
    ['ops@日本語.example', 'ops@xn--wgv71a119e.example'],
    ['ops@XN--WGV71A119E.example', 'ops@xn--wgv71a119e.example'],
    ['ops@日本語。example', 'ops@xn--wgv71a119e.example'],
    ['ops@ＥＸＡＭＰＬＥ．ｊｐ', 'ops@example.jp'],
    ['ｏｐｓ＠ｅｘａｍｐｌｅ．ｊｐ', 'ops@example.jp'],
    ['\u3000ｏｐｓ.1＠example.jp', 'ops.1@example.jp'],
    ['ops@bücher.example', 'ops@xn--bcher-kva.example'],
    ['a@relay', 'a@relay'],
    ['a+b=c@my_cam.example', 'a+b=c@my_cam.example'],
    ['a?b@example.jp', 'a?b@example.jp'],
  ];
  for (const [text, address] of cases) assert.equal(canonicalAddress(text), address, text);
  assert.equal(mailboxKey('"Taro..Gate"@Docomo.example'), mailboxKey('taro..gate@docomo.example.'));
  assert.equal(mailboxKey('No Address'), 'no address');
  for (const text of ['Ops@Example.JP', 'a.b+c@x-y.example', 'a..b@x.example', 'a@x..example', 'a@-x.example', 'a@x.1'])
    assert.equal(mailboxKey(text), (canonicalAddress(text) ?? text).toLowerCase(), text);
});

test('what no mail service delivers to, or what two readers could take for two mailboxes, is no address', () => {
  for (const text of [
    '',
    '@',
    'camera1',
    '@x.jp',
    'a@',
    'a@@x.jp',
    'a@b@x.jp',
    'john smith@p.example',
    'te\0st@p.example',
    'te\x7fst@p.example',
    'a@p.example\0',
    'a@p.example\r',
    'a@p.example\t',
    'a@p\t.example',
    '<a@p.example>',
    'a,b@p.example',
    'a"@p.example',
    '"a"b@p.example',
    '"@p.example',
    '""@p.example',
    '"a@b.example, c"@p.example',
    '"a<b"@p.example',
    '"a\\"b"@p.example',
    '=?utf-8?q?evil=40p.example=2C?=@p.example',
    '"=?utf-8?q?evil?="@p.example',
    '玄関@p.example',
    'a@x..jp',
    'a@.jp',
    'a@x.jp..',
    'a@-x.jp',
    'a@x-.jp',
    'a@x y.jp',
    'a@x.5',
    'a@日本 語.example',
    'a@日本/語.example',
    'a@日本@語.example',
    'a@\u3002',
    `${'a'.repeat(250)}@x.jp`,
    `a@${'b'.repeat(64)}.jp`,
    `a@${'b.'.repeat(300)}jp`,
  ]) {
    assert.deepEqual(readMailAddress(text), { problem: 'syntax' }, JSON.stringify(text));
  }
});

test('a machine by number is told apart: neither provider delivers to it', () => {
  for (const text of ['root@[192.0.2.1]', 'ops@[IPv6:2001:db8::7]', 'a@[x]', 'root@192.0.2.1', 'a@１２７.0.0.1']) {
    assert.deepEqual(readMailAddress(text), { problem: 'literal' }, text);
  }
});

test('the one form is its own one form, and holds nothing that parts a line or a header', () => {
  const near = fc.stringMatching(/^[a-zA-Z0-9."\\@ <>,;:=?[\]日本。éＡ\0\t-]{0,24}$/);
  fc.assert(
    fc.property(fc.oneof(near, fc.string({ unit: 'binary' })), near, (left, right) => {
      const address = canonicalAddress(`${left}@${right}`);
      if (address === null) return;
      assert.equal(canonicalAddress(address), address);
      assert.match(address, /^(?:[!-~]+|"[ -~]+")@[a-z0-9._-]+$/);
      assert.doesNotMatch(address, /[<>,;:()[\]\\]/);
    }),
    { numRuns: 800 },
  );
});

test('a domain of another script and its Punycode are one', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[ぁ-んァ-ヶ一-龠äöü]{1,12}$/), (label) => {
      const ascii = domainToASCII(`${label}.example`);
      fc.pre(ascii !== '');
      assert.equal(canonicalAddress(`a@${label}.example`), canonicalAddress(`a@${ascii.toUpperCase()}`));
    }),
  );
});

test('a domain alone has the form that it has in an address; one label, a number and what is no domain have none', () => {
  for (const text of ['example.jp', '@example.jp', ' EXAMPLE.jp. ', 'Ｅxample.jp'])
    assert.equal(canonicalDomain(text), 'example.jp', text);
  for (const text of [
    '',
    '@',
    'localhost',
    '192.0.2.1',
    '[192.0.2.1]',
    'a..jp',
    '-a.jp',
    '@@example.jp',
    `${'a.'.repeat(200)}jp`,
  ])
    assert.equal(canonicalDomain(text), null, text);
});

test('half of what makes a quoted local part, an encoded word or an address literal is not it', () => {
  for (const [text, address] of [
    ['a=?b@p.example', 'a=?b@p.example'],
    ['a?=b@p.example', 'a?=b@p.example'],
    ['"a"b@p.example', null],
    ['a@[p.example', null],
    ['a@p.example]', null],
  ] as const) {
    assert.equal(canonicalAddress(text), address, text);
    if (!address) assert.deepEqual(readMailAddress(text), { problem: 'syntax' }, text);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isMailAddress, parseAddressList } from '../src/mime/address-list.ts';
import { decodeEncodedWords, encodeHeaderText } from '../src/mime/encoded-word.ts';
import { readHead, withField, withoutFields } from '../src/mime/header.ts';
import { readParts } from '../src/mime/parts.ts';
import { readHeaders } from '../src/mime/recipients.ts';

test('addresses are read out of quotes, comments, groups and encoded words', () => {
  const list = (value: string) => parseAddressList(value).map((entry) => [entry.name, entry.address]);
  assert.deepEqual(list('a@b.jp'), [['', 'a@b.jp']]);
  assert.deepEqual(list('"Last, First" <a@b.jp>, c@d.jp (home, sweet)'), [
    ['Last, First', 'a@b.jp'],
    ['', 'c@d.jp'],
  ]);
  assert.deepEqual(list('Family: a@b.jp, "C" <c@d.jp>; e@f.jp'), [
    ['', 'a@b.jp'],
    ['C', 'c@d.jp'],
    ['', 'e@f.jp'],
  ]);
  assert.deepEqual(list('=?ISO-2022-JP?B?GyRCODw0WBsoQg==?= <a@b.jp>'), [['玄関', 'a@b.jp']]);
  assert.deepEqual(list('undisclosed-recipients:;'), []);
  assert.deepEqual(list('"x@evil.example" <a@b.jp>'), [['x@evil.example', 'a@b.jp']]);
});

test('an entry without an address is seen as invalid, not passed over', () => {
  assert.equal(readHeaders(Buffer.from('To: not an address\r\n\r\n')).hasInvalidRecipient, true);
  assert.equal(readHeaders(Buffer.from('To: a@b.jp\r\n\r\n')).hasInvalidRecipient, false);
});

test('the same recipient in To, Cc and Bcc counts once, whatever its case', () => {
  const { recipients } = readHeaders(Buffer.from('To: A@b.jp\r\nCc: a@B.jp, c@d.jp\r\nBcc: C@D.JP\r\n\r\n'));
  assert.deepEqual(recipients, ['a@b.jp', 'c@d.jp']);
});

test('any list of plain addresses is read back', () => {
  const part = fc.stringMatching(/^[a-z0-9][a-z0-9.+-]{0,12}$/);
  const address = fc.tuple(part, part).map(([local, host]) => `${local}@${host}.jp`);
  fc.assert(
    fc.property(fc.array(address, { maxLength: 20 }), (addresses) => {
      const value = addresses.map((text, index) => (index % 2 ? `"N, ${index}" <${text}>` : text)).join(',\r\n ');
      assert.deepEqual(
        parseAddressList(value).map((entry) => entry.address),
        addresses,
      );
      assert.ok(addresses.every(isMailAddress));
    }),
  );
});

test('the address parser ends for any input', () => {
  fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => void parseAddressList(text)));
});

test('header text survives encoding and decoding, in lines of legal length', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), (text) => {
      const clean = text.replace(/[\r\n\0]+/g, ' ');
      fc.pre(!/=\?/.test(clean));
      const encoded = encodeHeaderText(clean);
      assert.equal(decodeEncodedWords(encoded.replace(/\r\n/g, '')), clean);
      if (encoded.startsWith('=?')) assert.ok(encoded.split('\r\n').every((line) => line.trim().length <= 75));
    }),
  );
});

test('of a text of thousands of encoded words a thousand are read: the stand-in answers others meanwhile', () => {
  const words = Array.from({ length: 16_000 }, (_, n) => `=?x${n}?q?=80?= `).join('');
  const before = process.threadCpuUsage();
  const read = decodeEncodedWords(words);
  const { user, system } = process.threadCpuUsage(before);
  assert.ok(read.startsWith('\x80\x80') && read.endsWith('=?x15999?q?=80?= '), read.slice(-20));
  assert.ok((user + system) / 1000 < 150, `${(user + system) / 1000} ms of CPU`);
});

test('removing a field leaves every other byte', () => {
  const raw = Buffer.from('A: 1\r\nBcc: x@y.jp,\r\n z@y.jp\r\nB: \xe9\r\nbcc: q@y.jp\r\n\r\nBcc: body\r\n', 'latin1');
  assert.equal(withoutFields(raw, ['bcc']).toString('latin1'), 'A: 1\r\nB: \xe9\r\n\r\nBcc: body\r\n');
});

test('replacing a field keeps its place and drops its doubles', () => {
  const raw = Buffer.from('A: 1\r\nFrom: x\r\n y\r\nB: 2\r\nFROM: z\r\n\r\nbody');
  assert.equal(withField(raw, 'From', 'From: new').toString(), 'A: 1\r\nFrom: new\r\nB: 2\r\n\r\nbody');
  assert.equal(withField(Buffer.from('A: 1\r\n\r\n'), 'From', 'From: n').toString(), 'From: n\r\nA: 1\r\n\r\n');
});

test('a header with bare line feeds ends at its first empty line', () => {
  const head = readHead(Buffer.from('A: 1\nB: 2\n\n--body: no\n'));
  assert.deepEqual(
    head.fields.map((field) => field.name),
    ['a', 'b'],
  );
  assert.equal(head.bodyStart, 11);
});

test('parts of a mail come out decoded', () => {
  const raw = Buffer.from(
    [
      'Content-Type: multipart/mixed; boundary="b"',
      '',
      'preamble',
      '--b',
      'Content-Type: text/plain; charset=iso-2022-jp',
      '',
      '\x1b$B8<4X\x1b(B',
      '--b',
      'Content-Type: image/jpeg; name="a.jpg"',
      'Content-Transfer-Encoding: base64',
      '',
      '/9j/4A==',
      '--b--',
      'epilogue',
    ].join('\r\n'),
    'latin1',
  );
  const parts = readParts(raw);
  assert.deepEqual(
    parts.map((part) => part.type),
    ['text/plain', 'image/jpeg'],
  );
  assert.equal(parts[0]?.text(), '玄関');
  assert.deepEqual([...parts[1]!.bytes()], [0xff, 0xd8, 0xff, 0xe0]);
  assert.equal(parts[1]?.fileName, 'a.jpg');
});

test('reading parts ends for any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.string({ maxLength: 40 }), (bytes, head) => {
      readParts(
        Buffer.concat([Buffer.from(`Content-Type: multipart/mixed; boundary=${head}\r\n\r\n--${head}\n`), bytes]),
      );
    }),
  );
});

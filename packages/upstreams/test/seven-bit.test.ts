import assert from 'node:assert/strict';
import { isAscii } from 'node:buffer';
import { test } from 'node:test';
import { readMail } from '@hikyaku/testing';
import fc from 'fast-check';
import { findEightBitParts, toSevenBit } from '../src/smtp/seven-bit/to-seven-bit.ts';

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function convert(mail: Buffer, size = 1000): Promise<Buffer> {
  const parts = await findEightBitParts(cut(mail, size));
  const chunks: Uint8Array[] = [];
  for await (const chunk of toSevenBit(cut(mail, size), parts)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A single-part mail's body, out of quoted-printable. */
function decodedBody(mail: Buffer): string {
  const plain = mail
    .subarray(mail.indexOf('\r\n\r\n') + 4)
    .toString()
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(plain, 'latin1').toString();
}

const lines = (...text: string[]): Buffer => Buffer.from(text.join('\r\n'));
const HEAD = ['From: gate@example.jp', 'To: a@example.jp', 'Subject: Motion', 'MIME-Version: 1.0'];
const NESTED = lines(
  ...HEAD,
  'Content-Type: multipart/mixed;',
  ' boundary="out er"',
  'Content-Transfer-Encoding: 8bit',
  '',
  'preamble',
  '--out er',
  'Content-Type: multipart/alternative; boundary=inner',
  '',
  '--inner',
  'Content-Type: text/plain; charset=utf-8',
  '',
  '玄関で動きを検知しました。 ',
  '--not a boundary = 100%',
  '--inner',
  'Content-Type: text/html; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
  'X-Last: yes',
  '',
  '<p>玄関</p>',
  '--inner--',
  '',
  '--out er',
  'Content-Type: image/jpeg; name=a.jpg',
  'Content-Transfer-Encoding: base64',
  '',
  '/9j/4AAQSkZJRg==',
  '--out er',
  'Content-Type: message/rfc822',
  'Content-Transfer-Encoding: 8bit',
  '',
  'Subject: inside',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'ガレージ',
  '--out er--',
  'epilogue',
);

test('a line of blanks in a part’s header does not end it', async () => {
  const blanks = lines(
    ...HEAD,
    'Content-Type: text/plain; charset=utf-8',
    ' \t',
    'Content-Transfer-Encoding: 8bit',
    '',
    '玄関',
    '',
  );
  const left = (await convert(blanks)).toString();
  assert.match(left, /\r\nContent-Transfer-Encoding: quoted-printable\r\n/);
  assert.doesNotMatch(left, /8bit/);
});

test('a mail of seven bits is left as it is, byte for byte', async () => {
  const plain = lines(...HEAD, 'Content-Transfer-Encoding: 8bit', '', 'nothing = special  ', '');
  assert.equal((await findEightBitParts(cut(plain, 7))).size, 0);
});

test('parts with raw bytes become quoted-printable, the rest stays, and every reader gets the same', async () => {
  const before = readMail(NESTED).parts;
  assert.deepEqual(
    before.map(({ type }) => type),
    ['text/plain', 'text/html', 'image/jpeg', 'text/plain'],
  );
  const made = await convert(NESTED, 1);
  assert.deepEqual(await convert(NESTED, 100_000), made, 'however it is cut');
  assert.ok(isAscii(made));
  assert.deepEqual(readMail(made).parts, before);
  const text = made.toString();
  assert.match(
    text,
    /^Subject: inside\r\nContent-Type: text\/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n/m,
  );
  assert.doesNotMatch(text, /8bit/);
  assert.ok(text.includes('\r\n/9j/4AAQSkZJRg==\r\n--out er\r\n'), 'the picture is untouched');
  for (const line of text.split('\r\n')) assert.ok(line.length <= 76 || /^Content-Type/.test(line), line);
});

test('signed parts are left alone: a changed byte would break them', async () => {
  const signed = lines(
    ...HEAD,
    'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=s',
    '',
    '--s',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    '玄関',
    '--s--',
  );
  assert.equal((await findEightBitParts(cut(signed, 50))).size, 0);
});

test('any bytes of a body come back from quoted-printable as they were, however they are cut', async () => {
  const content = fc.array(fc.constantFrom('é', '=', ' ', '\t', '\r\n', '.', 'x'.repeat(80), '\u3042', '--b'), {
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(content, fc.integer({ min: 1, max: 90 }), async (pieces, size) => {
      const body = `é${pieces.join('')}`;
      const mail = lines(
        ...HEAD,
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: 8bit',
        '',
        body,
      );
      const made = await convert(mail, size);
      assert.ok(isAscii(made));
      assert.equal(decodedBody(made), body);
    }),
    { numRuns: 200 },
  );
});

test('an endless line without a line end is encoded in pieces', async () => {
  const mail = Buffer.concat([lines(...HEAD, '', ''), Buffer.alloc(200_000, 'あ')]);
  const made = await convert(mail, 60_000);
  assert.ok(isAscii(made));
  assert.equal(decodedBody(made), mail.subarray(mail.indexOf('\r\n\r\n') + 4).toString());
});

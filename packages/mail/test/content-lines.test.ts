import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, mail, prepare } from './mail-samples.ts';
import { readWithPython } from './python-reader.ts';

const genkan = bytes(0x8c, 0xba, 0x8a, 0xd6);
const daimon = bytes(0xb4, 0xf3, 0xc3, 0xc5);
const typeOf = async (header: string, body: string, charset?: string) =>
  (await prepare(mail(`${header}\n\n${body}\n`), { charset })).one('content-type');

test('M3: MIME-Version is added, and written once', async () => {
  const added = await prepare(mail('Content-Type: text/plain\n\nx'));
  assert.deepEqual(added.all('mime-version'), ['1.0']);
  assert.ok(added.changes.includes('mime_version.added'));
  assert.deepEqual((await prepare(mail('Mime-Version: 1.0 (x)\nMIME-Version: 1.0\n\nx'))).all('mime-version'), ['1.0']);
});

test('M7: a wrong, empty or missing charset of a single-part text is labelled by its bytes', async () => {
  assert.equal(await typeOf('Content-Type: text/plain; charset=gb2312', daimon), 'text/plain; charset=gb18030');
  assert.equal(await typeOf('Content-Type: text/plain; charset=', genkan, 'ja'), 'text/plain; charset=shift_jis');
  assert.equal(
    await typeOf('Content-Type: text/plain; charset=us-ascii', genkan, 'ja'),
    'text/plain; charset=shift_jis',
  );
  assert.equal(await typeOf('Content-Type: text/html; charset=utf-8', genkan, 'ja'), 'text/html; charset=shift_jis');
  assert.equal(await typeOf('Content-Type: text/plain; charset=""', 'plain'), 'text/plain; charset=us-ascii');
  assert.equal(await typeOf('Subject: x', '\x1b$B%"\x1b(B'), 'text/plain; charset=iso-2022-jp');
  assert.equal(await typeOf('Subject: x', Buffer.from('玄関').toString('latin1')), 'text/plain; charset=utf-8');
  assert.equal(await typeOf('Content-Type: text', genkan, 'ja'), 'text/plain; charset=shift_jis');
  const vendor = bytes(0x87, 0x40);
  assert.equal(await typeOf('Content-Type: text/plain; charset=Shift_JIS', vendor), 'text/plain; charset=windows-31j');
  const base64 = 'Content-Transfer-Encoding: base64\nContent-Type: text/plain; charset=';
  assert.equal(await typeOf(base64, Buffer.from('玄関').toString('base64')), 'text/plain; charset=utf-8');
  const quoted = 'Content-Transfer-Encoding: Quoted-Printable\nContent-Type: text/plain; charset=ascii';
  assert.equal(await typeOf(quoted, '=8C=BA=\n=8A=D6', 'ja'), 'text/plain; charset=shift_jis');
});

test('a label that fits its bytes stays as it is written', async () => {
  for (const [type, body] of [
    ['text/plain; charset="Shift_JIS"; format=flowed', genkan],
    ['text/plain; charset=ISO-8859-1', bytes(0xe9)],
    ['text/plain; charset=iso-2022-jp', '\x1b$B%"\x1b(B'],
    ['text/plain; charset=unknown-set', 'plain'],
    ['application/octet-stream', daimon],
    ['multipart/mixed; boundary="#BOUNDARY#"', `--#BOUNDARY#\n\n${daimon}\n--#BOUNDARY#--`],
  ] as const) {
    assert.equal(await typeOf(`Content-Type: ${type}`, body), type);
  }
});

test('M8: a boundary with blanks or = gets the quotes it needs', async () => {
  assert.equal(
    await typeOf('Content-Type: multipart/mixed; boundary=--a b=c', '----a b=c\n\nx\n----a b=c--'),
    'multipart/mixed; boundary="--a b=c"',
  );
  assert.equal(
    await typeOf('Content-Type: multipart/mixed; boundary=plain_1', '--plain_1\n\nx\n--plain_1--'),
    'multipart/mixed; boundary=plain_1',
  );
});

test('M12: misspelt transfer encodings of the whole mail are put right, raw text is called 8bit', async () => {
  const encoding = async (header: string, body = 'x') =>
    (await prepare(mail(`${header}\n\n${body}\n`))).one('content-transfer-encoding');
  assert.equal(await encoding('Content-Transfer-Encoding: 8-bit'), '8bit');
  assert.equal(await encoding('Content-Transfer-Encoding: BASE64 '), 'base64');
  assert.equal(await encoding('Content-Transfer-Encoding: 7bit', genkan), '8bit');
  assert.equal(await encoding('Subject: x', genkan), '8bit');
  assert.equal(await encoding('Subject: x'), undefined);
  assert.equal(await encoding('Content-Type: multipart/mixed; boundary=b', `--b\n\n${genkan}\n--b--`), undefined);
});

test('M13: a raw file name in the mail’s own header leaves as RFC 2231, clean, and Python reads it', async () => {
  const name = `${genkan}:${bytes(0x95, 0x5c)} ch1.jpg`;
  const prepared = await prepare(
    mail(`Content-Type: image/jpeg; name="${name}"\nContent-Disposition: attachment; filename="${name}"\n\nx`),
    { charset: 'ja' },
  );
  assert.match(prepared.head, /^[\x20-\x7e\r\n]*$/);
  const [reading] = readWithPython([prepared.raw]);
  assert.equal(reading!.parts[0]!.filename, '玄関_表 ch1.jpg');
});

test('other raw headers leave as UTF-8 words, plain ones as they came', async () => {
  const prepared = await prepare(mail(`X-Place: ${genkan}\nX-Plain:\n first\n\tsecond\nX-Esc: a\x1b[0mb\n\nx`), {
    charset: 'ja',
  });
  assert.equal(prepared.one('x-place'), '=?UTF-8?B?546E6Zai?=');
  assert.ok(prepared.head.includes('X-Plain: first\r\n\tsecond\r\n'));
  assert.equal(prepared.one('x-esc'), 'a[0mb');
  assert.ok(prepared.changes.includes('header.reencoded'));
});

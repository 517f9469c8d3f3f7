import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simpleParser } from 'mailparser';
import { prepare } from './mail-samples.ts';

const TEXT = '玄関で動きがありました。《テスト》\r\nPicture 1\r\n';
const littleEndian = Buffer.from(`\ufeff${TEXT}`, 'utf16le');
const bigEndian = Buffer.from(littleEndian).swap16();

test('a text in UTF-16 is read as that, whatever its label and its bytes’ order, raw and encoded', async () => {
  for (const bytes of [littleEndian, bigEndian]) {
    for (const fields of ['', 'Content-Type: text/plain\r\n', 'Content-Type: text/plain; charset=utf-8\r\n']) {
      const base64 = `${fields}Content-Transfer-Encoding: base64\r\n`;
      const bodies: [string, Buffer][] = [
        [fields, bytes],
        [base64, Buffer.from(bytes.toString('base64').replace(/.{76}/g, '$&\r\n'))],
      ];
      for (const [head, body] of bodies) {
        const raw = Buffer.concat([Buffer.from(`Subject: x\r\n${head}\r\n`), body]);
        const prepared = await prepare(raw);
        const read = await simpleParser(prepared.raw);
        assert.equal(read.text?.replace(/^\ufeff/, '').trim(), TEXT.trim().replaceAll('\r\n', '\n'), head);
        assert.match(prepared.one('content-type')!, /charset=utf-16$/);
      }
    }
  }
});

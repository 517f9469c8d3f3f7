import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simpleParser } from 'mailparser';
import { unmarkedUtf16 } from '../src/reading/unmarked-utf16.ts';
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

const WITHOUT_MARK = [
  'Motion detected at gate 1.\r\nPicture 1\r\n',
  'Tür geöffnet, Größe überschritten.\r\n',
  '玄関で動きがありました。\r\nカメラ 1\r\n',
  '大门检测到移动。\r\n摄像机 1 \r\n',
  '현관에서 움직임이 감지되었습니다.\r\n',
  'Дверь открыта.\r\n',
];

test('a text in UTF-16 without a mark is read as that in either order, and its label says which', async () => {
  for (const text of WITHOUT_MARK) {
    const little = Buffer.from(text, 'utf16le');
    for (const [bytes, order] of [
      [little, 'le'],
      [Buffer.from(little).swap16(), 'be'],
    ] as const) {
      for (const charset of ['', '; charset=utf-8', '; charset=us-ascii', '; charset=utf-16', '; charset=unicode']) {
        const raw = Buffer.concat([Buffer.from(`Subject: x\r\nContent-Type: text/plain${charset}\r\n\r\n`), bytes]);
        const prepared = await prepare(raw);
        const read = await simpleParser(prepared.raw);
        assert.equal(read.text?.trim(), text.trim().replaceAll('\r\n', '\n'), charset + order);
        assert.match(prepared.one('content-type')!, new RegExp(`charset=utf-16${order}$`));
      }
    }
  }
});

test('bytes that only look a little like it keep their label', () => {
  for (const bytes of [
    Buffer.from('Zone 4 tamper\0\r\nOperator: none\0\0\r\nEnd of report\r\n'),
    Buffer.from('a\0b\0c and a long text behind it that is plain ASCII.\r\n'),
    Buffer.from('玄関で動き\0がありました。\r\n'),
    Buffer.from([...Array(64).keys()]),
    Buffer.alloc(64),
    Buffer.from('ff00d8003b', 'hex'),
  ])
    assert.equal(unmarkedUtf16(bytes), null, bytes.toString('latin1'));
});

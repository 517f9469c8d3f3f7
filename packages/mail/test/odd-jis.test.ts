import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { JisTextDecoder } from '../src/parts/jis-text.ts';
import { inChunks, mail, prepare } from './mail-samples.ts';
import {
  base64,
  encoded,
  JPEG,
  lines76,
  type OddMail,
  quotedPrintable,
  subjectMail,
  textMail,
  word,
} from './odd-mail-parts.ts';
import { testOddMails } from './read-odd-mails.ts';

/** Letters of seven bits between shifts. */
const shifted = (text: string, open = '\x1b$B', close = '\x1b(B'): string =>
  open + encoded(text, 'euc-jp').replace(/[\s\S]/g, (byte) => String.fromCharCode(byte.charCodeAt(0) & 0x7f)) + close;
const kana = (text: string): string =>
  encoded(text, 'shift_jis').replace(/[\s\S]/g, (byte) => String.fromCharCode(byte.charCodeAt(0) & 0x7f));
const TYPE = 'text/plain; charset=iso-2022-jp';

const MAILS: OddMail[] = [
  {
    name: 'katakana of half width by their own set',
    mail: textMail(TYPE, `${shifted('警報発生')}\x1b(I${kana('ｶﾞｽ')}\x1b(B 1`, '7bit'),
    lines: ['警報発生ｶﾞｽ 1'],
  },
  {
    name: 'katakana of half width by SO and SI',
    mail: textMail(TYPE, `${shifted('警報')} \x0e${kana('ﾄﾞｱ')}\x0f 2\n\x0e${kana('ｶｲ')}\x0f`, '7bit'),
    lines: ['警報 ﾄﾞｱ 2', 'ｶｲ'],
  },
  {
    name: 'a word with katakana by SO and SI',
    mail: subjectMail(word('iso-2022-jp', `\x0e${kana('ｹｲﾎｳ')}\x0f 1`)),
    subject: 'ｹｲﾎｳ 1',
  },
  {
    name: 'a line that does not go back to ASCII',
    mail: textMail(TYPE, `${shifted('終わり', '\x1b$B', '')}\nIPv4: 203.0.113.9`, '7bit'),
    lines: ['終わり', 'IPv4: 203.0.113.9'],
  },
  {
    name: 'a shift that holds over a line’s end',
    mail: textMail(TYPE, `${shifted('新しい', '\x1b$B', '')}\n${shifted('住所', '')} ok`, '7bit'),
    lines: ['新しい', '住所 ok'],
  },
  {
    name: 'a text that was cut before it goes back to ASCII',
    mail: textMail(TYPE, `${shifted('終わり')}\n${shifted('動きを検知', '\x1b$B', '')}`, '7bit').trimEnd(),
    lines: ['終わり', '動きを検知'],
  },
  {
    name: 'NUL between letters',
    mail: textMail(TYPE, shifted('停電です').replace('Dd', 'D\0\0d'), '7bit'),
    lines: ['停電です'],
  },
  {
    name: 'NUL in place of half a letter, with a damaged end behind it',
    mail: textMail(
      TYPE,
      `${shifted('玄関カメラ').replace('<', '\0')}\n${shifted('検知', '\x1b$B', '\x1b\x80B')} 3`,
      '7bit',
    ),
    lines: ['\ufffd関カメラ', '検知 3'],
  },
  {
    name: 'the same in base64',
    mail: textMail(TYPE, base64(`${shifted('終わり', '\x1b$B', '')}\r\nend`), 'base64'),
    lines: ['終わり', 'end'],
  },
  {
    name: 'the same in quoted-printable',
    mail: textMail(TYPE, quotedPrintable(`${shifted('終わり', '\x1b$B', '')}\nend`), 'quoted-printable'),
    lines: ['終わり', 'end'],
  },
];

testOddMails(MAILS);

test('a text in ISO-2022-JP as every reader takes it leaves as it came', async () => {
  const text = `${shifted('正常です')} ABC\n${shifted('次', '\x1b$@', '\x1b(J')}\n`;
  const { body, changes } = await prepare(mail(textMail(TYPE, text, '7bit')));
  assert.equal(body, `${text.replace(/\n/g, '\r\n')}\r\n`);
  assert.deepEqual(
    changes.filter((change) => /charset|part|body/.test(change)),
    [],
  );
});

test('a text of eight bits behind one in ISO-2022-JP, whose delimiter was damaged, keeps its bytes', async () => {
  const second = Buffer.from('Обнаружено движение').toString('latin1');
  const { body } = await prepare(mail(textMail(TYPE, `${shifted('終わり', '\x1b$B', '')}\n--\0b\n${second}`, '8bit')));
  assert.ok(body.includes(second));
});

test('a file in ISO-2022-JP keeps its bytes', async () => {
  const csv = Buffer.from(`${shifted('終わり', '\x1b$B', '')}\r\nend\r\n`, 'latin1');
  const file = `Content-Type: ${TYPE}; name=a.csv\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=a.csv\n\n${lines76(csv)}`;
  const content = `From: c@x.example\nSubject: Door\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n${file}\n--b\nContent-Type: image/jpeg\nContent-Transfer-Encoding: base64\n\n${lines76(JPEG)}\n--b--\n`;
  assert.ok((await prepare(mail(content))).body.includes(lines76(csv)));
});

test('however a text is cut it becomes the same, in memory that does not grow with a line', async () => {
  const piece = fc.constantFrom(
    'a',
    '\r\n',
    '\n',
    '\0',
    '\x0e',
    '\x0f',
    '\x1b$B',
    '\x1b(B',
    '\x1b(I',
    '8<4X',
    '%',
    'é',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 40 }), async (pieces, size) => {
      const bytes = Buffer.from(pieces.join(''), 'latin1');
      const whole = decode([bytes]);
      const chunks: Buffer[] = [];
      for await (const chunk of inChunks(bytes, size)) chunks.push(chunk);
      assert.equal(decode(chunks), whole);
    }),
  );
  const endless = `${shifted('玄関'.repeat(40_000))}end`;
  const meant = `${'玄関'.repeat(40_000)}end`;
  assert.ok(decode([Buffer.from(endless, 'latin1')]) === meant, 'a line of 160 KB in one piece');
  const parts = endless.match(/[\s\S]{1,999}/g)!.map((part) => Buffer.from(part, 'latin1'));
  assert.ok(decode(parts) === meant, 'and in many');
});

function decode(chunks: Buffer[]): string {
  const decoder = new JisTextDecoder({ push: (text) => Buffer.from(text, 'latin1'), end: () => Buffer.alloc(0) });
  return [...chunks.map((chunk) => decoder.push(chunk.toString('latin1'))), decoder.end()].join('');
}

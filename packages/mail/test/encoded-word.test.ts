import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeWords } from '../src/index.ts';
import { cleanText } from '../src/reading/clean-text.ts';
import { decodeFieldWords, encodeWords } from '../src/reading/encoded-word.ts';
import { mail, prepare } from './mail-samples.ts';

test('words decode to the text that was encoded, whatever it holds and wherever the first begins', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.integer({ min: 0, max: 140 }), (text, column) => {
      const wellFormed = text.toWellFormed();
      fc.pre(wellFormed.length > 0);
      assert.equal(decodeWords(encodeWords(wellFormed, column).join('\r\n ')), wellFormed);
    }),
  );
});

test('a word has at most 75 characters, a line at most 76, and each word is whole UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), (text) => {
      const encoded = encodeWords(text.toWellFormed(), 'Subject: '.length);
      assert.ok('Subject: '.length + encoded[0]!.length <= 76);
      for (const word of encoded) {
        assert.ok(word.length <= 75);
        new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(word.slice(10, -2), 'base64'));
      }
    }),
  );
});

test('words of devices are read: charsets, Q, split characters, language tags, blanks between', () => {
  const cases: [string, string][] = [
    ['=?ISO-2022-JP?B?GyRCJTklLSVjJXNKOD1xGyhC?=', 'スキャン文書'],
    ['=?utf-8?q?Caf=C3=A9_=3D?= open', 'Café = open'],
    ['=?UTF-8?B?546E6Q==?= =?UTF-8?B?lqI=?=', '玄関'],
    ['=?UTF-8?B?546E6Q==?=\r\n =?utf-8?b?lqI=?= x', '玄関 x'],
    ['=?gb2312?B?tPPDxQ==?=', '大门'],
    ['=?Shift_JIS?B?jLqK1g==?= - =?Shift_JIS?B?jLqK1g==?=', '玄関 - 玄関'],
    ['=?utf-8*en?Q?a?=', 'a'],
    ['=?ISO-2022-JP?B?GyRCJSIbKEI=?= =?ISO-2022-JP?B?GyRCJUkbKEI=?=', 'アド'],
    ['=?x-unknown?B?546E6Zai?=', '玄関'],
    ['=?utf-8?B?not base64!?= stays', '=?utf-8?B?not base64!?= stays'],
    ['=?utf-8?X?a?= and =?broken', '=?utf-8?X?a?= and =?broken'],
  ];
  for (const [encoded, text] of cases) assert.equal(decodeWords(encoded), text);
});

test('clean text holds no line break, no control, and cleaning it again changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const clean = cleanText(text);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the guarantee
      assert.doesNotMatch(clean, /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
      assert.equal(cleanText(clean), clean);
    }),
  );
});

test('words with raw letters, blanks or question marks, and words cut off, are read as they are meant', () => {
  const latin = (text: string) => Buffer.from(text, 'latin1').toString('latin1');
  const utf8 = (text: string) => Buffer.from(text).toString('latin1');
  const cases: [string, string][] = [
    [latin('=?iso-8859-1?Q?Café_offen?='), 'Café offen'],
    [utf8('=?utf-8?Q?Größe_über=C3=A4ll?='), 'Größe überäll'],
    ['=?koi8-r?Q?\xf0\xd2\xc9\xd7\xc5\xd4_=D0?=', 'Привет п'],
    ['=?shift_jis?Q?\x8c\xba\x8a\xd6?= \x8c\xba\x8a\xd6', '玄関 玄関'],
    ['=?utf-8?Q?Offen?_Ja=21?=', 'Offen? Ja!'],
    ['=?utf-8?Q?was?=3F_ja?= =?utf-8?Q?_doch?=', 'was?? ja doch'],
    ['=?utf-8?Q?Motion detected?=', 'Motion detected'],
    ['=?utf-8?B?R3LDtsOfZSDjg4bjgrnjgw==?=', 'Größe テス'],
    ['=?UTF-8?B?546E6Zai44Kr44Oh44Op44Gn', '玄関カメラで'],
    ['=?utf-8?Q?Gr=C3=B6=C3=9Fe_=C3=BCber=C', 'Größe über'],
    ['=?us-ascii?B?GyRCJTklLSVjJXNKOD1xGyhC?=', 'スキャン文書'],
    ['=?utf-8?Q?=1B$B%9%-%c%s=1B(B?=', 'スキャン'],
    ['=?iso-8859-1?B?GyRCJTklLSVjJXNKOD1xGyhC?=', 'スキャン文書'],
    ['=?cp850?Q?T=81r_ge=94ffnet?=', 'Tür geöffnet'],
    ['=?hz-gb-2312?Q?=7E{4sCE=7E}_1?=', '大门 1'],
    ['=?iso-2022-kr?Q?=1B$)C=0EGv0|=0F_3?=', '현관 3'],
    ['=?utf-7?Q?T+APw-r?= =?utf-7?Q?_+AOk?=', 'Tür é'],
    ['=?utf-8?Q?Caf=E9?=', 'Café'],
    ['=?utf-8?Q?=8C=BA=8A=D6=83J=83=81?=', '=?utf-8?Q?=8C=BA=8A=D6=83J=83=81?='],
  ];
  for (const [bytes, text] of cases)
    assert.equal(decodeFieldWords(bytes, { charset: bytes.includes('jis') ? 'ja' : null }), text);
  assert.equal(decodeWords('=?utf-8?Q?Größe_=C3=BC?='), 'Größe ü', 'a text whose raw letters are decoded already');
});

test('what nobody can read leaves as it came, and is never encoded once more', async () => {
  for (const subject of [
    '=?x-nobody-knows?Q?=80=81?=',
    '=?utf-8?B?not=base64!?= stays',
    `=?x-nobody-knows?B?${'QUJD'.repeat(60)}?=`,
    'Alarm =?utf-8?Q?=8C=BA=8A=D6=83J=83=81?= 3',
    '=?utf-8?Q?=8C=BA=8A=D6=83J=83=81?=',
  ]) {
    assert.equal((await prepare(mail(`Subject: ${subject}\n\nx\n`))).one('subject'), subject);
    const prefixed = await prepare(mail(`Subject: ${subject}\n\nx\n`), { subjectPrefix: '[玄関]' });
    const [word] = subject.match(/=\?\S+\?=/)!;
    assert.ok(prefixed.one('subject')!.includes(word!), prefixed.one('subject'));
  }
  const nested = await prepare(mail(`Subject: =?utf-8?Q?=3D=3Futf-8=3FQ=3Fa=3F=3D?=\n\nx\n`));
  assert.equal(decodeWords(nested.one('subject')!), '=?utf-8?Q?a?=', 'a text that only looks like a word is one word');
});

test('a word in base64 with one damaged byte is read around it', () => {
  for (const byte of ['\xff', '\x1b', '\x80'])
    assert.match(
      decodeFieldWords(`=?windows-1251?b?zuHt4PDz5uXt7iDk4ujm5e3o5SDz${byte}IOL17uTgLg==?=`),
      /^Обнаружено движение у/,
    );
  assert.equal(decodeFieldWords('=?utf-8?b?a\xff\xff\xff!?='), '=?utf-8?b?aÿÿÿ!?=');
});

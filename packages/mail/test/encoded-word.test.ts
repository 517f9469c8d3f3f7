import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeWords } from '../src/index.ts';
import { cleanText } from '../src/reading/clean-text.ts';
import { encodeWords } from '../src/reading/encoded-word.ts';

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

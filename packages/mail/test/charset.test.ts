import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeRaw } from '../src/index.ts';

const genkan = Buffer.from([0x8c, 0xba, 0x8a, 0xd6]);
const daimon = Buffer.from([0xb4, 0xf3, 0xc3, 0xc5]);
const read = (content: Buffer, hints = {}) => decodeRaw(content, hints).text;

test('5.6 step 1: ISO-2022-JP comes first, because its bytes are valid UTF-8', () => {
  assert.deepEqual(decodeRaw(Buffer.from('IP\x1b$B%"%I%l%9\x1b(B')), { text: 'IPアドレス', charset: 'iso-2022-jp' });
  assert.equal(read(Buffer.from('\x1b(I3E\x1b(B')), 'ｳﾅ', 'half-width kana');
  assert.equal(read(Buffer.from('\x1b$B%"\x1b(B\x1b$B%I\x1b(B')), 'アド', 'shift upon shift');
  assert.equal(read(Buffer.from('\x1b$B%"')), 'ア', 'no shift back');
});

test('5.6 step 2: valid UTF-8 is UTF-8, whatever is hinted', () => {
  assert.equal(read(Buffer.from('玄関'), { charset: 'shift_jis', textCharset: 'gb2312' }), '玄関');
  assert.equal(read(Buffer.from('\ufeffA')), 'A');
});

test('5.6 step 3: the charset of the first text part, when the bytes fit it', () => {
  assert.equal(read(daimon, { textCharset: 'gb2312', charset: 'ja' }), '大门');
  assert.equal(read(genkan, { textCharset: 'iso-2022-jp', charset: 'ja' }), '玄関', 'they do not fit');
  assert.equal(read(genkan, { textCharset: 'no-such-set', charset: 'ja' }), '玄関');
});

test('5.6 step 4: the device’s profile, as a language or as a label', () => {
  const eucKana = Buffer.from([0xa5, 0xa2, 0xa5, 0xc9]);
  assert.equal(read(genkan, { charset: 'ja' }), '玄関');
  assert.equal(read(genkan, { charset: 'euc-jp' }), '玄関', 'another Japanese charset is tried');
  assert.equal(read(eucKana, { charset: 'euc-jp' }), 'アド');
  assert.equal(read(daimon, { charset: 'zh' }), '大门');
  assert.equal(read(daimon, { charset: 'zh-CN' }), '大门');
  assert.equal(read(Buffer.from([0xa4, 0x6a]), { charset: 'zh_TW' }), '大');
  assert.equal(read(Buffer.from([0xb4, 0xeb]), { charset: 'ko' }), '대');
  assert.equal(read(Buffer.from([0x87, 0x40]), { charset: 'cp932' }), '①', 'vendor kanji');
});

test('5.6 step 5: without a hint it is windows-1252, which never fails', () => {
  assert.deepEqual(decodeRaw(Buffer.from([0x93, 0x61, 0xe9, 0x94])), { text: '“aé”', charset: 'windows-1252' });
  assert.equal(decodeRaw(Buffer.from(Array.from({ length: 256 }, (_, index) => index))).text.length, 256);
});

test('UTF-8 with one damaged byte is UTF-8 in a text of few letters too, whatever stands beside it in the mail', () => {
  const name = Buffer.concat([Buffer.from('filename="玄関.j'), Buffer.from([0xff]), Buffer.from('g"')]);
  for (const hints of [{}, { textCharset: 'big5' }, { charset: 'ja' }])
    assert.equal(read(name, hints), 'filename="玄関.j\ufffdg"');
});

test('plainly Western words come before a charset that they fit but nearly', () => {
  const text = Buffer.from('Cam\xe9ra d\xe9connect\xe9e \xe0 l\x92entr\xe9e.', 'latin1');
  assert.equal(read(text, { textCharset: 'shift_jis', charset: 'ja' }), 'Caméra déconnectée à l’entrée.');
});

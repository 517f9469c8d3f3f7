import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paramItems, parseParams } from '../src/reading/header-params.ts';
import { mail, prepare } from './mail-samples.ts';
import { readWithPython } from './python-reader.ts';

/** What devices write behind `multipart/mixed`, `text/plain` or `attachment`, and the one parameter that is meant. */
const CASES: [written: string, name: string, value: string][] = [
  ['x/y; boundary=abc123 (generated)', 'boundary', 'abc123'],
  ['x/y; boundary="abc 1" (generated)', 'boundary', 'abc 1'],
  ['x/y (a comment); charset=koi8-r (Cyrillic)', 'charset', 'koi8-r'],
  ["x/y; charset='utf-8'", 'charset', 'utf-8'],
  ["x/y; boundary='abc'", 'boundary', "'abc'"],
  ['x/y; charset*0=utf-8', 'charset', 'utf-8'],
  ['x/y; charset*0=utf;charset*1=-8', 'charset', 'utf-8'],
  ["x/y; charset*=us-ascii'en'utf-8", 'charset', 'utf-8'],
  ['x/y; boundary*0="ab c"; boundary*1="d"', 'boundary', 'ab cd'],
  ['x/y; filename*1="mé.jpg"; filename*0="résu"', 'filename', 'résumé.jpg'],
  ["x/y; filename=fallback.jpg; filename*=UTF-8''%E7%8E%84%E9%96%A2.jpg", 'filename', '玄関.jpg'],
  ['x/y; filename*0*=UTF-8\'\'%E7%8E; filename*1*=%84; filename*2=".jpg"', 'filename', '玄.jpg'],
  ["x/y; filename*=iso-8859-1'de'B%FCro.pdf", 'filename', 'Büro.pdf'],
  ['x/y; filename=""請求書 11月.pdf""', 'filename', '請求書 11月.pdf'],
  ['x/y; filename="a\t b.jpg"', 'filename', 'a b.jpg'],
  ['x/y; filename=scan (1).pdf', 'filename', 'scan (1).pdf'],
  ["x/y; name='a b.jpg'", 'name', 'a b.jpg'],
  ['x/y; name="C:\\pics\\a.jpg"', 'name', 'C:\\pics\\a.jpg'],
  ['x/y charset=utf-8', 'charset', 'utf-8'],
  ['x/y; format="flowed" charset=utf-8', 'charset', 'utf-8'],
  ['x/y; filename*0="cam1-"\ufffd filename*1="long.jpg"', 'filename', 'cam1-long.jpg'],
  ['x/y; name="a "b".jpg"', 'name', 'a '],
  ['x/y;; charset=utf-8;', 'charset', 'utf-8'],
  ['x/y; name="never closed.jpg', 'name', 'never closed.jpg'],
];

for (const [written, name, value] of CASES) {
  test(`a parameter is read as it is meant: ${written}`, () => {
    const parsed = parseParams(written);
    assert.equal(parsed.value, 'x/y');
    assert.deepEqual(
      parsed.params.filter((param) => param.name.startsWith(name)),
      [{ name, value }],
    );
    assert.deepEqual(
      parseParams(paramItems(parsed).join('; ')),
      { ...parsed, isStrict: true },
      'the same when written',
    );
  });
}

test('pieces in a charset that nobody here can read stay as they came', () => {
  const parsed = parseParams("x/y; filename*=x-own'a'%41%42");
  assert.deepEqual(paramItems(parsed), ['x/y', "filename*=x-own'a'%41%42"]);
});

test('what every reader takes the same way passes as it came; anything else is written so', async () => {
  const lines = async (disposition: string) =>
    (await prepare(mail(`Content-Type: image/jpeg\nContent-Disposition: ${disposition}\n\nx`))).one(
      'content-disposition',
    );
  for (const strict of ['attachment; filename="a b.jpg"', 'INLINE; Filename=a.jpg', "attachment; filename*=UTF-8''a"]) {
    assert.equal(await lines(strict), strict);
  }
  assert.equal(await lines('attachment; filename=CH3 03:44.jpg'), 'attachment; filename="CH3 03_44.jpg"');
  assert.equal(await lines('attachment; filename="a\n\t b.jpg"'), 'attachment; filename="a b.jpg"');
});

test('a raw continued file name leaves whole, and Python reads it', async () => {
  const raw = Buffer.from('attachment; filename*0="résu"; filename*1="mé.jpg"').toString('latin1');
  const { raw: content } = await prepare(mail(`Content-Type: image/jpeg\nContent-Disposition: ${raw}\n\nx`));
  assert.equal(readWithPython([content])[0]!.parts[0]!.filename, 'résumé.jpg');
});

test('a value, or the label of a name, that lost a byte on its way is read as what it was', () => {
  for (const byte of ['\x80', '\xff', '\x1b', '€']) {
    assert.equal(parseParams(`${byte}ultipart/report; boundary=b`).value, 'multipart/report');
    assert.equal(parseParams(`t${byte}xt/plain`).value, 'text/plain');
    assert.equal(parseParams(`attachmen${byte}; filename=a`).value, 'attachment');
    assert.equal(parseParams(`t${byte}xt/plain`).isStrict, false);
    const { params } = parseParams(`attachment; filename*0*=UT${byte}-8''%E7%8E%84; filename*1*=%E9%96%A2.jpg`);
    assert.deepEqual(params, [{ name: 'filename', value: '玄関.jpg' }]);
  }
  assert.equal(parseParams('Größe/plain').value, 'größe/plain');
  assert.deepEqual(parseParams("a; filename*=x-nobody-knows''%E7").params[0]!.name, 'filename*');
});

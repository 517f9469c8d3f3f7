import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeCsv, readCsv } from '../src/csv/read-csv.ts';
import { writeCsv } from '../src/csv/write-csv.ts';

const cells = (text: string) => readCsv(text).rows.map((row) => row.cells);

test('what is written is read again, whatever the cells hold', () => {
  const cell = fc
    .oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('=1+1', '-2', "'=x", '"', 'a,b', 'a\nb', '＝x'),
    )
    .map((text) =>
      text
        .replaceAll('\r', '')
        .replaceAll('\uFEFF', '')
        .replaceAll('\0', '')
        .replaceAll('\uD800', '')
        .trim()
        .replace(/^'+/, ''),
    );
  const table = fc.array(
    fc.array(cell, { minLength: 1, maxLength: 4 }).filter((row) => row.some(Boolean)),
    { minLength: 1, maxLength: 6 },
  );
  fc.assert(fc.property(table, (rows) => assert.deepEqual(cells(writeCsv(rows)), rows)));
});

test('no cell of an export begins as a formula does', () => {
  for (const evil of ['=HYPERLINK("http://x")', '+1', '-1', '@x', '\t=1', ' =1', '＝1', '|calc', '\r=1']) {
    const [, first = ''] = /^\uFEFF"?(.*)/s.exec(writeCsv([[evil]])) ?? [];
    assert.ok(first.startsWith("'"), JSON.stringify(evil));
  }
  assert.equal(writeCsv([['玄関', 'a@b.example']]), '\uFEFF玄関,a@b.example\r\n');
});

test('quotes, line ends, empty lines and the number of a row are read as spreadsheets mean them', () => {
  const text = '\uFEFFname,to\r\n"front, left"," a@b.example "\r\n\r\n,\r\n"two\nlines",x\n"say ""hi""",';
  assert.deepEqual(readCsv(text), {
    rows: [
      { line: 1, cells: ['name', 'to'] },
      { line: 2, cells: ['front, left', 'a@b.example'] },
      { line: 5, cells: ['two\nlines', 'x'] },
      { line: 6, cells: ['say "hi"', ''] },
    ],
    trouble: null,
  });
  assert.deepEqual(cells('a'), [['a']]);
});

test('semicolons and tabulators part cells where the first row has them, whatever the other rows hold', () => {
  assert.deepEqual(cells('name;to\nfront, left;a@b.example'), [
    ['name', 'to'],
    ['front, left', 'a@b.example'],
  ]);
  assert.deepEqual(cells('name\tto\nfront; left\ta@b.example'), [
    ['name', 'to'],
    ['front; left', 'a@b.example'],
  ]);
  assert.deepEqual(cells('"a;b;c",to\nx,y'), [
    ['a;b;c', 'to'],
    ['x', 'y'],
  ]);
});

test('a file that cannot be read as a whole says so: too many rows, or a quote without an end', () => {
  assert.deepEqual(readCsv('x\n'.repeat(5_000)).trouble, null);
  const long = readCsv('x\n'.repeat(9_000));
  assert.deepEqual([long.rows.length, long.trouble], [5_000, { kind: 'long' }]);
  assert.deepEqual(readCsv('name\na\n"b,\nc\nd').trouble, { kind: 'unclosed', line: 3 });
});

test('a file of a spreadsheet is read whatever it was saved as: UTF-8, Shift_JIS, or UTF-16 with its mark; what is no text is not', () => {
  const bytes = (...all: number[]) => Uint8Array.from(all).buffer;
  assert.equal(decodeCsv(bytes(0x8c, 0xba, 0x8a, 0xd6)), '玄関');
  // Half-width kana and a letter that only Microsoft's Shift_JIS has.
  assert.equal(decodeCsv(bytes(0xb6, 0xd2, 0xd7, 0x87, 0x40)), 'ｶﾒﾗ①');
  assert.equal(decodeCsv(new TextEncoder().encode('玄関').buffer as ArrayBuffer), '玄関');
  assert.equal(decodeCsv(bytes(0xff, 0xfe, 0x84, 0x73, 0xa2, 0x95)), '玄関');
  assert.equal(decodeCsv(bytes(0xfe, 0xff, 0x73, 0x84, 0x95, 0xa2)), '玄関');
  assert.equal(decodeCsv(bytes(0x50, 0x4b, 3, 4, 0, 0)), null, 'a workbook');
  assert.equal(decodeCsv(bytes(0xa5, 0xfd, 0xff, 0x80)), null);
  assert.equal(decodeCsv(bytes()), '');
});

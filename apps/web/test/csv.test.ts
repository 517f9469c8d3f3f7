import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeCsv, readCsv } from '../src/csv/read-csv.ts';
import { writeCsv } from '../src/csv/write-csv.ts';

const cells = (text: string) => readCsv(text).map((row) => row.cells);

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

test('quotes, line ends, empty lines and the line of a row are read as spreadsheets mean them', () => {
  const text = '\uFEFFname,to\r\n"front, left"," a@b.example "\r\n\r\n,\r\n"two\nlines",x\n"say ""hi""",';
  assert.deepEqual(readCsv(text), [
    { line: 1, cells: ['name', 'to'] },
    { line: 2, cells: ['front, left', 'a@b.example'] },
    { line: 5, cells: ['two\nlines', 'x'] },
    { line: 7, cells: ['say "hi"', ''] },
  ]);
  assert.deepEqual(cells('a'), [['a']]);
  assert.equal(readCsv('x\n'.repeat(9_000)).length, 5_000);
});

test('a file of a Japanese spreadsheet is read though it is no UTF-8', () => {
  const shiftJis = Uint8Array.from([0x8c, 0xba, 0x8a, 0xd6]);
  assert.equal(decodeCsv(shiftJis.buffer), '玄関');
  assert.equal(decodeCsv(new TextEncoder().encode('玄関').buffer as ArrayBuffer), '玄関');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DotScanner } from '../src/smtp/dot-scanner.ts';

/** Byte by byte, as slow and as plain as possible. Returns content and what lies behind the end mark, or null without one. */
function reference(input: Buffer): { content: string; rest: string } | null {
  const text = `\r\n${input.toString('latin1')}`;
  const end = text.indexOf('\r\n.\r\n');
  if (end < 0) return null;
  const content = text.slice(0, end + 2).replace(/\n\.\./g, '\n.');
  return { content: content.slice(2), rest: text.slice(end + 5) };
}

function scan(input: Buffer, cuts: number[]): { content: string; rest: string } | null {
  const out: Buffer[] = [];
  const scanner = new DotScanner((bytes) => out.push(Buffer.from(bytes)));
  const edges = [...new Set(cuts.map((cut) => cut % (input.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const edge of [...edges, input.length]) {
    const chunk = input.subarray(from, edge);
    const end = scanner.push(chunk);
    if (end >= 0) {
      return { content: Buffer.concat(out).toString('latin1'), rest: input.subarray(from + end).toString('latin1') };
    }
    from = edge;
  }
  return null;
}

const wire = fc
  .array(fc.constantFrom('\r', '\n', '.', 'a', '\r\n', '\r\n.', '\r\n..', '\n.\n', '\r\n.\r\n'), { maxLength: 40 })
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));

test('wherever the wire is cut, content and end are those of the uncut bytes', () => {
  fc.assert(
    fc.property(wire, fc.array(fc.nat(200), { maxLength: 30 }), (input, cuts) => {
      assert.deepEqual(scan(input, cuts), reference(input));
    }),
    { numRuns: 3000 },
  );
});

test('byte by byte the same', () => {
  fc.assert(
    fc.property(wire, (input) => {
      assert.deepEqual(scan(input, [...input.keys()]), reference(input));
    }),
    { numRuns: 1000 },
  );
});

test('a lone LF or CR around the dot never ends the data', () => {
  for (const mark of ['\n.\n', '\n.\r\n', '\r\n.\n', '\r.\r', '\r\n.\r', '\r\r\n.\r\r\n']) {
    assert.equal(scan(Buffer.from(`text${mark}MAIL FROM:<x>`), []), null, JSON.stringify(mark));
  }
});

test('an undoubled dot at the start of a line is kept, of two one is dropped, also right after DATA', () => {
  assert.deepEqual(scan(Buffer.from('..a\r\n.log\r\n...b\r\n\n..c\r\n.\r\nQUIT\r\n'), []), {
    content: '.a\r\n.log\r\n..b\r\n\n.c\r\n',
    rest: 'QUIT\r\n',
  });
  assert.deepEqual(scan(Buffer.from('.\r\n'), []), { content: '', rest: '' });
});

test('a dot that came as its own chunk after its double is content, never an end mark', () => {
  const out: string[] = [];
  const scanner = new DotScanner((bytes) => out.push(bytes.toString()));
  for (const chunk of ['.', '.', '\r\n', 'x\r\n', '.', '\r', '\n']) {
    if (scanner.push(Buffer.from(chunk)) >= 0) out.push('<end>');
  }
  assert.equal(out.join(''), '.\r\nx\r\n<end>');
});

test('what may be an end mark when nothing follows: either line end is LF, CRLF or CR CR LF', () => {
  const endsLoosely = (text: string, isWhole: boolean): boolean => {
    const scanner = new DotScanner(() => {});
    for (const chunk of isWhole ? [text] : text) scanner.push(Buffer.from(chunk, 'latin1'));
    return scanner.endsLoosely;
  };
  for (const isWhole of [true, false]) {
    for (const mark of ['\n.\n', '\n.\r\n', '\r\n.\n', '\r\r\n.\r\r\n', '\n.\r\r\n'])
      assert.equal(endsLoosely(`text${mark}`, isWhole), true, JSON.stringify(mark));
    for (const text of [
      'text.',
      '\r\n.',
      '\r\n.\r',
      '\r\n.\r\r',
      '\r\n..',
      '\r\n. \r\n',
      '\r.\r',
      '\n.\r\r\r\n',
      '\n.\n\n',
      '\n.\r\r\nx',
    ])
      assert.equal(endsLoosely(text, isWhole), false, JSON.stringify(text));
  }
});

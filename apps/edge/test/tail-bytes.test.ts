import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TailBytes } from '../src/smtp/tail-bytes.ts';

test('a mail’s last line is seen in whatever pieces it came, with blanks behind it and not behind other words', () => {
  const isClosed = (...pieces: string[]) => {
    const tail = new TailBytes();
    for (const piece of pieces) tail.add(Buffer.from(piece));
    return tail.endsWithLine('--b--');
  };
  const long = `${'x'.repeat(1000)}\n`;
  assert.equal(isClosed(`${long}--b--`), true);
  assert.equal(isClosed(long, '--b--\r\n \r\n'), true);
  assert.equal(isClosed(...`${long}--b--\r\n`), true);
  for (const text of ['', '--b', 'x--b--', '--b--x', '--b--\r\n-- End --', '--b--\r\n.x', '--b--'])
    assert.equal(isClosed(text), false, text);
});

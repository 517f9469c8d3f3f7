import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeadBytes } from '../src/smtp/head-bytes.ts';

const headOf = (...chunks: string[]): string => {
  const head = new HeadBytes();
  for (const chunk of chunks) head.add(Buffer.from(chunk));
  return head.all().toString();
};
const body = 'x'.repeat(9000);

test('what comes behind header and the beginning of the body is not kept', () => {
  for (const end of ['\r\n\r\n', '\n\n']) {
    const first = `Subject: a${end}${body}`;
    assert.equal(headOf(first, 'more'), first);
  }
});

test('a header that goes on in the next chunks is kept whole, whatever empty lines come before it', () => {
  assert.equal(headOf('Subject: a\r\n', 'To: b\r\n', `\r\n${body}`), `Subject: a\r\nTo: b\r\n\r\n${body}`);
  const long = `\r\n\r\n\n${'X-Long: 1\r\n'.repeat(1000)}`;
  assert.equal(headOf(long, 'Subject: late\r\n\r\n'), `${long}Subject: late\r\n\r\n`);
});

test('with little body behind the header more of it is waited for', () => {
  assert.equal(headOf('Subject: a\r\n\r\nbody', 'and more'), 'Subject: a\r\n\r\nbodyand more');
});

test('no more than 64 KB are kept, and nothing is invented of nothing', () => {
  assert.equal(headOf('y'.repeat(40_000), 'y'.repeat(40_000), 'y').length, 65_536);
  assert.equal(headOf(), '');
});

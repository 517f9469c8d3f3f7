import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closingDelimiter } from '../src/index.ts';

test('the line that closes a mail’s last part is told by its header, for every multipart, and by nothing else', () => {
  const of = (type: string) => closingDelimiter(Buffer.from(`Subject: x\r\n${type}\r\n\r\n--b\r\n`));
  assert.equal(of('Content-Type: multipart/mixed; boundary=b'), '--b--');
  assert.equal(of('CONTENT-TYPE: Multipart/Signed;\r\n\tmicalg=x; boundary="#BOUNDARY#"'), '--#BOUNDARY#--');
  assert.equal(of('Content-Type: multipart/mixed; boundary="=_b 1 "'), '--=_b 1--');
  for (const type of [
    'Content-Type: text/plain; boundary=b',
    'Content-Type: multipart/mixed',
    'X-Type: multipart/mixed; boundary=b',
  ])
    assert.equal(of(type), null);
});

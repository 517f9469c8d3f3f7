import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { prepareMail } from '../src/index.ts';
import { prepareInput } from './mail-samples.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const CHUNK = 64 * 1024;
const MAIL_BYTES = 12 * 1024 * 1024;
/** What may be held beside the chunk under way. */
const MAX_HELD_BYTES = 4 * 1024 * 1024;

const MIXED =
  'From: c@d.example\r\nTo: o@d.example\r\nSubject: Motion\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n';
const partHead = (encoding: string): string =>
  `--b\r\nContent-Type: image/jpeg; name="a.jpg"\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`;
const BASE64 = `${'QUJD'.repeat(19)}\r\n`;

/** A mail of that size that is made while it is read: its beginning, a line again and again, its end. */
function mailOf(beginning: string, line: string, end: string) {
  const lines = Buffer.from(line.repeat(Math.ceil(CHUNK / line.length)), 'latin1');
  const [head, tail] = [Buffer.from(beginning, 'latin1'), Buffer.from(end, 'latin1')];
  const rounds = Math.floor(MAIL_BYTES / lines.length);
  return {
    bytes: head.length + rounds * lines.length + tail.length,
    async *source() {
      yield head;
      // A chunk of its own each time, as a decipher gives it.
      for (let round = 0; round < rounds; round++) yield Buffer.from(lines);
      yield tail;
    },
  };
}

const lf = (text: string): string => text.replaceAll('\r\n', '\n');
const MAILS: Record<string, ReturnType<typeof mailOf>> = {
  clean: mailOf(MIXED + partHead('base64'), BASE64, '--b--\r\n'),
  'LF alone': mailOf(lf(MIXED + partHead('base64')), lf(BASE64), '--b--\n'),
  'no closing boundary': mailOf(MIXED + partHead('base64'), BASE64, ''),
  'damaged base64': mailOf(MIXED + partHead('base64'), `Q${BASE64}`, '--b--\r\n'),
  binary: mailOf(MIXED + partHead('binary'), '\xff\xd8\x00\x0a\x0d\xfe'.repeat(20), '\r\n--b--\r\n'),
  uuencoded: mailOf(
    `${MIXED}${partHead('uuencode')}begin 644 a.jpg\r\n`,
    `M${'#0'.repeat(30)}\r\n`,
    '`\r\nend\r\n--b--\r\n',
  ),
  'a text without line ends': mailOf(
    `${MIXED}--b\r\nContent-Type: text/plain\r\n\r\n`,
    'x'.repeat(1000),
    '\r\n--b--\r\n',
  ),
};

const used = async (): Promise<number> => {
  // Buffers are given back between two collections.
  for (let round = 0; round < 2; round++) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

for (const [name, { bytes, source }] of Object.entries(MAILS)) {
  test(`preparing a mail of 12 MB holds four of it at most: ${name}`, async () => {
    const input = { ...prepareInput(Buffer.alloc(0)), source, plainBytes: bytes };
    const before = await used();
    let held = 0;
    let seen = 0;
    const look = async (): Promise<void> => {
      seen += 1;
      // It takes some milliseconds: at every hundredth chunk.
      if (seen % 100 === 0) held = Math.max(held, (await used()) - before);
    };
    const watched = async function* () {
      for await (const chunk of source()) {
        await look();
        yield chunk;
      }
    };
    const prepared = await prepareMail({ ...input, source: watched });
    let left = 0;
    for await (const chunk of prepared.open()) {
      left += chunk.length;
      await look();
    }
    assert.equal(left, prepared.sizeBytes);
    assert.ok(seen > 150, 'it was looked at all along');
    assert.ok(held < MAX_HELD_BYTES + CHUNK, `${held} bytes were held`);
  });
}

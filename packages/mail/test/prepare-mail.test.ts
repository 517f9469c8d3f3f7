import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { RelayError } from '@hikyaku/core';
import fc from 'fast-check';
import { isHarmless } from '../src/harmless.ts';
import { prepareMail } from '../src/index.ts';
import { collect, fixtureNames, inChunks, mail, prepare, prepareInput, readFixture } from './mail-samples.ts';

const big = (lines: number, end = '\r\n') => {
  const line = `${randomBytes(57).toString('base64')}${end}`;
  return Buffer.concat([Buffer.from(`Subject: big${end}${end}`), Buffer.from(line.repeat(lines))]);
};

const countReadings = (content: Buffer) => {
  let count = 0;
  const source = () => {
    count += 1;
    return inChunks(content, 65_536);
  };
  return { source, readings: () => count };
};

test('sizeBytes is what leaves, at every opening, for small and large mails with clean and unclean lines', async () => {
  const mails = [...fixtureNames.map((name) => readFixture(name)), big(20_000), big(20_000, '\n'), mail(''), mail('x')];
  for (const content of mails) {
    const prepared = await prepareMail(prepareInput(content));
    const first = await collect(prepared.open());
    assert.equal(first.length, prepared.sizeBytes);
    assert.deepEqual(await collect(prepared.open()), first);
  }
});

test('a body of CRLF lines that are not too long keeps every byte but NUL', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), fc.integer({ min: 1, max: 700 }), async (random, chunk) => {
      const lines = Buffer.from(random)
        .toString('latin1')
        .replace(/[\r\n]/g, '\r\n')
        .replaceAll('\0', '')
        .replace(/[^\r\n]{900}/g, '$&\r\n');
      const body = Buffer.from(lines && `${lines}\r\n`, 'latin1');
      const content = Buffer.concat([mail('Subject: a\n\n'), body]);
      const prepared = await prepareMail(prepareInput(content, { source: () => inChunks(content, chunk) }));
      const raw = await collect(prepared.open());
      assert.equal(raw.length, prepared.sizeBytes);
      assert.deepEqual(raw.subarray(raw.length - body.length), body);
      assert.equal(raw.toString('latin1', raw.length - body.length - 4, raw.length - body.length), '\r\n\r\n');
    }),
  );
});

test('the same mail gives the same bytes, however it is cut into chunks', async () => {
  const content = readFixture('05');
  const whole = await prepare(content);
  for (const size of [1, 7, 64, 5000]) {
    assert.deepEqual((await prepare(content, { source: () => inChunks(content, size) })).raw, whole.raw);
  }
});

test('preparing a prepared mail changes no body byte and no header but the traces', async () => {
  const traces = /^(?:Received|X-Device-[\w-]+|Reply-To): .*\r\n(?:[ \t].*\r\n)*/gim;
  for (const name of fixtureNames) {
    const options = {
      subjectPrefix: '[玄関]',
      timeZone: 'Asia/Tokyo',
      charset: 'ja',
      recipients: ['ops@example.jp', 'x@y.example'],
    };
    const once = await prepare(readFixture(name), options);
    const twice = await prepare(once.raw, options);
    assert.equal(twice.body, once.body);
    assert.equal(twice.head.replace(traces, ''), once.head.replace(traces, ''), name);
    assert.equal(twice.one('reply-to'), once.one('reply-to'));
  }
});

test('a large mail is never held: it is read again, from the start, at each opening', async () => {
  const content = big(20_000);
  const { source, readings } = countReadings(content);
  const prepared = await prepareMail(prepareInput(content, { source }));
  assert.equal(readings(), 1);
  await collect(prepared.open());
  await collect(prepared.open());
  assert.equal(readings(), 3);
});

test('a small mail is read once, and a wrong plainBytes makes nothing large stay in memory', async () => {
  const small = countReadings(readFixture('01'));
  await collect((await prepareMail(prepareInput(readFixture('01'), { source: small.source }))).open());
  assert.equal(small.readings(), 1);
  const large = countReadings(big(20_000));
  await collect((await prepareMail(prepareInput(big(20_000), { source: large.source, plainBytes: 10 }))).open());
  assert.equal(large.readings(), 2);
});

test('a source that changes between the readings never leaves as a mail of the announced size', async () => {
  for (const second of [big(19_000), big(21_000)]) {
    let readings = 0;
    const source = () => inChunks(readings++ === 0 ? big(20_000) : second, 65_536);
    const prepared = await prepareMail(prepareInput(big(20_000), { source }));
    await assert.rejects(
      collect(prepared.open()),
      (error) => error instanceof RelayError && error.code === 'spool.content_damaged',
    );
  }
});

test('a header that never ends is cut at the cap, and no byte of the mail is lost or reordered', async () => {
  const content = Buffer.from(`Subject: a\r\n${'X-Filler: 0123456789\r\n'.repeat(20_000)}`);
  const prepared = await prepare(content);
  assert.ok(prepared.changes.includes('header.cut'));
  assert.match(prepared.body, /^(X-Filler: 0123456789\r\n)+$/);
  assert.ok(prepared.head.length < 256 * 1024);
});

test('a mail that is closed early closes its source', async () => {
  let closed = 0;
  async function* source() {
    try {
      yield* inChunks(big(20_000), 65_536);
    } finally {
      closed += 1;
    }
  }
  const prepared = await prepareMail(prepareInput(big(20_000), { source }));
  let chunks = 0;
  for await (const _ of prepared.open()) {
    chunks += 1;
    if (chunks === 3) break;
  }
  assert.equal(closed, 2);
});

test('harmless is what costs next to nothing to read: a short plain header, and a beginning without a charset to guess', () => {
  const mail = (header: string, body = 'text') => Buffer.from(`Subject: x\r\n${header}\r\n\r\n${body}\r\n`, 'latin1');
  assert.equal(isHarmless(mail('To: "A" <a@example.com>')), true);
  assert.equal(isHarmless(Buffer.from('Subject: x\nTo: a@b\n\ntext\n')), true, 'bare LF');
  assert.equal(isHarmless(mail('To: a@b', 'é')), false, 'a charset');
  assert.equal(isHarmless(mail('To: a@b', '\x1b$B')), false, 'a shift');
  assert.equal(isHarmless(mail('X: \xe9')), false, 'a raw header');
  assert.equal(isHarmless(mail('X: \0')), false, 'NUL');
  assert.equal(isHarmless(mail(`To: x@${':'.repeat(600)}`)), false, 'marks');
  assert.equal(isHarmless(mail(`X: ${'a'.repeat(9_000)}`)), false, 'a long header');
  assert.equal(isHarmless(Buffer.from('Subject: x')), false, 'no end');
});

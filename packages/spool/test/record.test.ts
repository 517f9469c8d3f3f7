import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { eraseRecords } from '../src/erase-records.ts';
import { cipherOf, encodeRecord, erasedStart, finishRecord, scanRecords } from '../src/journal/record.ts';
import { openHead, openHeadWith, readHead, sealHead, shortHead } from '../src/journal/record-head.ts';
import { JOURNAL_KEYS, keyOf, metaFor } from './journal-harness.ts';

const [journalKey] = JOURNAL_KEYS;

function record(messageId: string, cipher: Buffer, subject = 'subject'): Buffer {
  const meta = { ...metaFor(messageId, cipher.length), subject };
  const bytes = encodeRecord(
    'small',
    sealHead(journalKey!, keyOf(messageId), meta),
    [cipher.subarray(0, 1), cipher.subarray(1)],
    cipher.length,
  );
  finishRecord(bytes, 4711);
  return bytes;
}

test('a record gives back its meta and its ciphertext', () => {
  const cipher = randomBytes(5000);
  const large = encodeRecord('large', shortHead(metaFor('b', 9)), [], 3_000_000);
  finishRecord(large, 0);
  const { records, damages } = scanRecords(Buffer.concat([record('a', cipher, '動体検知 \u0000\ud800'), large]), 100);
  assert.deepEqual(damages, []);
  const head = readHead(records[0]!);
  const meta = { ...metaFor('a', 5000), subject: '動体検知 \u0000\ud800', acceptedAt: head.acceptedAt };
  assert.deepEqual(openHead(head, [journalKey!]), meta);
  assert.deepEqual(openHeadWith(head, keyOf('a'), [journalKey!]), { meta, isByEdge: true });
  assert.equal(readHead(records[1]!).messageId, 'b');
  assert.equal(openHead(readHead(records[1]!), [journalKey!]), undefined, 'its file has it');
  assert.deepEqual(cipherOf(records[0]!.bytes), cipher);
  assert.deepEqual(
    records.map(({ offset, kind, cipherLength }) => [offset, kind, cipherLength]),
    [
      [100, 'small', 5000],
      [100 + records[0]!.bytes.length, 'large', 3_000_000],
    ],
  );
  assert.equal(records[0]!.durableOffset, 4711);
});

test('whatever is overwritten in a log, every record outside of it is found, and nothing else', () =>
  fc.assert(
    fc.property(
      fc.array(fc.nat(300), { minLength: 1, maxLength: 8 }),
      fc.nat(),
      fc.uint8Array({ minLength: 1, maxLength: 400 }),
      (sizes, place, noise) => {
        const written = sizes.map((size, index) => record(`m${index}`, randomBytes(size + 17)));
        const log = Buffer.concat(written);
        const from = place % log.length;
        const until = Math.min(log.length, from + noise.length);
        log.set(noise.subarray(0, until - from), from);
        let start = 0;
        const expected = written.flatMap((bytes, index) => {
          const end = start + bytes.length;
          const isWhole = log.subarray(start, end).equals(bytes);
          start = end;
          return isWhole ? [`m${index}`] : [];
        });
        const { records, damages } = scanRecords(log);
        assert.deepEqual(
          records.map(({ bytes }) => readHead({ version: 2, bytes }).messageId),
          expected,
        );
        const covered = [...records.map(({ bytes }) => bytes.length), ...damages.map(({ length }) => length)];
        assert.equal(
          covered.reduce((sum, length) => sum + length, 0),
          log.length,
        );
      },
    ),
    { numRuns: 500 },
  ));

test('a subject that imitates a record is no record, even when its own record is damaged', () => {
  const inner = record('forged', randomBytes(50));
  const outer = record('outer', randomBytes(50), inner.toString('latin1'));
  outer[outer.length - 1]! ^= 1;
  const { records, damages } = scanRecords(outer);
  assert.deepEqual(records, []);
  assert.deepEqual(damages, [{ offset: 0, length: outer.length }]);
});

test('a head opens with the journal’s key or the content key and no other; one that the journal did not write says so', () => {
  const foreign = randomBytes(32);
  const [found] = scanRecords(record('a', randomBytes(30))).records;
  const head = readHead(found!);
  assert.equal(openHead(head, [foreign]), undefined);
  assert.equal(openHead(head, [foreign, journalKey!])?.messageId, 'a');
  assert.equal(openHeadWith(head, keyOf('b'), [journalKey!]), undefined);
  assert.equal(openHeadWith(head, keyOf('a'), [foreign])?.isByEdge, false);
});

test('a head of which any bit was changed does not open, by neither key', () => {
  const bytes = record('a', randomBytes(30));
  const headEnd = 24 + bytes.readUInt32BE(8) - 4;
  fc.assert(
    fc.property(fc.integer({ min: 24 * 8, max: headEnd * 8 - 1 }), (bit) => {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      finishRecord(changed, 0);
      const opened = [];
      try {
        const head = readHead(scanRecords(changed).records[0]!);
        opened.push(openHead(head, [journalKey!]));
        const lone = openHeadWith(head, keyOf('a'), [journalKey!]);
        if (lone?.isByEdge) opened.push(lone.meta);
      } catch (error) {
        // A length that leads out of the head.
        assert.ok(error instanceof RangeError);
      }
      for (const meta of opened) assert.equal(meta, undefined);
    }),
    { numRuns: 300 },
  );
});

test('an erased record is passed over as one, keeps its length, and has nothing of its head', () => {
  const written = ['a', 'b', 'c'].map((id) => record(id, randomBytes(400)));
  const log = Buffer.concat(written);
  const start = written[0]!.length;
  const sealed = Buffer.from(metaFor('b', 1).keySealed, 'base64');
  erasedStart(Buffer.from(log.subarray(start, start + 24))).copy(log, start);
  const { records, damages } = scanRecords(log);
  assert.deepEqual(damages, []);
  assert.deepEqual(
    records.map(({ kind, bytes }) => [kind, bytes.length]),
    ['small', 'erased', 'small'].map((kind, index) => [kind, written[index]!.length]),
  );
  assert.equal(records[1]!.durableOffset, 4711);
  assert.equal(log.subarray(start, start + written[1]!.length).includes(sealed), false);
});

/** A small mail's record with a head of that length, and where its ciphertext will lie behind `before` bytes. */
function laidRecord(headLength: number, cipher: Buffer, before: number) {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(headLength);
  const bytes = encodeRecord('small', [Buffer.alloc(headLength - 4, 0x55), length], [cipher], cipher.length);
  finishRecord(bytes, 0);
  return { bytes, start: before, offset: before + bytes.length - cipher.length, length: cipher.length };
}

async function laidFile(t: TestContext, mails: { headLength: number; cipher: Buffer }[]) {
  const folder = await mkdtemp(join(tmpdir(), 'hikyaku-record-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'segment.log');
  let end = 0;
  const records = mails.map(({ headLength, cipher }) => {
    const record = laidRecord(headLength, cipher, end);
    end += record.bytes.length;
    return record;
  });
  await writeFile(path, Buffer.concat(records.map(({ bytes }) => bytes)));
  const file = await open(path, 'r+');
  t.after(() => file.close());
  return { path, fd: file.fd, records };
}

test('a record is erased from the place of its ciphertext, however long its head, and its neighbours stay', async (t) => {
  // Around what is read before a ciphertext in one go, its header included.
  const heads = [4, 100, 4067, 4072, 4073, 4096, 4097, 30_000, 50];
  const mails = heads.map((headLength) => ({ headLength, cipher: Buffer.alloc(headLength % 7, 0xc1) }));
  const { path, fd, records } = await laidFile(t, mails);
  const kinds: string[] = heads.map(() => 'small');
  for (const [index, { offset, length }] of records.entries()) {
    await eraseRecords(fd, [{ offset, length }]);
    kinds[index] = 'erased';
    const { records: found, damages } = scanRecords(await readFile(path));
    assert.deepEqual([found.map(({ kind }) => kind), damages], [kinds, []], `a head of ${heads[index]} bytes`);
  }
});

test('records are erased together by few looks, and of nobody’s bytes between them one is written', async (t) => {
  const sizes = [300, 700, 20, 5_000, 40_000, 90_000, 60];
  const mails = sizes.map((size, index) => ({ headLength: 200 + 900 * index, cipher: randomBytes(size) }));
  const { path, fd, records } = await laidFile(t, mails);
  // Not in order, neighbours and single ones, one twice, and a place where no record's ciphertext is.
  const chosen = [6, 0, 1, 1, 3, 5].map((index) => records[index]!);
  await eraseRecords(fd, [...chosen, { offset: records[2]!.offset + 1, length: 20 }]);
  const after = await readFile(path);
  const { records: found, damages } = scanRecords(after);
  const kinds = ['erased', 'erased', 'small', 'erased', 'small', 'erased', 'erased'];
  assert.deepEqual([found.map(({ kind }) => kind), damages], [kinds, []]);
  for (const [index, { bytes, start, offset, length }] of records.entries()) {
    if (kinds[index] === 'small') assert.deepEqual(after.subarray(start, offset + length), bytes);
    else assert.ok(after.subarray(offset, offset + length).every((byte) => byte === 0));
  }
});

test('a record of a version or a kind that is not known is none, however right its sum', () => {
  const KIND_AT = 5;
  const VERSION_AT = 4;
  const sumAnew = (bytes: Buffer): Buffer => {
    bytes.writeUInt32BE(crc32(bytes.subarray(24), crc32(bytes.subarray(0, 20))), 20);
    return bytes;
  };
  const whole = record('a', randomBytes(100));
  assert.equal(scanRecords(sumAnew(Buffer.from(whole))).records.length, 1);
  for (const [at, values] of [
    [VERSION_AT, [0, whole[VERSION_AT]! + 1, 255]],
    [KIND_AT, [0, 200]],
  ] as const)
    for (const value of values) {
      const other = Buffer.from(whole);
      other[at] = value;
      const { records, damages } = scanRecords(Buffer.concat([sumAnew(other), whole]));
      assert.equal(records.length, 1, `${at}: ${value}`);
      assert.deepEqual(damages, [{ offset: 0, length: whole.length }]);
    }
});

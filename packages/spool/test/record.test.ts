import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { cipherOf, encodeRecord, finishRecord, metaOf, scanRecords } from '../src/journal/record.ts';
import { metaFor } from './journal-harness.ts';

function record(messageId: string, cipher: Buffer, subject = 'subject'): Buffer {
  const meta = { ...metaFor(messageId, cipher.length), subject };
  const bytes = encodeRecord('small', meta, [cipher.subarray(0, 1), cipher.subarray(1)], cipher.length);
  finishRecord(bytes, 4711);
  return bytes;
}

test('a record gives back its meta and its ciphertext', () => {
  const cipher = randomBytes(5000);
  const large = encodeRecord('large', metaFor('b', 9), [], 3_000_000);
  finishRecord(large, 0);
  const { records, damages } = scanRecords(Buffer.concat([record('a', cipher, '動体検知 \u0000\ud800'), large]), 100);
  assert.deepEqual(damages, []);
  assert.equal(metaOf(records[0]!.bytes).messageId, 'a');
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
          records.map(({ bytes }) => metaOf(bytes).messageId),
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

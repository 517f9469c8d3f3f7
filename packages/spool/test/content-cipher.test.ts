import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { cipherLengthOf, createContentEncryptor, decryptContent } from '../src/index.ts';
import { collect, only } from './journal-harness.ts';

const CHUNK = 64 * 1024;
const SEALED = CHUNK + 16;
const key: Buffer = randomBytes(32);

function encrypt(plain: Buffer, messageId = 'message', contentKey = key, cuts: number[] = []): Buffer {
  const encryptor = createContentEncryptor(contentKey, messageId);
  const out = split(plain, cuts).flatMap((piece) => encryptor.push(piece));
  return Buffer.concat([...out, ...encryptor.end()]);
}

function split(bytes: Buffer, cuts: number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

const decrypt = (cipher: Buffer, messageId = 'message', contentKey = key, cuts: number[] = []): Promise<Buffer> =>
  collect(decryptContent(contentKey, messageId, only(...split(cipher, cuts))));

const refuses = (cipher: Buffer, messageId?: string, contentKey?: Buffer): Promise<void> =>
  assert.rejects(decrypt(cipher, messageId, contentKey), { code: 'spool.content_damaged' });

/** Sizes around the borders of a chunk, where such code goes wrong. */
const anySize = fc.oneof(
  fc.nat(200),
  fc.tuple(fc.nat(3), fc.integer({ min: -2, max: 2 })).map(([chunks, more]) => Math.max(0, chunks * CHUNK + more)),
  fc.nat(4 * CHUNK),
);
const anyCuts = fc.array(fc.nat(), { maxLength: 12 });

test('any content comes back whatever pieces it went in and out by', () =>
  fc.assert(
    fc.asyncProperty(anySize, anyCuts, anyCuts, async (size, inCuts, outCuts) => {
      const plain = randomBytes(size);
      const cipher = encrypt(plain, 'message', key, inCuts);
      assert.equal(cipher.length, cipherLengthOf(size));
      assert.deepEqual(encrypt(plain).compare(cipher), 0);
      assert.equal((await decrypt(cipher, 'message', key, outCuts)).compare(plain), 0);
    }),
    { numRuns: 150 },
  ));

test('the encryptor keeps no reference to what it was given', async () => {
  const plain = randomBytes(100);
  const given = Buffer.from(plain);
  const encryptor = createContentEncryptor(key, 'message');
  const out = encryptor.push(given);
  given.fill(0);
  assert.deepEqual(await decrypt(Buffer.concat([...out, ...encryptor.end()])), plain);
});

test('a stream cut anywhere does not open', () =>
  fc.assert(
    fc.asyncProperty(anySize, fc.nat(), async (size, cut) => {
      const cipher = encrypt(randomBytes(size));
      await refuses(cipher.subarray(0, cut % cipher.length));
    }),
    { numRuns: 150 },
  ));

test('a stream cut exactly between two chunks does not open', async () => {
  const cipher = encrypt(randomBytes(3 * CHUNK));
  for (const chunks of [0, 1, 2]) await refuses(cipher.subarray(0, 1 + chunks * SEALED));
});

test('a stream with any bit flipped, or with bytes behind its end, does not open', () =>
  fc.assert(
    fc.asyncProperty(anySize, fc.nat(), fc.nat(7), async (size, place, bit) => {
      const cipher = encrypt(randomBytes(size));
      const forged = Buffer.from(cipher);
      forged[place % cipher.length]! ^= 1 << bit;
      await refuses(forged);
      await refuses(Buffer.concat([cipher, Buffer.of(bit)]));
    }),
    { numRuns: 150 },
  ));

test('chunks swapped, doubled, dropped or joined from two streams do not open', async () => {
  const cipher = encrypt(randomBytes(3 * CHUNK + 10));
  const version = cipher.subarray(0, 1);
  const chunks = [0, 1, 2].map((index) => cipher.subarray(1 + index * SEALED, 1 + (index + 1) * SEALED));
  const last = cipher.subarray(1 + 3 * SEALED);
  const [a, b, c] = chunks as [Buffer, Buffer, Buffer];
  for (const order of [
    [b, a, c, last],
    [a, c, b, last],
    [a, a, b, c, last],
    [a, b, last],
    [b, c, last],
    [a, b, c, last, last],
    [last],
  ]) {
    await refuses(Buffer.concat([version, ...order]));
  }
  assert.equal((await decrypt(Buffer.concat([version, a, b, c, last]))).length, 3 * CHUNK + 10);
});

test('a stream opens for no other message and no other key', async () => {
  const cipher = encrypt(randomBytes(100_000));
  await refuses(cipher, 'another');
  await refuses(cipher, 'message', randomBytes(32));
  const other = encrypt(randomBytes(100_000), 'another');
  await refuses(Buffer.concat([cipher.subarray(0, 1 + SEALED), other.subarray(1 + SEALED)]));
});

test('no plain byte is given out before its chunk has been checked', async () => {
  const forged = encrypt(randomBytes(2 * CHUNK));
  forged[1 + SEALED + 5]! ^= 1;
  let given = 0;
  await assert.rejects(
    async () => {
      for await (const piece of decryptContent(key, 'message', only(forged))) given += piece.length;
    },
    { code: 'spool.content_damaged' },
  );
  assert.equal(given, CHUNK);
});

test('an error of the source stays that error', async () => {
  const source = (async function* () {
    yield encrypt(randomBytes(10)).subarray(0, 5);
    throw new Error('disk');
  })();
  await assert.rejects(collect(decryptContent(key, 'message', source)), { message: 'disk' });
});

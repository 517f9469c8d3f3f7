import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createBlockPool } from '../src/block-pool.ts';
import { createContentEncryptor, decryptContent } from '../src/index.ts';
import { only } from './journal-harness.ts';

test('a block that was given back comes again, empty; more than the limit are dropped', () => {
  const pool = createBlockPool(8, 1);
  const [one, two] = [pool.take(), pool.take()];
  one.fill(1);
  two.fill(2);
  pool.giveBack(one);
  pool.giveBack(two);
  assert.equal(pool.take(), one);
  assert.ok(one.every((byte) => byte === 0));
  assert.notEqual(pool.take(), two);
});

test('mails that are encrypted and opened at the same time, over blocks used before, do not mix', async () => {
  for (let round = 0; round < 3; round++) {
    const mails = Array.from({ length: 40 }, (_, index) => ({ id: `mail-${index}`, plain: randomBytes(150_000) }));
    const key = randomBytes(32);
    const writers = mails.map(({ id }) => ({ encryptor: createContentEncryptor(key, id), out: [] as Buffer[] }));
    for (let at = 0; at < 150_000; at += 16_384) {
      for (const [index, { encryptor, out }] of writers.entries()) {
        out.push(...encryptor.push(mails[index]!.plain.subarray(at, at + 16_384)));
      }
    }
    for (const { encryptor, out } of writers) out.push(...encryptor.end());
    const readers = mails.map(({ id }, index) =>
      decryptContent(key, id, only(...writers[index]!.out))[Symbol.asyncIterator](),
    );
    const opened = mails.map((): Buffer[] => []);
    for (let isDone = false; !isDone; ) {
      isDone = true;
      for (const [index, reader] of readers.entries()) {
        const { value, done } = await reader.next();
        if (!done) {
          opened[index]!.push(value);
          isDone = false;
        }
      }
    }
    for (const [index, { plain }] of mails.entries()) assert.ok(Buffer.concat(opened[index]!).equals(plain));
  }
});

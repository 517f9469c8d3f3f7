import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createSliceReader } from '../src/store/slice-reader.ts';
import { collect, temporaryFolder } from './journal-harness.ts';

const KB = 1024;

async function objectOf(t: TestContext, sizeBytes: number, name = 'a.log') {
  const dir = await temporaryFolder(t);
  const bytes = randomBytes(sizeBytes);
  await writeFile(join(dir, name), bytes);
  let nowMs = 0;
  const reader = createSliceReader(
    (object) => join(dir, object),
    () => nowMs,
  );
  const read = (offset: number, length: number, object = name) => collect(reader.read(object, offset, length));
  return {
    dir,
    bytes,
    reader,
    read,
    wait: (ms: number) => {
      nowMs += ms;
    },
  };
}

test('any slice of an object comes as it is there, in whatever order and whatever was read before', async (t) => {
  const { bytes, read } = await objectOf(t, 300 * KB);
  const edges = [0, 1, 31 * KB, 32 * KB - 1, 32 * KB, 32 * KB + 1, 100 * KB, 299 * KB];
  const slices = edges.flatMap((offset) =>
    [1, 2000, 32 * KB - 1, 32 * KB, 200 * KB].map((length) => ({
      offset,
      length: Math.min(length, 300 * KB - offset),
    })),
  );
  for (const { offset, length } of [...slices, ...slices.toReversed()]) {
    assert.deepEqual(await read(offset, length), bytes.subarray(offset, offset + length), `${offset}, ${length}`);
  }
  const together = await Promise.all(slices.map(({ offset, length }) => read(offset, length)));
  for (const [index, { offset, length }] of slices.entries()) {
    assert.deepEqual(together[index], bytes.subarray(offset, offset + length));
  }
});

test('mails that lie together are read from the disk once, for a moment', async (t) => {
  const { dir, bytes, reader, read, wait } = await objectOf(t, 20 * KB);
  await read(0, 2000);
  await rename(join(dir, 'a.log'), join(dir, 'away'));
  assert.deepEqual(await read(2100, 2000), bytes.subarray(2100, 4100));
  wait(3_000);
  await assert.rejects(read(4200, 2000), { code: 'spool.content_missing' });
  await rename(join(dir, 'away'), join(dir, 'a.log'));
  await read(4200, 2000);
  await unlink(join(dir, 'a.log'));
  reader.forget('a.log');
  await assert.rejects(read(6300, 2000), { code: 'spool.content_missing' });
});

test('an object that cannot be read is asked for again, and one that is too short is damaged', async (t) => {
  const { dir, bytes, read } = await objectOf(t, 5 * KB);
  await assert.rejects(read(0, 100, 'b.log'), { code: 'spool.content_missing' });
  await writeFile(join(dir, 'b.log'), bytes);
  assert.deepEqual(await read(0, 100, 'b.log'), bytes.subarray(0, 100));
  await assert.rejects(read(4 * KB, 2 * KB), { code: 'spool.content_damaged' });
});

test('of so many objects that are read by turns the last 32 are kept, a megabyte of them', async (t) => {
  const { dir, bytes, read } = await objectOf(t, 8 * KB);
  const names = Array.from({ length: 40 }, (_, index) => `o${index}.log`);
  for (const name of names) await writeFile(join(dir, name), bytes);
  for (const name of names) await read(0, 1000, name);
  for (const name of names) await unlink(join(dir, name));
  const kept: string[] = [];
  // One that is not there takes the place of another.
  for (const name of names.toReversed()) {
    const slice = await read(1000, 1000, name).catch((error) => {
      assert.equal(error.code, 'spool.content_missing');
      return null;
    });
    if (slice) kept.push(name);
  }
  assert.deepEqual(kept, names.slice(-32).toReversed());
});

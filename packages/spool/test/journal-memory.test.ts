import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { accept, assertWhole, journalFor, temporaryFolder } from './journal-harness.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

test('thousands of waiting mails hold neither bodies nor their meta in memory, and come in order', async (t) => {
  const dir = await temporaryFolder(t);
  const journal = await journalFor(t, dir, { limits: { loadedEntries: 500 } });
  const usedBytes = async (): Promise<number> => {
    // Buffers are given back by finalizers, which run between two collections.
    for (let round = 0; round < 3; round++) {
      collectGarbage();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const size = 3000;
  const acceptMany = async (from: number, count: number): Promise<void> => {
    for (let start = from; start < from + count; start += 250) {
      await Promise.all(Array.from({ length: 250 }, (_, index) => accept(journal, `m${start + index}`, size)));
    }
  };
  await acceptMany(0, 2000);
  const before = await usedBytes();
  await acceptMany(2000, 18_000);
  const grown = (await usedBytes()) - before;
  assert.equal(journal.stats().entries, 20_000);
  assert.ok(grown < 3_000_000, `memory grew by ${grown} bytes over 18,000 mails of ${size} bytes`);

  let expected = 0;
  while (expected < 20_000) {
    const entries = await journal.take(200);
    // Putting back must not change the order either.
    if (expected % 1000 === 0) {
      journal.putBack(entries);
      entries.splice(0, entries.length, ...(await journal.take(200)));
    }
    for (const entry of entries) assert.equal(entry.meta.messageId, `m${expected++}`);
    await assertWhole(entries[0]!);
    await Promise.all(entries.map((entry) => journal.done(entry)));
  }
  assert.equal(journal.stats().entries, 0);
});

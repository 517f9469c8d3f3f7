import assert from 'node:assert/strict';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Quarantine } from '../src/journal/quarantine.ts';
import { temporaryFolder } from './journal-harness.ts';

const HOUR_MS = 3_600_000;
const KEPT_MS = 72 * HOUR_MS;

test('what was moved aside is kept for three days that were seen: not for those of a jump of the clock or of an edge that was off, nor for the years of a clock that was ahead', async (t) => {
  const folder = join(await temporaryFolder(t), 'quarantine');
  await mkdir(folder);
  let now = Date.now();
  const open = () => Quarantine.open(folder, () => now);
  const look = async (quarantine: Quarantine, hours: number): Promise<string[]> => {
    now += hours * HOUR_MS;
    return quarantine.prune(KEPT_MS, HOUR_MS);
  };
  const path = join(folder, 'mail.log');
  await writeFile(path, 'a mail');
  await utimes(path, now / 1000, now / 1000);
  // Nobody has looked yet.
  const first = await open();
  assert.deepEqual(await look(first, 0), []);
  assert.deepEqual(await look(first, 1), []);
  assert.deepEqual(await look(first, 24 * 365), [], 'a clock that jumps by a year');
  assert.deepEqual(await look(await open(), 24 * 4), [], 'an edge that was off');
  assert.deepEqual(await look(first, -24 * 369), [], 'a clock that is set back');
  for (let hour = 0; hour < 71; hour++) assert.deepEqual(await look(first, 1), [], `${hour} hours`);
  assert.deepEqual([...(await look(first, 1)), ...(await look(first, 1))], ['mail.log']);
  assert.deepEqual(await readdir(folder), []);
});

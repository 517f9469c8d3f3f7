import assert from 'node:assert/strict';
import { HOSTILE_TEXTS } from './hostile-texts.ts';

const KB = 1024;
/** Half-way between linear (4) and quadratic (16) over the two doublings. Linear code takes up to 2.7 times as much for twice the text where memory is all that it does: a limit of 2.2 is not to be told from that. */
const MOST_GROWTH = 8;
/** Cheaper than that at the larger size a text is no danger, whatever its growth, and a clock measures little but itself. */
const CHEAP_MS = 2;
/** The system counts CPU time in ticks of up to 4 ms. */
const LONG_MS = 60;
const TRIES = 7;
/** CPU of a round of `slowness` on a quiet machine of two cores, and rounds, for the ticks. */
const REFERENCE_MS = 25;
const REFERENCE_ROUNDS = 3;

type Read = (text: string) => unknown;
type Text = [shape: string, small: string, large: string, make: (size: number) => string];
let texts: Text[] | undefined;

/**
 * No hostile text costs the reader over `limitMs` of CPU per 64 KB, at 64 and 256 KB, nor does its cost grow as a square does. The clock finds
 * what may be too much; that is measured by CPU time. Of several measurements the least counts: what else the machine does only adds to it.
 * @throws AssertionError naming the text
 */
export async function assertLinear(read: Read, limitMs: number): Promise<void> {
  texts ??= HOSTILE_TEXTS.map(([shape, make]): Text => [shape, make(64 * KB), make(256 * KB), make]);
  // A reader that is not compiled yet is slow with the first, small text, and would hide its growth.
  for (const [, make] of HOSTILE_TEXTS) await read(make(4 * KB));
  for (const [shape, small, large, make] of texts) {
    const first = await least(limitMs, () => clockMs(read, small));
    const enough = Math.min(4 * limitMs, Math.max(CHEAP_MS, MOST_GROWTH * first));
    const fourth = await least(enough, () => clockMs(read, large));
    if (first > limitMs) await assertCheap(read, small, limitMs, `${shape}, 64 KB`);
    if (fourth > 4 * limitMs) await assertCheap(read, large, 4 * limitMs, `${shape}, 256 KB`);
    if (fourth > Math.max(CHEAP_MS, first * MOST_GROWTH))
      await assertGrowth(read, small, large, make(1024 * KB), shape);
  }
}

/** Measured between two runs of a fixed piece of work: what shares this core makes everything dearer, and both alike. */
async function assertCheap(read: Read, text: string, limitMs: number, what: string): Promise<void> {
  const cost = await least(limitMs, async () => {
    const before = slowness();
    const ms = await cpuMs(read, text);
    return ms / Math.max(1, (before + slowness()) / 2);
  });
  assert.ok(cost <= limitMs, `${what}: ${cost} ms of CPU`);
}

/** A step (a limit that the smaller text keeps to) and what does not fit into a cache happen once; growth goes on when the text grows on. */
async function assertGrowth(read: Read, small: string, large: string, largest: string, shape: string): Promise<void> {
  const growth = await least(MOST_GROWTH, () => growthOf(read, small, large));
  if (growth <= MOST_GROWTH) return;
  const further = await least(MOST_GROWTH, () => growthOf(read, large, largest));
  const text = `${shape}: 256 KB cost ${growth} times as much as 64 KB, and 1 MB ${further} times as much as 256 KB`;
  assert.ok(further <= MOST_GROWTH, text);
}

async function growthOf(read: Read, text: string, fourTimes: string): Promise<number> {
  const cost = await cpuMs(read, fourTimes);
  return cost <= CHEAP_MS ? 1 : cost / (await cpuMs(read, text));
}

async function clockMs(read: Read, text: string): Promise<number> {
  const begun = performance.now();
  await read(text);
  return performance.now() - begun;
}

/** CPU time of one reading: the mean of as many as it takes to measure it. */
async function cpuMs(read: Read, text: string): Promise<number> {
  const before = process.cpuUsage();
  for (let runs = 1; ; runs++) {
    await read(text);
    const { user, system } = process.cpuUsage(before);
    const spent = (user + system) / 1000;
    if (spent >= LONG_MS) return spent / runs;
  }
}

/** The least of some measurements; the first that is not over `enough` will do. */
async function least(enough: number, measure: () => Promise<number>): Promise<number> {
  let found = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES && found > enough; tries++) found = Math.min(found, await measure());
  return found;
}

/** What a fixed piece of work takes on this machine now, against a quiet one of two cores: other tests run beside this one. */
function slowness(): number {
  const before = process.cpuUsage();
  for (let round = 0; round < REFERENCE_ROUNDS; round++) {
    let text = '';
    for (let n = 0; n < 40_000; n++) text += String.fromCharCode(97 + (n % 26));
    for (let n = 0; n < 20; n++) text.replace(/[aeiou]+/g, (found) => found.toUpperCase());
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (REFERENCE_ROUNDS * REFERENCE_MS);
}

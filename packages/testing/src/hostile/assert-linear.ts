import assert from 'node:assert/strict';
import { HOSTILE_TEXTS } from './hostile-texts.ts';

const KB = 1024;
/** CPU of `slowness` on a quiet machine of two cores. */
const REFERENCE_MS = 25;

type Read = (text: string) => unknown;

/**
 * No hostile text costs the reader over `limitMs` of CPU per 64 KB, nor over 2.2 times as much when it doubles.
 * @throws AssertionError naming the text
 */
export async function assertLinear(read: Read, limitMs: number): Promise<void> {
  for (const [shape, make] of HOSTILE_TEXTS) {
    const small = make(64 * KB);
    const large = make(256 * KB);
    let first = await cpuMs(read, small);
    let fourth = await cpuMs(read, large);
    if (first <= limitMs && fourth <= 4 * limitMs) continue;
    // Under load the best of many runs tells what the work itself costs.
    for (let warm = 0; warm < 5; warm++) slowness();
    const slow = Math.max(slowness(), slowness());
    if (first > limitMs * slow) first = await leastMs(read, small, 25);
    if (fourth > 4 * limitMs * slow) fourth = await leastMs(read, large, 25);
    assert.ok(first <= limitMs * slow, `${shape}: ${first} ms for 64 KB, machine ${slow} times slower`);
    assert.ok(
      fourth <= Math.max(4 * limitMs * slow, first * 2.2 ** 2),
      `${shape}: ${fourth} ms for 256 KB, ${first} for 64 KB`,
    );
  }
}

async function cpuMs(read: Read, text: string): Promise<number> {
  const before = process.cpuUsage();
  await read(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The best of some runs: what the work costs, without what else the machine does. */
async function leastMs(read: Read, text: string, runs: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) least = Math.min(least, await cpuMs(read, text));
  return least;
}

/** What a fixed piece of work takes on this machine now, against a quiet one of two cores: other tests run beside this one. */
function slowness(): number {
  const before = process.cpuUsage();
  let text = '';
  for (let n = 0; n < 40_000; n++) text += String.fromCharCode(97 + (n % 26));
  for (let n = 0; n < 20; n++) text.replace(/[aeiou]+/g, (found) => found.toUpperCase());
  const { user, system } = process.cpuUsage(before);
  return Math.max(1, (user + system) / 1000 / REFERENCE_MS);
}

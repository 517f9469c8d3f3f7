import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

/** What devices do, by number, as the commands' comments and the tests' names give it: connection and TLS, hello, AUTH, envelope, data. */
const CASES = { T: 9, H: 17, A: 10, E: 11, D: 7 };
const TESTS = join(import.meta.dirname, '../../apps/edge/test');

test('every numbered case of what devices do is named by a test on the wire', () => {
  const named = new Set<string>();
  for (const file of readdirSync(TESTS).filter((name) => name.endsWith('.int.test.ts'))) {
    const titles = readFileSync(join(TESTS, file), 'utf8').matchAll(/\btest\(\s*['`]([^\n]*?): /g);
    for (const [, title] of titles) {
      for (const [, letter, first, last] of title!.matchAll(/\b([THAED])(\d+)(?:–[THAED](\d+))?/g))
        for (let number = Number(first); number <= Number(last ?? first); number++) named.add(`${letter}${number}`);
    }
  }
  const all = Object.entries(CASES).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
  );
  assert.deepEqual(
    all.filter((number) => !named.has(number)),
    [],
  );
});

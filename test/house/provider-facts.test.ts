import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** `- A fact: `a file`, “the name of a test in it”` */
const FACT = /^- .+: `([\w./-]+)`, “(.+)”$/;
/** What stands before a test's name, itself or in a table. */
const BEFORE = ['test(', 'say(', 'name: '].flatMap((word) => ["'", '`', '"'].map((quote) => `${word}${quote}`));

test('every fact of the providers is held by a test that is there under its name', () => {
  const lines = read('docs/provider-facts.md')
    .split('\n')
    .filter((line) => line.startsWith('- '));
  assert.ok(lines.length > 100, `only ${lines.length} facts`);
  const missing = lines.filter((line) => {
    const [, file, name] = FACT.exec(line) ?? [];
    if (file === undefined) return true;
    const text = read(file).replace(/\btest\(\s+/g, 'test(');
    return !BEFORE.some((before) => text.includes(`${before}${name}${before.at(-1)}`));
  });
  assert.deepEqual(missing, []);
});

test('every numbered case of odd mail stands among the facts', () => {
  const text = read('docs/provider-facts.md');
  const cases = Array.from({ length: 18 }, (_, index) => `M${index + 1}`);
  assert.deepEqual(
    cases.filter((number) => !text.includes(`\n- ${number}, `)),
    [],
  );
});

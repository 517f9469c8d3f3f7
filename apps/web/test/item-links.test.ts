import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const SOURCE = join(import.meta.dirname, '../src');

test('no link to one of many things is fetched ahead: a list would ask for each that comes into sight', () => {
  const ahead = globSync('**/*.tsx', { cwd: SOURCE }).flatMap((path) =>
    [...readFileSync(join(SOURCE, path), 'utf8').matchAll(/<(Link|ItemLink)\s+href=\{`[^`]*\/\$\{[^`]*`\}/g)].map(
      ([, name]) => ({ path, name }),
    ),
  );
  assert.ok(ahead.length > 8, 'the sources were read');
  assert.deepEqual(
    ahead.filter(({ name }) => name === 'Link'),
    [],
  );
});

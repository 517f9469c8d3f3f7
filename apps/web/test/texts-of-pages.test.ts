import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

const APP = join(import.meta.dirname, '../src/app');
const SIGNED_OUT = join(APP, '(signed-out)');
const TEXTS_OF = join(import.meta.dirname, '../src/i18n/texts-of.ts');

/** A file and all that it imports of ours, also what is fetched later. */
function reached(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+\.tsx?)'/g)) {
    const next = join(dirname(file), path);
    if (existsSync(next)) reached(next, seen);
  }
  return seen;
}

const wordsIn = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].flatMap(([, names = '']) => [...names.matchAll(/'(\w+)'/g)].map(([, name = '']) => name));
/** What the browser asks a catalogue for; pages' titles are the server's. */
const askedBy = (file: string): string[] =>
  [...reached(file)].flatMap((one) => wordsIn(readFileSync(one, 'utf8'), /useTranslations\(('\w+')\)/g));
const givenBy = (file: string): string[] => wordsIn(readFileSync(file, 'utf8'), /textsOf\(([^)]*)\)/g);

const frame = wordsIn(readFileSync(TEXTS_OF, 'utf8'), /FRAME: readonly Feature\[\] = \[([^\]]*)\]/g);
const pages = globSync('*/page.tsx', { cwd: SIGNED_OUT }).map((path) => join(SIGNED_OUT, path));
const layout = join(SIGNED_OUT, 'layout.tsx');

test('the frame, and every page before signing in, is given the texts of all that it can show', () => {
  assert.ok(pages.length > 7 && frame.length > 0, 'the sources were read');
  const atRoot = globSync('*.tsx', { cwd: APP }).map((path) => join(APP, path));
  const own = (file: string): string[] => [
    ...frame,
    ...(atRoot.includes(file) ? [] : givenBy(layout)),
    ...givenBy(file),
  ];
  const missing = [...atRoot, layout, ...pages].flatMap((file) =>
    askedBy(file)
      .filter((feature) => !own(file).includes(feature))
      .map((feature) => `${feature} in ${relative(APP, file)}`),
  );
  assert.deepEqual(missing, []);
});

test('no page before signing in is given texts that none of them shows', () => {
  const asked = new Set([layout, ...pages].flatMap(askedBy));
  const given = new Set([layout, ...pages].flatMap(givenBy));
  assert.deepEqual([...given].sort(), [...asked].filter((feature) => !frame.includes(feature)).sort());
});

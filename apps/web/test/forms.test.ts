import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../../..');

test('no form is the browser’s to send: each is the design system’s, which keeps a press that comes before the scripts', () => {
  const files = globSync('{apps/web,packages/ui}/src/**/*.tsx', { cwd: root });
  assert.ok(files.length > 100);
  const own = files.filter((file) => /<form\b/.test(readFileSync(join(root, file), 'utf8')));
  assert.deepEqual(own, ['packages/ui/src/form.tsx']);
});

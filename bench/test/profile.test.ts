import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { readProfile } from '../src/report/profile.ts';

const folder = mkdtempSync(join(tmpdir(), 'hikyaku-profile-'));
after(() => rmSync(folder, { recursive: true }));

test('time in a program of one file counts for the module that it was written in', () => {
  mkdirSync(join(folder, 'dist'));
  const program = join(folder, 'dist/main.mjs');
  const lines = [
    '// node_modules/pg/lib/client.js',
    'function query() {}',
    '// packages/db/src/claim.ts',
    'function claim() { query(); }',
    '  // packages/db/src/no-module.ts is only named here',
    'function other() {}',
  ];
  writeFileSync(program, lines.join('\n'));
  const url = pathToFileURL(program).href;
  const frame = (functionName: string, lineNumber: number) => ({ callFrame: { functionName, url, lineNumber } });
  const measured = {
    nodes: [
      { id: 1, callFrame: { functionName: '(root)', url: '', lineNumber: -1 }, children: [2, 4, 5] },
      { id: 2, ...frame('claim', 3), children: [3] },
      { id: 3, ...frame('query', 1) },
      { id: 4, ...frame('other', 5) },
      { id: 5, callFrame: { functionName: '(idle)', url: '', lineNumber: -1 } },
    ],
    samples: [2, 3, 4, 5],
    timeDeltas: [100, 300, 100, 600],
  };
  assert.deepEqual(readProfile(measured), {
    packages: [
      { name: 'pg', share: 0.6 },
      { name: 'packages/db', share: 0.4 },
    ],
    functions: [
      { name: 'claim (db/claim.ts)', share: 0.8 },
      { name: 'other (db/claim.ts)', share: 0.2 },
    ],
  });
});

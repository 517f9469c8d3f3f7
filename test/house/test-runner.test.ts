import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const root = new URL('../..', import.meta.url).pathname;
// By its address: scripts are plain JavaScript without types.
const { SLOW_FILES }: { SLOW_FILES: Record<string, number> } = await import(join(root, 'scripts/test/slow-files.mjs'));
const folder = mkdtempSync(join(tmpdir(), 'hikyaku-runner-'));
after(() => rmSync(folder, { recursive: true }));

/** Runs one test file as `npm test` does. */
function run(source: string): { counts: unknown; output: string } {
  const file = join(folder, 'one.test.mjs');
  writeFileSync(file, `import { after, test } from 'node:test';\n${source}`);
  const call = `
    const { nodeTests } = await import('./scripts/test/node-tests.mjs');
    const counts = await nodeTests({ files: [${JSON.stringify(file)}], fileTimeoutMs: 2000 });
    console.log('\\n' + JSON.stringify(counts));`;
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const done = spawnSync(process.execPath, ['--input-type=module', '-e', call], { cwd: root, env, encoding: 'utf8' });
  return { counts: JSON.parse(done.stdout.trim().split('\n').at(-1)!), output: done.stdout + done.stderr };
}

test('a file that passes is counted', () => {
  assert.deepEqual(run(`test('good', () => {});`).counts, { passed: 1, failed: 0 });
});

test('a failed test and a skipped one are failures', () => {
  const source = `test('bad', () => { throw new Error('no'); }); test('left out', { skip: true }, () => {});`;
  assert.deepEqual(run(source).counts, { passed: 0, failed: 2 });
});

test('a file whose clean-up never ends is ended, and is a failure that says what was open', () => {
  const source = `setInterval(() => {}, 1000); after(() => new Promise(() => {})); test('good', () => {});`;
  const { counts, output } = run(source);
  assert.equal((counts as { failed: number }).failed, 1);
  assert.match(output, /one\.test\.mjs did not end within 2 s; still open: .*Timeout/);
});

test('every file that is to start first is there', () => {
  assert.deepEqual(
    Object.keys(SLOW_FILES).filter((name) => !existsSync(join(root, name))),
    [],
  );
});

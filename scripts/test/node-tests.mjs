// As a whole: an older Node, which has no `globSync`, reads this file too and calls nothing here.
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeBinary } from '../prepare.mjs';
import { root, show } from './command.mjs';
import { SLOW_FILES } from './slow-files.mjs';

/**
 * Runs test files by Node's own runner and counts. A run without a file, a skipped test and a todo are failures: nothing here skips itself.
 * `concurrency` is the number of files at once, `timeoutMs` the limit of a test, `fileTimeoutMs` that of a file with its clean-up.
 */
export async function nodeTests({
  files,
  exclude = [],
  concurrency = 2,
  timeoutMs = 120_000,
  fileTimeoutMs = 300_000,
}) {
  const found = files
    .flatMap((pattern) => fs.globSync(pattern, { cwd: root }))
    .filter((file) => !file.includes('node_modules') && !exclude.some((ending) => file.endsWith(ending)))
    .sort((a, b) => (SLOW_FILES[b] ?? 0) - (SLOW_FILES[a] ?? 0) || (a < b ? -1 : 1));
  if (found.length === 0) {
    console.error(`no test file matches ${files.join(' ')}`);
    return { passed: 0, failed: 1 };
  }
  const folder = fs.mkdtempSync(join(tmpdir(), 'hikyaku-tests-'));
  const countFile = join(folder, 'counts.json');
  const code = await show(
    nodeBinary(),
    ['scripts/test/run-files.mjs', String(concurrency), String(timeoutMs), ...found],
    { HIKYAKU_TEST_COUNTS: countFile, HIKYAKU_TEST_FILE_TIMEOUT_MS: String(fileTimeoutMs) },
  );
  try {
    const { passed, failed } = JSON.parse(fs.readFileSync(countFile, 'utf8'));
    return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
  } catch {
    return { passed: 0, failed: 1 };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

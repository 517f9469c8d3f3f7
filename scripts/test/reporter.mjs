// A line per file with what its tests measured (`t.diagnostic`), every failure whole, and the counts into HIKYAKU_TEST_COUNTS. Only leaves count: a
// test with subtests is no test of its own.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

/** The runner's own sums at the end of a file. */
const COUNTS = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /;
/** A chain of causes that is longer says nothing more. */
const MOST_CAUSES = 5;

export default async function* report(source) {
  // The runner hands out the events of one file after those of another, whatever runs at once; a test may be defined in a file that ours imports.
  let current = { passed: 0, failed: 0 };
  const sum = { passed: 0, failed: 0 };
  const failures = [];
  /** What the tests of the present file have measured. */
  const notes = [];
  const parents = new Set();
  for await (const { type, data } of source) {
    if (type === 'test:start' && data.nesting > 0) parents.add(`${data.file}#${data.nesting - 1}`);
    if (type === 'test:pass' || type === 'test:fail') {
      const isParent = parents.delete(`${data.file}#${data.nesting}`);
      const isLeft = data.skip !== undefined || data.todo !== undefined;
      if (isParent && type === 'test:pass') continue;
      if (isParent && data.details?.error?.failureType === 'subtestsFailed') continue;
      if (type === 'test:pass' && !isLeft) current.passed += 1;
      else {
        current.failed += 1;
        failures.push({ data, reason: isLeft ? 'was skipped, and nothing here may skip itself' : undefined });
      }
    }
    if (type === 'test:diagnostic' && data.file && !COUNTS.test(data.message)) notes.push(data.message);
    if (type === 'test:stderr') process.stderr.write(data.message);
    if (type === 'test:summary' && data.file) {
      const entry = current;
      current = { passed: 0, failed: 0 };
      const said = notes.splice(0).map((note) => `      ${note}\n`);
      sum.passed += entry.passed;
      sum.failed += entry.failed;
      yield `  ${entry.failed ? '✗' : '✓'} ${relative(process.cwd(), data.file)}  ${entry.passed} passed${entry.failed ? `, ${entry.failed} failed` : ''}  ${(data.duration_ms / 1000).toFixed(1)} s\n${said.join('')}`;
    }
  }
  for (const { data, reason } of failures) {
    const error = data.details?.error;
    yield `\n  ✗ ${data.name}  (${data.file ? relative(process.cwd(), data.file) : ''}:${data.line ?? ''})\n`;
    yield `${indent(reason ?? describe(error))}\n`;
  }
  const passed = sum.passed + current.passed;
  const failed = sum.failed + current.failed;
  if (process.env.HIKYAKU_TEST_COUNTS)
    writeFileSync(process.env.HIKYAKU_TEST_COUNTS, JSON.stringify({ passed, failed }));
  yield `  ${passed} passed, ${failed} failed\n`;
}

/** What a test threw, and what that was caused by. The runner's own wrapping says nothing. */
function describe(wrapping) {
  const lines = [];
  for (let error = wrapping?.cause ?? wrapping; error && lines.length < MOST_CAUSES; error = error.cause)
    lines.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return lines.join('\ncaused by: ') || 'failed';
}

const indent = (text) =>
  text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');

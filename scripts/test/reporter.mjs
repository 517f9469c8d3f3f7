// A line per file, every failure whole, and the counts into HIKYAKU_TEST_COUNTS. Only leaves count: a test with subtests is no test of its own.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

export default async function* report(source) {
  const files = new Map();
  const failures = [];
  const parents = new Set();
  const of = (file) => {
    const name = file ? relative(process.cwd(), file) : 'unknown file';
    if (!files.has(name)) files.set(name, { passed: 0, failed: 0, ms: 0 });
    return files.get(name);
  };
  for await (const { type, data } of source) {
    if (type === 'test:start' && data.nesting > 0) parents.add(`${data.file}#${data.nesting - 1}`);
    if (type === 'test:pass' || type === 'test:fail') {
      const isParent = parents.delete(`${data.file}#${data.nesting}`);
      const isLeft = data.skip !== undefined || data.todo !== undefined;
      if (isParent && type === 'test:pass') continue;
      if (isParent && data.details?.error?.failureType === 'subtestsFailed') continue;
      const entry = of(data.file);
      if (data.nesting === 0) entry.ms += data.details?.duration_ms ?? 0;
      if (type === 'test:pass' && !isLeft) entry.passed += 1;
      else {
        entry.failed += 1;
        failures.push({ data, reason: isLeft ? 'was skipped, and nothing here may skip itself' : undefined });
      }
    }
    if (type === 'test:stderr') process.stderr.write(data.message);
    if (type === 'test:summary' && data.file) {
      const entry = of(data.file);
      yield `  ${entry.failed ? '✗' : '✓'} ${relative(process.cwd(), data.file)}  ${entry.passed} passed${entry.failed ? `, ${entry.failed} failed` : ''}  ${(data.duration_ms / 1000).toFixed(1)} s\n`;
    }
  }
  for (const { data, reason } of failures) {
    const error = data.details?.error;
    const cause = error?.cause;
    yield `\n  ✗ ${data.name}  (${data.file ? relative(process.cwd(), data.file) : ''}:${data.line ?? ''})\n`;
    yield `${indent(reason ?? (cause instanceof Error ? (cause.stack ?? cause.message) : String(cause ?? error?.message ?? 'failed')))}\n`;
  }
  const all = [...files.values()];
  const passed = all.reduce((sum, entry) => sum + entry.passed, 0);
  const failed = all.reduce((sum, entry) => sum + entry.failed, 0);
  if (process.env.HIKYAKU_TEST_COUNTS)
    writeFileSync(process.env.HIKYAKU_TEST_COUNTS, JSON.stringify({ passed, failed }));
  yield `  ${passed} passed, ${failed} failed\n`;
}

const indent = (text) =>
  text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');

// `run-files.mjs CONCURRENCY TIMEOUT_MS FILE...`: runs test files in the order in which they are given (`node --test` sorts them by name), each in
// a process of its own, and ends with 1 when one failed.
import { run } from 'node:test';
import report from './reporter.mjs';

const [concurrency, timeout, ...files] = process.argv.slice(2);
const events = run({
  files,
  concurrency: Number(concurrency),
  timeout: Number(timeout),
  execArgv: ['--disable-warning=ExperimentalWarning', '--import=./scripts/test/file-deadline.mjs'],
});
events.on('test:fail', ({ todo }) => {
  if (todo === undefined || todo === false) process.exitCode = 1;
});
events.compose(report).pipe(process.stdout);

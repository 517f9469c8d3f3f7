// `run-files.mjs CONCURRENCY TIMEOUT_MS FILE...`: runs test files in the order in which they are given (`node --test` sorts them by name), each in
// a process of its own, and ends with 1 when one failed. A file that waits leaves the cores to others: while they are idle, up to twice as many run.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { run } from 'node:test';
import { watchProcessors } from './processor-use.mjs';
import report from './reporter.mjs';

/** Cores are idle where less of their time was used in the last look: half of one of two is free. A new file keeps a core busy for a second or two before it shows what it is. */
const IDLE_SHARE = 0.75;
const LOOK_MS = 2_000;

const [concurrency, timeout, ...waiting] = process.argv.slice(2);
const events = new PassThrough({ objectMode: true });
events.compose(report).pipe(process.stdout);

let running = 0;
const usedShare = watchProcessors();
const look = setInterval(() => {
  if (usedShare() < IDLE_SHARE && running < 2 * Number(concurrency)) startNext();
}, LOOK_MS);
for (let n = 0; n < Number(concurrency); n++) startNext();

async function startNext() {
  const file = waiting.shift();
  if (file === undefined) {
    if (running === 0) finish();
    return;
  }
  running += 1;
  const done = [];
  const tests = run({
    files: [file],
    timeout: Number(timeout),
    execArgv: ['--disable-warning=ExperimentalWarning', ...preloads(file)],
  });
  tests.on('test:fail', ({ todo }) => {
    if (todo === undefined || todo === false) process.exitCode = 1;
  });
  // The reporter reads one file's events after another's; what a file complains of is seen at once.
  tests.on('data', (event) => (event.type === 'test:stderr' ? events.write(event) : done.push(event)));
  await once(tests, 'end');
  for (const event of done) events.write(event);
  running -= 1;
  startNext();
}

function preloads(file) {
  const deadline = '--import=./scripts/test/file-deadline.mjs';
  const hasProperties = readFileSync(file, 'utf8').includes("from 'fast-check'");
  return hasProperties ? [deadline, '--import=./scripts/test/property-seed.mjs'] : [deadline];
}

function finish() {
  clearInterval(look);
  events.end();
}

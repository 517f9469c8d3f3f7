// Runs the parts of `npm test` and adds up; the last line and the exit code say how it went. Runs on the project's own Node.
import { join } from 'node:path';
import { prepare } from '../prepare.mjs';
import { memoryFolder } from './memory-folder.mjs';
import { chooseParts } from './parts.mjs';
import { watchProcessors } from './processor-use.mjs';

const parts = chooseParts(process.argv.slice(2));

const needs = (what) => parts.some((part) => part[what]);

const startedAt = Date.now() - Number(process.env.HIKYAKU_TEST_PREPARED_MS ?? 0);
const results = [];
try {
  await prepare({
    build: needs('needsBuild'),
    bundle: needs('needsBuild') || needs('needsPrograms'),
    tests: needs('needsPrograms'),
  });
} catch (error) {
  console.error(`\n${error.message}\n\n0 passed, 1 failed`);
  process.exit(1);
}
// Not for who runs one file by itself: it shall meet the sources as they are.
if (needs('needsBuild') || needs('needsPrograms')) process.env.HIKYAKU_TEST_PROGRAMS = 'built';
const preparedMs = Date.now() - startedAt;

const disk = process.env.TMPDIR;
const memory = memoryFolder();
// Hundreds of processes load the same files: what the first makes of one, the others take.
if (memory) process.env.NODE_COMPILE_CACHE = join(memory, 'compiled');

async function run(part) {
  const temporary = part.onDisk ? disk : (memory ?? disk);
  if (temporary === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = temporary;
  const partStartedAt = Date.now();
  const usedShare = watchProcessors();
  const { passed, failed } = await part.run();
  results.push({ name: part.name, passed, failed, ms: Date.now() - partStartedAt, used: usedShare() });
}

const title = ({ name, what }) => console.log(`\n── ${name}: ${what}`);
const beside = parts.filter((part) => part.beside);
for (const part of beside) title(part);
await Promise.all(beside.map(run));
for (const part of parts.filter((one) => !one.beside)) {
  title(part);
  await run(part);
}

const totalMs = Date.now() - startedAt;
const percent = (share) => `${String(Math.round(100 * share)).padStart(3)} %`;
const line = (name, ms, text) =>
  console.log(`  ${name.padEnd(12)} ${(ms / 1000).toFixed(1).padStart(7)} s ${percent(ms / totalMs)}  ${text}`);
console.log('\n── shares, and how busy the cores were');
line('prepare', preparedMs, '');
for (const { name, ms, passed, failed, used } of results)
  line(name, ms, `${percent(used)}  ${passed} passed${failed ? `, ${failed} FAILED` : ''}`);
line('all', totalMs, '');

const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);

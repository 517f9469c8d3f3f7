// `npm test`: installs what it needs and runs every check. Ends with one line `N passed, N failed`; the exit code says the same.
// `npm test -- unit types` runs only those parts. This file runs on the system's Node; the checks on the project's own.
import { spawn } from 'node:child_process';
import { nodeBinary, prepare } from './prepare.mjs';
import { chooseParts } from './test/parts.mjs';
import { installSystemPackages } from './test/system-packages.mjs';

const startedAt = Date.now();
try {
  // One waits for the network and the disk, the other for the cores.
  await Promise.all([installSystemPackages(chooseParts(process.argv.slice(2))), prepare({ build: false })]);
} catch (error) {
  console.error(`\n${error.message}\n\n0 passed, 1 failed`);
  process.exit(1);
}
const runner = spawn(nodeBinary(), [new URL('./test/run.mjs', import.meta.url).pathname, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, HIKYAKU_TEST_PREPARED_MS: String(Date.now() - startedAt) },
});
process.on('SIGINT', () => {});
runner.on('exit', (code) => process.exit(code ?? 1));

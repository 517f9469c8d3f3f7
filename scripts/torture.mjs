// `npm run torture`: three seeds on both queue backends, hundreds of kills and providers that misbehave; about a quarter of an hour. `npm run torture -- 7` runs
// that seed alone. `npm run torture -- --kill-edges [200] [seed]`: single processes of the edge are killed at random, that many times, while mail comes in and fifty
// connections a second are made. The short form is test/durability/torture.test.ts. This file runs on the system's Node; the rest on the project's own.
import { spawn } from 'node:child_process';
import { nodeBinary, prepare } from './prepare.mjs';
import { installSystemPackages } from './test/system-packages.mjs';

try {
  await installSystemPackages([{ packages: ['redis-server'] }]);
  await prepare({ build: true });
  process.env.HIKYAKU_TEST_PROGRAMS = 'built';
} catch (error) {
  console.error(`\n${error.message}`);
  process.exit(1);
}
const given = process.argv.slice(2);
const isEdges = given[0] === '--kill-edges';
const [file, args] = isEdges
  ? ['./test/edge-kill-runs.mjs', [given[1] ?? '200', given[2] ?? '1']]
  : ['./test/torture-runs.mjs', given];
const run = new URL(file, import.meta.url).pathname;
const runner = spawn(nodeBinary(), ['--disable-warning=ExperimentalWarning', run, ...args], { stdio: 'inherit' });
process.on('SIGINT', () => {});
runner.on('exit', (code) => process.exit(code ?? 1));

// `npm run bench`: installs what it needs and measures. `npm run bench -- accept --short` runs only that part, shortly. docs/performance.md says what
// each number means. This file runs on the system's Node; the rest on the project's own.
import { spawn } from 'node:child_process';
import { nodeBinary, prepare } from './prepare.mjs';
import { installSystemPackages } from './test/system-packages.mjs';

const PACKAGES = ['postfix', 'sasl2-bin', 'libsasl2-modules', 'redis-server', 'openssl', 'chromium', 'fonts-noto-cjk'];

try {
  await installSystemPackages([{ packages: PACKAGES }]);
  await prepare({ build: true });
} catch (error) {
  console.error(`\n${error.message}`);
  process.exit(1);
}
// What is measured are the programs that `npm start` runs.
process.env.HIKYAKU_TEST_PROGRAMS = 'built';
const bench = spawn(
  nodeBinary(),
  [
    '--disable-warning=ExperimentalWarning',
    new URL('../bench/src/main.ts', import.meta.url).pathname,
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
process.on('SIGINT', () => {});
bench.on('exit', (code) => process.exit(code ?? 1));

// `npm run test:long -- screens [name …]`: pictures of every page of the dashboard, in both languages, on a phone and at a desk, light and dark, with axe.
// `npm run test:long -- mails [count] [first seed]` and `npm run test:long -- corpus FOLDER`: mails before and after preparing, compared by three readers that
// nobody here wrote. `npm run test:long -- doors [minutes]`: random bytes at every door of the edge for ten minutes, its memory watched. `crowd [connections]`: ten thousand that say
// nothing. `steady [mails]`: two hundred thousand mails, the edge's memory printed as they go by. `npm run test:long -- bounces FOLDER`: non-delivery reports of a folder. `properties [rounds] [first seed]`: every property with fresh seeds. `instance YYYY-MM-DD`: what the present program leaves when it is killed, for the test of upgrades. The short form is packages/mail/test/oracle.test.ts. This file runs on the system's Node; the rest on the project's own.
import { spawn } from 'node:child_process';
import { nodeBinary, prepare } from './prepare.mjs';
import { installSystemPackages } from './test/system-packages.mjs';

const given = process.argv.slice(2);
const READERS = { packages: ['python3'], build: false };
/** Of the edge's memory: as it ships, since the sources alone take some tens of MB to be read. */
const AS_BUILT = { packages: [], build: false, bundle: true };
const RUNS = {
  screens: {
    program: '../test/browser/screens/take-screens.ts',
    args: given.slice(1),
    packages: ['chromium', 'fonts-noto-cjk'],
    build: true,
  },
  instance: {
    program: '../test/durability/instances/keep-instance.ts',
    args: given.slice(1),
    packages: [],
    build: true,
    bundle: true,
  },
  doors: { program: '../apps/edge/test/flood/long-run.ts', args: given.slice(1), ...AS_BUILT },
  crowd: { program: '../apps/edge/test/flood/crowd-run.ts', args: given.slice(1), ...AS_BUILT },
  steady: { program: '../apps/edge/test/flood/steady-run.ts', args: given.slice(1), ...AS_BUILT },
  properties: { program: './test/property-runs.mjs', args: given.slice(1), ...READERS },
  bounces: { program: '../packages/mail/test/bounces/corpus-run.ts', args: given.slice(1), ...READERS },
};
const { program, args, packages, build, bundle } = RUNS[given[0]] ?? {
  program: '../packages/mail/test/oracle/long-run.ts',
  args: given,
  ...READERS,
};
try {
  await installSystemPackages([{ packages }]);
  await prepare({ build, bundle });
  if (bundle) process.env.HIKYAKU_TEST_PROGRAMS = 'built';
} catch (error) {
  console.error(`\n${error.message}`);
  process.exit(1);
}
const file = new URL(program, import.meta.url).pathname;
const runner = spawn(nodeBinary(), ['--disable-warning=ExperimentalWarning', file, ...args], { stdio: 'inherit' });
process.on('SIGINT', () => {});
runner.on('exit', (code) => process.exit(code ?? 1));

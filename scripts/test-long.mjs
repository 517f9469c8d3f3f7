// `npm run test:long -- mails [count] [first seed]` and `npm run test:long -- corpus FOLDER`: mails before and after preparing, compared by three readers that
// nobody here wrote. `npm run test:long -- bounces FOLDER`: non-delivery reports of a folder. The short form is packages/mail/test/oracle.test.ts. This file runs on the system's Node; the rest on the project's own.
import { spawn } from 'node:child_process';
import { nodeBinary, prepare } from './prepare.mjs';
import { installSystemPackages } from './test/system-packages.mjs';

try {
  await installSystemPackages([{ packages: ['python3'] }]);
  await prepare({ build: false });
} catch (error) {
  console.error(`\n${error.message}`);
  process.exit(1);
}
const [what, ...rest] = process.argv.slice(2);
const run = what === 'bounces' ? 'bounces/corpus-run.ts' : 'oracle/long-run.ts';
const file = new URL(`../packages/mail/test/${run}`, import.meta.url).pathname;
const given = what === 'bounces' ? rest : process.argv.slice(2);
const runner = spawn(nodeBinary(), ['--disable-warning=ExperimentalWarning', file, ...given], {
  stdio: 'inherit',
});
process.on('SIGINT', () => {});
runner.on('exit', (code) => process.exit(code ?? 1));

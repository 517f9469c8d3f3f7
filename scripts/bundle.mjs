// Makes one file of each program, with all that it imports: a start takes a third of the CPU of reading two thousand modules one by one. Names
// are kept and each module's path stands above it, so that a stack trace can be read.
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;

/** Programs of a folder that run from its `dist`; files that they read by a path beside their own. */
const PROGRAMS = [
  { folder: 'packages/sandbox', entries: ['src/main.ts'], beside: ['src/pages/sandbox.css'] },
  { folder: 'apps/api', entries: ['src/main.ts'] },
  {
    folder: 'apps/worker',
    entries: ['src/main.ts', 'src/preparation/prepare-thread.ts', 'src/pictures/picture-program.ts'],
  },
  { folder: 'apps/edge', entries: ['src/main.ts', 'src/processes/serving-main.ts'] },
  { folder: 'apps/supervisor', entries: ['src/main.ts', 'src/certificates-main.ts'] },
];

/** Programs that tests start, beside those that they need. */
const TEST_PROGRAMS = [{ folder: 'apps/worker', entries: ['test/crash-worker.ts'], stamp: '.tests-built-from' }];

/** Commands of `scripts` that an image has: a folder as deep as a program's, since their sources find others by their place. */
const COMMANDS = [
  {
    folder: 'infra/commands',
    entries: ['db-migrate', 'db-sql', 'doctor', 'end-second-step', 'keys', 'recover', 'return-account'].map(
      (name) => `../../scripts/${name}.mjs`,
    ),
  },
];

/** Read from `node_modules` by programs: native, or loaded when first needed. */
export const NOT_BUNDLED = ['sharp', 'iconv-lite'];

/** CommonJS inside an ES module misses these. */
const BANNER = [
  `import { createRequire as createRequireHere } from 'node:module';`,
  'const require = createRequireHere(import.meta.url);',
  'const __filename = import.meta.filename;',
  'const __dirname = import.meta.dirname;',
].join('\n');

/** Files of older builds stay for a day: who runs from them may still import one that is needed seldom. */
const KEEP_MS = 24 * 3_600_000;
/** Beside a program: what it was built from. */
const STAMP = '.built-from';

/** What every program is built from: our sources, the generated client, the packages and this file; and what else is given. */
function inputsKey(...more) {
  const hash = createHash('sha256');
  const sources = globSync(['apps/*/src/**/*.{ts,css}', 'packages/*/src/**/*.{ts,css}', ...more], {
    cwd: root,
    // The dashboard's, which Next builds.
    exclude: ['apps/web/**', 'packages/ui/**'],
  }).sort();
  for (const file of ['package-lock.json', 'scripts/bundle.mjs', ...sources]) {
    hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/**
 * Builds what is not built from the present sources. Each file is put into its place whole, and entries last, so that whoever starts a program
 * meanwhile (a running relay whose worker ended) finds one that works. With `tests` those that tests start as well, with `commands` those of an image.
 * @throws when a program cannot be built
 */
export async function bundle({ tests = false, commands = false } = {}) {
  await bundleAll(PROGRAMS, inputsKey());
  if (tests) await bundleAll(TEST_PROGRAMS, inputsKey('apps/*/test/**/*.ts'));
  if (commands) await bundleAll(COMMANDS, inputsKey('scripts/*.mjs'));
}

async function bundleAll(programs, key) {
  const stampOf = ({ folder, stamp = STAMP }) => join(root, folder, 'dist', stamp);
  const isBuilt = (program) => existsSync(stampOf(program)) && readFileSync(stampOf(program), 'utf8') === key;
  const stale = programs.filter((program) => !isBuilt(program));
  if (stale.length === 0) return;
  const { build } = await import('esbuild');
  await Promise.all(
    stale.map(async ({ folder, entries, beside = [], stamp = STAMP }) => {
      const outdir = join(root, folder, 'dist');
      const { outputFiles } = await build({
        absWorkingDir: root,
        entryPoints: entries.map((entry) => join(folder, entry)),
        entryNames: '[name]',
        outdir,
        outExtension: { '.js': '.mjs' },
        bundle: true,
        write: false,
        external: NOT_BUNDLED,
        // What is imported only when it is needed stays a file of its own.
        splitting: true,
        platform: 'node',
        format: 'esm',
        target: 'node24',
        banner: { js: BANNER },
        legalComments: 'none',
        logLevel: 'warning',
      });
      mkdirSync(outdir, { recursive: true });
      const names = new Set(entries.map((entry) => basename(entry).replace(/\.ts$/, '.mjs')));
      const files = [
        ...outputFiles.map(({ path, contents }) => ({ name: basename(path), contents })),
        ...beside.map((file) => ({ name: basename(file), contents: readFileSync(join(root, folder, file)) })),
        { name: stamp, contents: key },
      ];
      const order = ({ name }) => (name === stamp ? 2 : names.has(name) ? 1 : 0);
      for (const file of files.toSorted((a, b) => order(a) - order(b))) put(outdir, file);
      // Beside them lie the programs that they start.
      if (stamp === STAMP) forgetOthers(outdir, new Set(files.map(({ name }) => name)));
    }),
  );
}

function put(folder, { name, contents }) {
  const temporary = join(folder, `.${name}.${process.pid}`);
  writeFileSync(temporary, contents);
  renameSync(temporary, join(folder, name));
}

function forgetOthers(folder, names) {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (!names.has(name) && Date.now() - statSync(file).mtimeMs > KEEP_MS) rmSync(file, { recursive: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  await bundle({ tests: process.argv.includes('tests'), commands: process.argv.includes('commands') });
}

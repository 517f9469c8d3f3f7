// Makes one file of each program, with all that it imports: a start takes a third of the CPU of reading two thousand modules one by one. Names
// are kept and each module's path stands above it, so that a stack trace can be read.
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

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
  { folder: 'apps/supervisor', entries: ['src/main.ts'] },
];

/** CommonJS inside an ES module misses these. */
const BANNER = [
  `import { createRequire as createRequireHere } from 'node:module';`,
  'const require = createRequireHere(import.meta.url);',
  'const __filename = import.meta.filename;',
  'const __dirname = import.meta.dirname;',
].join('\n');

/** @throws when a program cannot be built */
export async function bundle() {
  const { build } = await import('esbuild');
  await Promise.all(
    PROGRAMS.map(async ({ folder, entries, beside = [] }) => {
      const outdir = join(root, folder, 'dist');
      rmSync(outdir, { recursive: true, force: true });
      await build({
        absWorkingDir: root,
        entryPoints: entries.map((entry) => join(folder, entry)),
        entryNames: '[name]',
        outdir,
        outExtension: { '.js': '.mjs' },
        bundle: true,
        // Native: it finds its library beside itself.
        external: ['sharp'],
        // What is imported only when it is needed stays a file of its own.
        splitting: true,
        platform: 'node',
        format: 'esm',
        target: 'node24',
        banner: { js: BANNER },
        legalComments: 'none',
        logLevel: 'warning',
      });
      for (const file of beside) copyFileSync(join(root, folder, file), join(outdir, file.split('/').at(-1)));
    }),
  );
}

if (process.argv[1] === import.meta.filename) await bundle();

import { basename, join } from 'node:path';
import { readTestEnvironment } from '@hikyaku/config';

const root = join(import.meta.dirname, '../../..');

/** The file that runs as the process of `folder` (`apps/edge`): as `npm test` built it, or its source where one test file runs by itself. */
export const programOf = (folder: string): string => builtOr(folder, 'src/main');

/** The same of a program that a test brings itself: `test/crash-worker`. */
export const testProgramOf = (folder: string, name: string): string => builtOr(folder, `test/${name}`);

const builtOr = (folder: string, source: string): string =>
  join(root, folder, readTestEnvironment().arePrograms === 'built' ? `dist/${basename(source)}.mjs` : `${source}.ts`);

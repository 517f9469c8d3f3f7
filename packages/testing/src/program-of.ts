import { join } from 'node:path';
import { readTestEnvironment } from '@hikyaku/config';

const root = join(import.meta.dirname, '../../..');

/** The file that runs as the process of `folder` (`apps/edge`): as `npm test` built it, or its source where one test file runs by itself. */
export const programOf = (folder: string): string =>
  join(root, folder, readTestEnvironment().arePrograms === 'built' ? 'dist/main.mjs' : 'src/main.ts');

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/** As `mkdir -p` with mode 0700. Node's own recursive mkdir spins for ever where a file system answers ENOENT for a folder whose parent exists (/proc). */
export async function ensureFolder(path: string): Promise<void> {
  const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await ensureFolder(dirname(path));
    await mkdir(path, { mode: 0o700 }).catch((second) => {
      if (codeOf(second) !== 'EEXIST') throw second;
    });
  }
}

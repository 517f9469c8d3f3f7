import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Files of spool and journals, of each process's, that hold, or held, content. Empty once everything is delivered and cleared away. */
export function leftFiles(dataDir: string): string[] {
  return ['journal', 'spool'].flatMap((folder) => {
    const path = join(dataDir, folder);
    return namesBelow(path)
      .filter((name) => folder === 'spool' || /(^|\/)(segments|large|quarantine)\/./.test(name))
      .filter((name) => lstatSync(join(path, name), { throwIfNoEntry: false })?.isFile())
      .map((name) => join(folder, name));
  });
}

/** A folder of a process that is gone may go while it is looked at. */
function namesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return namesBelow(folder);
  }
}

import { readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where `npm start` keeps the master keys when no setting gives them. */
export const masterKeyFile = (dataDir: string): string => join(dataDir, 'master.key');

/** The keys of the file as text, the sealing one first; undefined when there is no file. */
export function readMasterKeyFile(dataDir: string): string[] | undefined {
  try {
    return readFileSync(masterKeyFile(dataDir), 'utf8')
      .split(/[\s,]+/)
      .filter(Boolean);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Replaces the file as a whole (0600): a crash leaves the old keys or the new ones, never none. */
export async function writeMasterKeyFile(dataDir: string, keys: string[]): Promise<void> {
  const path = masterKeyFile(dataDir);
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(`${keys.join('\n')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { type FileLock, lockFile, RelayError } from '@hikyaku/core';
import { ensureFolder } from './ensure-folder.ts';

/** A first start with initdb takes a second or two; recovery after a crash may take minutes. */
const WAIT_MS = 320_000;

/**
 * Runs `work` while no other live process of this machine does so with the same lock file.
 * @throws RelayError `db.unavailable` when the folder cannot be written or the owner does not finish.
 */
export async function withFileLock<T>(folder: string, file: string, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + WAIT_MS;
  let lock: FileLock | null;
  try {
    await ensureFolder(folder);
    for (lock = lockFile(file); !lock; lock = lockFile(file)) {
      if (Date.now() > deadline) throw new Error(`${file} is held by a process that does not finish`);
      await sleep(50);
    }
  } catch (error) {
    throw new RelayError('db.unavailable', {
      internal: `cannot use ${folder}: ${(error as Error).message}`,
      cause: error,
    });
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}

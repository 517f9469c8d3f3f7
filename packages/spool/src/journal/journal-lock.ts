import { join } from 'node:path';
import { type FileLock, lockFile, lockOwner, RelayError } from '@hikyaku/core';

/**
 * Makes this process the one owner of a folder. A lock whose process has ended (or whose pid now belongs to another process) is taken over.
 * Processes of another pid namespace cannot be seen: two containers must not share a journal (docs/adr/0001).
 * @throws RelayError `edge.journal_unavailable` naming the pid that holds it
 */
export function lockFolder(folder: string): FileLock {
  const file = join(folder, 'lock');
  const lock = lockFile(file);
  if (lock) return lock;
  const owner = lockOwner(file);
  throw new RelayError('edge.journal_unavailable', {
    internal: owner
      ? `${folder} is in use by process ${owner}; a journal has one owner`
      : `${folder} is claimed by several processes at once`,
  });
}

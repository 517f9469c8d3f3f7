import { readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lockFile } from '@hikyaku/core';
import { isEmpty, type JournalPlace } from './journal-place.ts';

const GONE = '.gone-';

/**
 * Removes the folder of a process that is not there any more. Moved away while we have its lock: whoever wants it meanwhile finds the lock or no
 * folder. False when it has an owner or is not empty; the first folder stays, the others lie in it.
 */
export function removePlace(place: JournalPlace): boolean {
  if (place.number === 1) return false;
  const { journalDir, packsDir, number } = place;
  const lock = lockFile(join(journalDir, 'lock'));
  if (!lock) return false;
  try {
    if (!isEmpty(place)) return false;
    const gone = join(dirname(journalDir), `${GONE}${number}-${process.pid}`);
    renameSync(journalDir, gone);
    rmSync(gone, { recursive: true, force: true });
    removeEmpty(packsDir);
    return true;
  } finally {
    lock.release();
  }
}

/** What a kill between moving and removing left. `journal`: DATA_DIR/journal. */
export function removeGone(journal: string): void {
  for (const name of readdirSync(journal)) {
    if (name.startsWith(GONE)) rmSync(join(journal, name), { recursive: true, force: true });
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Another process has this number again, or it never had a note.
  }
}

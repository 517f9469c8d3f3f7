import { createHash } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { ownerMark } from './process-mark.ts';

export interface FileLock {
  /** Removes the file if it is still ours; once. */
  release(): void;
}

let taken = 0;

/**
 * Takes a lock that lives as long as its process: null while a live process of this machine has it (`lockOwner` names it). Synchronous, so
 * that it works in the last moments of a process too.
 *
 * The file appears by a link to a finished one, so it always names its owner. An abandoned one is replaced, never removed: only who holds
 * the lock "successor of exactly this text" may do so, and no text is written twice, so two processes cannot both succeed, whatever the order.
 * @throws Error where the folder cannot be written
 */
export function lockFile(file: string): FileLock | null {
  const text = `${ownerMark(process.pid)} ${++taken}`;
  const own = `${file}.${process.pid}.${taken}`;
  writeFileSync(own, text, { mode: 0o600 });
  try {
    if (!claim(file, own, text)) return null;
  } finally {
    rmSync(own, { force: true });
  }
  let isHeld = true;
  return {
    release: () => {
      if (!isHeld) return;
      isHeld = false;
      remove(file, text);
    },
  };
}

/** Pid of the live process that has the lock. */
export function lockOwner(file: string): number | undefined {
  const text = textOf(file);
  return text !== undefined && isOwned(text) ? Number.parseInt(text, 10) : undefined;
}

function claim(file: string, own: string, ownText: string): boolean {
  // A second round where the owner went away between link and look; a third would mean that others are at it.
  for (let round = 0; round < 3; round++) {
    if (link(own, file)) return true;
    const text = textOf(file);
    if (text === undefined) continue;
    if (isOwned(text)) return false;
    // The same file under one more name: a second one would find no room where the disk is full, and nobody would ever free it.
    const succession = `${file}.after-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
    if (!claim(succession, own, ownText)) return false;
    try {
      if (textOf(file) !== text) continue;
      // `own` is linked under both names: the rename of a copy leaves the caller's in place.
      const copy = `${own}.heir`;
      linkSync(own, copy);
      renameSync(copy, file);
      return true;
    } finally {
      remove(succession, ownText);
    }
  }
  return false;
}

/** Removes a lock that is still ours. */
function remove(file: string, text: string): void {
  if (textOf(file) === text) rmSync(file, { force: true });
}

function link(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The text ends with a number of its own behind the mark. */
function isOwned(text: string): boolean {
  const mark = text.replace(/ \d+$/, '');
  return ownerMark(Number.parseInt(mark, 10)) === mark;
}

import { linkSync, rmSync, writeFileSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { RelayError } from '@hikyaku/core';
import { ensureFolder } from './ensure-folder.ts';
import { isSameProcess, processMark } from './process-state.ts';

/** A first start with initdb takes a second or two; recovery after a crash may take minutes. */
const WAIT_MS = 320_000;
let taken = 0;

/**
 * Runs `work` while no other live process of this machine does so with the same lock file. The file names its owner; a dead owner's is removed.
 * @throws RelayError `db.unavailable` when the folder cannot be written or the owner does not finish.
 */
export async function withFileLock<T>(folder: string, file: string, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + WAIT_MS;
  try {
    await ensureFolder(folder);
    while (!(await tryLock(file))) {
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
    await rm(file, { force: true });
  }
}

/** By a link to a finished file, so that a lock without an owner's name never exists. */
async function tryLock(file: string): Promise<boolean> {
  const own = `${file}.${process.pid}.${++taken}`;
  await writeFile(own, processMark(process.pid) ?? '', { mode: 0o600 });
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(own, { force: true });
  }
  if (isAbandoned(await readFile(file, 'utf8').catch(() => null))) await removeAbandoned(file, own);
  return false;
}

const isAbandoned = (owner: string | null): boolean => owner !== null && !isSameProcess(owner);

/** Moved away first: where another process was faster, what we moved is its new lock, and goes back. */
async function removeAbandoned(file: string, aside: string): Promise<void> {
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if (!isAbandoned(await readFile(aside, 'utf8'))) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}

/** The same lock without waiting, for the last moments of a process. Null when somebody has it. */
export function lockFileNow(file: string): (() => void) | null {
  const own = `${file}.${process.pid}.${++taken}`;
  writeFileSync(own, processMark(process.pid) ?? '', { mode: 0o600 });
  try {
    linkSync(own, file);
    return () => rmSync(file, { force: true });
  } catch {
    return null;
  } finally {
    rmSync(own, { force: true });
  }
}

import { close, constants, fsync, open, read, writev } from 'node:fs';
import { rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { RelayError } from '@hikyaku/core';

// Callback functions by descriptor: FileHandle costs about twice the CPU of a small write.
export const openFile = promisify(open) as (path: string, flags: string | number, mode?: number) => Promise<number>;
export const closeFile = promisify(close) as (fd: number) => Promise<void>;
export const readAt = promisify(read);
export const syncFile = promisify(fsync) as (fd: number) => Promise<void>;

/** A new file whose every write is on the disk when it returns, as by fdatasync: one trip to a thread and back instead of two. */
export const NEW_SYNCED = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_DSYNC;

/** Files are readable by our user only. */
export const FILE_MODE = 0o600;
export const FOLDER_MODE = 0o700;

/** Writes every byte at `position` on; a short write is followed by another, which brings the error. */
export async function writeAll(fd: number, buffers: Buffer[], position: number): Promise<number> {
  const total = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
  let written = await writeOnce(fd, buffers, position);
  while (written < total) {
    const more = await writeOnce(fd, restOf(buffers, written), position + written);
    if (more === 0) throw Object.assign(new Error('nothing was written'), { code: 'EIO' });
    written += more;
  }
  return total;
}

/** Makes created, renamed and removed names of a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const fd = await openFile(path, 'r');
  try {
    await syncFile(fd);
  } finally {
    await closeFile(fd);
  }
}

/** A whole file under its final name, or none: temporary name, sync, rename, folder sync. */
export async function writeDurably(
  path: string,
  temporaryPath: string,
  buffers: Buffer[],
  beforeSync?: () => unknown,
): Promise<void> {
  const fd = await openFile(temporaryPath, 'wx', FILE_MODE);
  try {
    try {
      await writeAll(fd, buffers, 0);
      await beforeSync?.();
      await syncFile(fd);
    } finally {
      await closeFile(fd);
    }
    await rename(temporaryPath, path);
  } catch (error) {
    await unlink(temporaryPath).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path));
}

/** True when the error says that a name is not there. */
export function isMissing(error: unknown): boolean {
  return (error as { code?: string } | null)?.code === 'ENOENT';
}

/** Any failure of the journal's disk: `edge.journal_full` when space has run out, else `edge.journal_unavailable`. */
export function toJournalError(error: unknown): RelayError {
  if (error instanceof RelayError) return error;
  const { code, message } = error as { code?: string; message?: string };
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return new RelayError(isFull ? 'edge.journal_full' : 'edge.journal_unavailable', {
    cause: error,
    internal: message ?? String(error),
  });
}

function writeOnce(fd: number, buffers: Buffer[], position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    writev(fd, buffers, position, (error, written) => (error ? reject(error) : resolve(written)));
  });
}

function restOf(buffers: Buffer[], skip: number): Buffer[] {
  let left = skip;
  const rest: Buffer[] = [];
  for (const buffer of buffers) {
    if (left >= buffer.length) left -= buffer.length;
    else {
      rest.push(left ? buffer.subarray(left) : buffer);
      left = 0;
    }
  }
  return rest;
}

import { hash } from 'node:crypto';
import { constants, copyFile, link, mkdir, open, opendir, readdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { faultPoint, newId, RelayError } from '@hikyaku/core';
import type { Logger } from '@hikyaku/telemetry';
import {
  closeFile,
  FOLDER_MODE,
  isMissing,
  openFile,
  syncFile,
  syncFolder,
  writeAll,
  writeDurably,
} from '../durable-files.ts';
import { unlinkIfThere } from '../journal/segment.ts';
import type { SpoolStore } from './spool-store.ts';

const READ_BYTES = 256 * 1024;
/** Another process may be writing a temporary file; none takes an hour. */
const TEMPORARY_MAX_AGE_MS = 3_600_000;
const OBJECT = /^[0-9a-f]{2}\/[\w-]{1,64}\.(pack|mail)$/;

/**
 * A spool in a folder: 256 sub-folders by hash of the name, so that none grows large. Edge and worker open the same one.
 * A link keeps the source's bytes, so the source may be unlinked afterwards.
 */
export async function openFileSpool(options: { dir: string; logger: Logger }): Promise<SpoolStore> {
  const { dir, logger } = options;
  const temporaryFolder = join(dir, 'tmp');
  await mkdir(temporaryFolder, { recursive: true, mode: FOLDER_MODE });
  const shards = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'));
  await Promise.all(shards.map((shard) => mkdir(join(dir, shard), { recursive: true, mode: FOLDER_MODE })));
  await syncFolder(dir);
  await removeLeftovers(temporaryFolder, logger);
  const temporaryOf = (object: string): string => join(temporaryFolder, basename(object));

  return {
    async putPack(items, onNamed) {
      const object = objectOf(`${newId()}.pack`);
      await onNamed?.(object);
      let offset = 0;
      const slices = items.map(({ length }) => {
        const slice = { offset, length };
        offset += length;
        return slice;
      });
      const beforeSync = () => faultPoint('spool.before-sync');
      await inWords(async () => {
        await writeDurably(join(dir, object), temporaryOf(object), items, beforeSync);
        await faultPoint('spool.after-sync');
      });
      return { object, slices };
    },
    async putFile(messageId, path) {
      const object = objectOf(`${messageId}.mail`);
      const target = pathOf(dir, object);
      const length = await inWords(async () => {
        await linkOrCopy(path, target, join(temporaryFolder, newId()));
        await syncFolder(join(dir, object.slice(0, 2)));
        return (await stat(target)).size;
      });
      return { object, offset: 0, length };
    },
    read: (object, offset, length) => readSlice(dir, object, offset, length),
    erase: (object, slices) => inWords(() => overwrite(pathOf(dir, object), slices)),
    remove: (object) =>
      inWords(async () => {
        await unlinkIfThere(pathOf(dir, object));
        // Half-written by a process that was killed.
        if (object.endsWith('.pack')) await unlinkIfThere(temporaryOf(object));
      }),
    async *list() {
      for (const shard of shards) {
        for await (const { name } of await opendir(join(dir, shard))) {
          const object = `${shard}/${name}`;
          if (!OBJECT.test(object)) continue;
          const found = await stat(join(dir, object)).catch(() => undefined);
          if (found) yield { object, modifiedAt: found.mtimeMs };
        }
      }
    },
  };
}

/** What the disk says, as `spool.unavailable`. */
async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RelayError) throw error;
    throw new RelayError('spool.unavailable', { cause: error, internal: (error as Error).message });
  }
}

const objectOf = (name: string): string => `${hash('sha256', name).slice(0, 2)}/${name}`;

/** Names come back from the database; none may leave the folder. */
function pathOf(dir: string, object: string): string {
  if (!OBJECT.test(object)) throw new RelayError('spool.content_missing', { internal: 'not an object name' });
  return join(dir, object);
}

async function linkOrCopy(path: string, target: string, temporaryPath: string): Promise<void> {
  try {
    return await link(path, target);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'EEXIST') return;
    if (code === 'ENOENT') {
      // A repeated hand-off, the journal's file already gone.
      if (await stat(target).catch(() => undefined)) return;
      throw new RelayError('spool.content_missing', { cause: error, internal: 'the file to be linked is not there' });
    }
    // Another file system, or one without links (EXDEV, EPERM, EMLINK …): whatever it was, a copy tells.
  }
  try {
    await copyFile(path, temporaryPath, constants.COPYFILE_EXCL);
    await syncWhole(temporaryPath);
    await rename(temporaryPath, target);
  } catch (error) {
    await unlink(temporaryPath).catch(() => {});
    throw error;
  }
}

async function syncWhole(path: string): Promise<void> {
  const fd = await openFile(path, 'r');
  try {
    await syncFile(fd);
  } finally {
    await closeFile(fd);
  }
}

async function* readSlice(dir: string, object: string, offset: number, length: number): AsyncIterable<Buffer> {
  const path = pathOf(dir, object);
  const missing = `object ${object} is not there`;
  const file = await inWords(() =>
    open(path, 'r').catch((cause) => {
      throw isMissing(cause) ? new RelayError('spool.content_missing', { cause, internal: missing }) : cause;
    }),
  );
  try {
    for (let done = 0; done < length; ) {
      const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, length - done));
      const { bytesRead } = await inWords(() => file.read(buffer, 0, buffer.length, offset + done));
      if (bytesRead === 0) throw new RelayError('spool.content_damaged', { internal: `object ${object} is cut` });
      done += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function overwrite(path: string, slices: { offset: number; length: number }[]): Promise<void> {
  const fd = await openFile(path, 'r+').catch((error) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (fd === undefined) return;
  try {
    for (const { offset, length } of slices) await writeAll(fd, [Buffer.alloc(length)], offset);
    await syncFile(fd);
  } finally {
    await closeFile(fd);
  }
}

async function removeLeftovers(folder: string, logger: Logger): Promise<void> {
  let removed = 0;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (!found || Date.now() - found.mtimeMs < TEMPORARY_MAX_AGE_MS) continue;
    await unlinkIfThere(path);
    removed += 1;
  }
  if (removed > 0) logger.info({ event: 'spool.leftovers_removed', files: removed });
}

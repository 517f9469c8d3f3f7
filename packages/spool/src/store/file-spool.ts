import { hash } from 'node:crypto';
import { constants, copyFile, link, mkdir, opendir, readdir, rename, stat, unlink } from 'node:fs/promises';
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
import { eraseRecords } from '../erase-records.ts';
import { unlinkIfThere } from '../journal/segment.ts';
import { inWords, isLog } from './object-words.ts';
import type { Slice } from './slice.ts';
import { createSliceReader } from './slice-reader.ts';
import type { SpoolStore, StoredRecord } from './spool-store.ts';
import { readSpooledMails, type SpooledMail } from './spooled-mail.ts';

/** Another process may be writing a temporary file; none takes an hour. */
const TEMPORARY_MAX_AGE_MS = 3_600_000;
const OBJECT = /^[0-9a-f]{2}\/[\w-]{1,64}\.(log|pack|mail)$/;

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
  const reader = createSliceReader((object) => pathOf(dir, object));
  const beforeSync = () => faultPoint('spool.before-sync');

  /** Where links cannot reach: a segment is read and written again. */
  const writeRecords = async (object: string, records: StoredRecord[]): Promise<Slice[]> => {
    const copies: Buffer[] = [];
    for (const record of records) copies.push(await record.readRecord());
    await writeDurably(join(dir, object), temporaryOf(object), copies, beforeSync);
    return slicesOf(copies).map(({ offset, length }, index) => {
      const { cipherLength } = records[index]!;
      return { offset: offset + length - cipherLength, length: cipherLength };
    });
  };

  return {
    async putRecords({ path, records }, onNamed) {
      const object = objectOf(`${newId()}.log`);
      await onNamed?.(object);
      const slices = await inWords(async () => {
        const isLinked = await tryLink(path, join(dir, object));
        if (!isLinked) return writeRecords(object, records);
        await beforeSync();
        await syncFolder(join(dir, object.slice(0, 2)));
        return records.map(({ cipherOffset, cipherLength }) => ({ offset: cipherOffset, length: cipherLength }));
      });
      await faultPoint('spool.after-sync');
      return { object, slices };
    },
    async putPack(items) {
      const object = objectOf(`${newId()}.pack`);
      await inWords(() => writeDurably(join(dir, object), temporaryOf(object), items, beforeSync));
      return { object, slices: slicesOf(items) };
    },
    async putFile(messageId, path, length) {
      const object = objectOf(`${messageId}.mail`);
      await inWords(async () => {
        await linkOrCopy(path, join(dir, object), join(temporaryFolder, newId()));
        await syncFolder(join(dir, object.slice(0, 2)));
      });
      return { object, offset: 0, length };
    },
    read: reader.read,
    erase: (object, slices) =>
      inWords(async () => {
        reader.forget(object);
        await overwrite(pathOf(dir, object), slices);
      }),
    remove: (object, destroyed = []) =>
      inWords(async () => {
        const path = pathOf(dir, object);
        reader.forget(object);
        if (isLog(object) && destroyed.length > 0) await eraseShared(path, destroyed);
        const wasThere = await unlinkIfThere(path);
        // Half-written by a process that was killed: what is whole has no temporary name any more.
        if (!wasThere && isLog(object)) await unlinkIfThere(temporaryOf(object));
      }),
    mails: (object) =>
      inWords(async () => {
        const path = pathOf(dir, object);
        return isLog(object) || object.endsWith('.mail') ? await readSpooledMails(path).catch(noneIfMissing) : [];
      }),
    async again(object) {
      const path = pathOf(dir, object);
      const own = objectOf(`${newId()}.${object.split('.').at(-1)}`);
      await inWords(async () => {
        await linkOrCopy(path, join(dir, own), join(temporaryFolder, newId()));
        await syncFolder(join(dir, own.slice(0, 2)));
      });
      return own;
    },
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

const noneIfMissing = (error: unknown): SpooledMail[] => {
  if (isMissing(error)) return [];
  throw error;
};

/** One after the other. */
function slicesOf(items: Buffer[]): Slice[] {
  let end = 0;
  return items.map(({ length }) => {
    end += length;
    return { offset: end - length, length };
  });
}

const objectOf = (name: string): string => `${hash('sha256', name).slice(0, 2)}/${name}`;

/** Names come back from the database; none may leave the folder. */
function pathOf(dir: string, object: string): string {
  if (!OBJECT.test(object)) throw new RelayError('spool.content_missing', { internal: 'not an object name' });
  return join(dir, object);
}

/** False where it takes a copy. Repeating it does nothing. */
async function tryLink(path: string, target: string): Promise<boolean> {
  try {
    await link(path, target);
    return true;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'EEXIST') return true;
    if (code === 'ENOENT') {
      // A repeated hand-off, the journal's file already gone.
      if (await stat(target).catch(() => undefined)) return true;
      throw new RelayError('spool.content_missing', { cause: error, internal: 'the file to be linked is not there' });
    }
    // Another file system, or one without links (EXDEV, EPERM, EMLINK …): whatever it was, a copy tells.
    return false;
  }
}

async function linkOrCopy(path: string, target: string, temporaryPath: string): Promise<void> {
  if (await tryLink(path, target)) return;
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

async function overwrite(path: string, slices: Slice[]): Promise<void> {
  await changing(path, async (fd) => {
    if (isLog(path)) await eraseRecords(fd, slices);
    else for (const { offset, length } of slices) await writeAll(fd, [Buffer.alloc(length)], offset);
    await syncFile(fd);
  });
}

/** Where the file goes on living under another name: the journal's for seconds, another batch's for as long as a mail of that is held. */
async function eraseShared(path: string, slices: Slice[]): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found || found.nlink === 1) return;
  await changing(path, (fd) => eraseRecords(fd, slices));
}

async function changing(path: string, work: (fd: number) => Promise<void>): Promise<void> {
  const fd = await openFile(path, 'r+').catch((error) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (fd === undefined) return;
  await work(fd).finally(() => closeFile(fd));
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

import { unlink } from 'node:fs/promises';
import { closeFile, FILE_MODE, openFile, syncFile, writeAll } from '../durable-files.ts';

/** More than the slack a full file system may still find in a half-used block. */
const PROBE_BYTES = 64 * 1024;

/** Writes, syncs and removes a file. @throws what the disk says */
export async function probeDisk(path: string): Promise<void> {
  const fd = await openFile(path, 'w', FILE_MODE);
  try {
    await writeAll(fd, [Buffer.alloc(PROBE_BYTES)], 0);
    await syncFile(fd);
  } finally {
    await closeFile(fd);
    await unlink(path).catch(() => {});
  }
}

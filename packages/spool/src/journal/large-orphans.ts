import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { closeFile, FILE_MODE, NEW_SYNCED, openFile, syncFolder, writeAll } from '../durable-files.ts';
import { readTrailer } from './mail-trailer.ts';
import { encodeRecord, finishRecord } from './record.ts';
import { readHead, shortHead } from './record-head.ts';
import { type Segment, unlinkIfThere } from './segment.ts';

/** A large mail's file, whole to its trailer, that no record of the log names. */
export interface LargeOrphan {
  messageId: string;
  /** Milliseconds since the epoch. */
  acceptedAt: number;
  cipherLength: number;
  /** With its trailer. */
  fileBytes: number;
}

/** Undefined for one that its mail never came to the end of. @throws what the disk says */
export async function readOrphan(path: string): Promise<LargeOrphan | undefined> {
  const trailer = await readTrailer(path);
  if (!trailer) return undefined;
  const { messageId, acceptedAt } = readHead(trailer);
  if (`${messageId}.bin` !== basename(path)) return undefined;
  return { messageId, acceptedAt, cipherLength: trailer.cipherLength, fileBytes: (await stat(path)).size };
}

/** Writes a segment with a record for each, as the log has it of a large mail; all of them wait in it then. @throws what the disk says; then the segment is not there */
export async function recordOrphans(segment: Segment, orphans: LargeOrphan[]): Promise<void> {
  const records = orphans.map((orphan) => encodeRecord('large', shortHead(orphan), [], orphan.cipherLength));
  for (const record of records) finishRecord(record, 0);
  const fd = await openFile(segment.path, NEW_SYNCED, FILE_MODE);
  try {
    segment.size = await writeAll(fd, records, 0);
    await syncFolder(dirname(segment.path));
  } catch (error) {
    await unlinkIfThere(segment.path).catch(() => {});
    throw error;
  } finally {
    await closeFile(fd);
  }
  segment.isSealed = true;
  segment.live = orphans.length;
  segment.firstAcceptedAt = Math.min(...orphans.map(({ acceptedAt }) => acceptedAt));
}

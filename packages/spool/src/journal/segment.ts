import { open, truncate, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { closeFile, isMissing, openFile, syncFile } from '../durable-files.ts';
import { type Damage, type FoundRecord, scanRecords } from './record.ts';

/** One file of the log: its place, and how much of it is whole and still wanted. Names sort by age. */
export class Segment {
  readonly sequence: number;
  readonly path: string;
  /** When this process began it, by a clock that nobody sets (`performance.now`). Null: an earlier process did. */
  readonly begunAt: number | null;
  /** Bytes known to be synced; nothing beyond is ever read. */
  size = 0;
  /** Records without an acknowledgement. */
  live = 0;
  /** Acknowledged records: content that waits to be unlinked. */
  acknowledged = 0;
  /** No more writes. */
  isSealed = false;
  /** Damaged bytes could not be moved aside: kept for the next open. */
  isPinned = false;
  /** `acceptedAt` of the first record. */
  firstAcceptedAt: number | null = null;
  /** Large files whose mails are acknowledged, and their bytes; unlinked after the segment, so that no record outlives its file. */
  readonly finishedFiles: string[] = [];
  finishedBytes = 0;

  constructor(folder: string, sequence: number, begunAt: number | null = null) {
    this.sequence = sequence;
    this.begunAt = begunAt;
    this.path = join(folder, `${sequence.toString(16).padStart(12, '0')}.log`);
  }

  /** Whole records and damaged stretches from byte `from` to byte `to`. */
  async scan(from: number, to: number): Promise<{ records: FoundRecord[]; damages: Damage[] }> {
    const found = scanRecords(await this.read(from, to - from), from);
    // A worker may just have been overwriting a mail that it sent before we could acknowledge it.
    return found.damages.length > 0 ? scanRecords(await this.read(from, to - from), from) : found;
  }

  /** A large mail of this segment is acknowledged or moved aside. */
  finishFile(path: string, bytes: number): void {
    this.finishedFiles.push(path);
    this.finishedBytes += bytes;
  }

  /** Exactly `length` bytes; an error when the file is shorter. */
  async read(offset: number, length: number): Promise<Buffer> {
    const file = await open(this.path, 'r');
    try {
      const buffer = Buffer.allocUnsafeSlow(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await file.read(buffer, filled, length - filled, offset + filled);
        if (bytesRead === 0) throw new Error(`segment ${this.sequence} ends at ${offset + filled}`);
        filled += bytesRead;
      }
      return buffer;
    } finally {
      await file.close();
    }
  }

  /** Cuts what a failed write or sync may have left behind `size`. */
  async cutTail(): Promise<void> {
    await truncate(this.path, this.size);
    const fd = await openFile(this.path, 'r+');
    try {
      await syncFile(fd);
    } finally {
      await closeFile(fd);
    }
  }

  async unlink(): Promise<void> {
    await unlinkIfThere(this.path);
    for (const path of this.finishedFiles) await unlinkIfThere(path);
  }
}

/** Sequence number of a segment's file name, or undefined for another file. */
export function sequenceOf(fileName: string): number | undefined {
  const match = /^([0-9a-f]{12})\.log$/.exec(fileName);
  return match ? Number.parseInt(match[1]!, 16) : undefined;
}

/** False when it was not there. */
export async function unlinkIfThere(path: string): Promise<boolean> {
  return unlink(path).then(
    () => true,
    (error) => {
      if (!isMissing(error)) throw error;
      return false;
    },
  );
}

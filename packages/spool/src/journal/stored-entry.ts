import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalEntry, JournalMeta } from './journal-types.ts';
import { cipherOf, type RecordKind } from './record.ts';
import type { Segment } from './segment.ts';

/** A waiting mail: its meta, and where its bytes are. */
export class StoredEntry implements JournalEntry {
  readonly meta: JournalMeta;
  readonly kind: RecordKind;
  readonly cipherLength: number;
  readonly path?: string;
  readonly segment: Segment;
  readonly offset: number;
  readonly recordLength: number;
  /** Acknowledged, or moved aside. */
  isFinished = false;
  /** Handed out by `take` and not put back. */
  isTaken = false;
  /** Ciphertext of a small mail while the budget for it lasts. */
  kept: Buffer | undefined;

  constructor(from: {
    meta: JournalMeta;
    kind: RecordKind;
    cipherLength: number;
    segment: Segment;
    offset: number;
    recordLength: number;
    largeFolder: string;
  }) {
    this.meta = from.meta;
    this.kind = from.kind;
    this.cipherLength = from.cipherLength;
    this.segment = from.segment;
    this.offset = from.offset;
    this.recordLength = from.recordLength;
    if (from.kind === 'large') this.path = join(from.largeFolder, `${from.meta.messageId}.bin`);
  }

  async read(): Promise<Buffer> {
    if (this.path !== undefined) return readFile(this.path);
    return this.kept ?? cipherOf(await this.readRecord());
  }

  readRecord(): Promise<Buffer> {
    return this.segment.read(this.offset, this.recordLength);
  }

  isOlderThan(other: StoredEntry): boolean {
    const difference = this.segment.sequence - other.segment.sequence;
    return difference < 0 || (difference === 0 && this.offset < other.offset);
  }
}

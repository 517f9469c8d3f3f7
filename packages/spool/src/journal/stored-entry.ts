import { join } from 'node:path';
import type { JournalEntry, JournalMeta } from './journal-types.ts';
import type { Segment } from './segment.ts';

interface Place {
  messageId: string;
  kind: 'small' | 'large';
  cipherLength: number;
  segment: Segment;
  offset: number;
  recordLength: number;
  largeFolder: string;
  /** Of a large mail's file, its trailer included. */
  fileBytes: number;
}

/** Where a mail of the journal lies, whatever is known of it. */
export class StoredPlace {
  readonly messageId: string;
  readonly kind: 'small' | 'large';
  readonly cipherLength: number;
  readonly path: string;
  readonly cipherOffset: number;
  readonly segment: Segment;
  readonly offset: number;
  readonly recordLength: number;
  readonly fileBytes: number;
  /** Acknowledged, or moved aside. */
  isFinished = false;

  constructor(from: Place) {
    this.messageId = from.messageId;
    this.kind = from.kind;
    this.cipherLength = from.cipherLength;
    this.segment = from.segment;
    this.offset = from.offset;
    this.recordLength = from.recordLength;
    this.fileBytes = from.fileBytes;
    const isSmall = from.kind === 'small';
    this.path = isSmall ? from.segment.path : join(from.largeFolder, `${from.messageId}.bin`);
    this.cipherOffset = isSmall ? from.offset + from.recordLength - from.cipherLength : 0;
  }

  readRecord(): Promise<Buffer> {
    return this.segment.read(this.offset, this.recordLength);
  }
}

/** A waiting mail: its meta, and where its bytes are. */
export class StoredEntry extends StoredPlace implements JournalEntry {
  readonly meta: JournalMeta;
  /** Handed out by `take` and not put back. */
  isTaken = false;

  constructor(from: Omit<Place, 'messageId'> & { meta: JournalMeta }) {
    super({ ...from, messageId: from.meta.messageId });
    this.meta = from.meta;
  }

  get ageAtMostMs(): number | null {
    const { begunAt } = this.segment;
    return begunAt === null ? null : performance.now() - begunAt;
  }

  isOlderThan(other: StoredEntry): boolean {
    const difference = this.segment.sequence - other.segment.sequence;
    return difference < 0 || (difference === 0 && this.offset < other.offset);
  }
}

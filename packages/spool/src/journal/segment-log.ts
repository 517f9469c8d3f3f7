import { type Clock, faultPoint, RelayError } from '@hikyaku/core';
import type { Logger } from '@hikyaku/telemetry';
import { closeFile, FILE_MODE, NEW_SYNCED, openFile, syncFolder, toJournalError, writeAll } from '../durable-files.ts';
import type { DiskBudget } from './disk-budget.ts';
import type { JournalLimits, JournalMeta } from './journal-types.ts';
import { finishRecord } from './record.ts';
import { Segment, unlinkIfThere } from './segment.ts';

/** A record on its way into the log. */
export interface Append {
  kind: 'small' | 'large';
  meta: JournalMeta;
  cipherLength: number;
  /** Of a large mail's file. */
  fileBytes: number;
  bytes: Buffer;
}

/** A record that is durable. */
export interface Appended extends Append {
  segment: Segment;
  offset: number;
}

interface Waiting extends Append {
  resolve: () => void;
  reject: (error: RelayError) => void;
}

interface SegmentLogOptions {
  segmentFolder: string;
  largeFolder: string;
  nextSequence: number;
  limits: JournalLimits;
  budget: DiskBudget;
  clock: Clock;
  logger: Logger;
  /** Called once a group is synced, before any of its commits resolves. */
  onDurable: (group: Appended[]) => void;
  /** A segment that gets no more writes. */
  onSealed: (segment: Segment) => void;
}

/**
 * The append-only log with group commit: whatever is waiting when a write begins shares its write and its sync. A group starts at the end of the
 * event loop's turn in which its first record came, so nothing waits for company that is not there yet.
 *
 * A failed write or sync fails its whole group. After a failed sync the kernel may call lost pages clean, so the file is never trusted again: what
 * lies behind its last good sync is cut off, and the next group opens a new segment. Where even cutting fails it is repeated before the next
 * group; only if the process also dies before that may a refused mail, whole by its checksum, be sent.
 */
export class SegmentLog {
  current: Segment | undefined;
  private readonly options: SegmentLogOptions;
  private fd: number | undefined;
  private openedAt = 0;
  private sequence: number;
  private waiting: Waiting[] = [];
  private flushing: Promise<void> | undefined;
  private groupStartedAt: number | undefined;
  private uncut = new Set<Segment>();
  private lastFailed = false;
  private isClosed = false;

  constructor(options: SegmentLogOptions) {
    this.options = options;
    this.sequence = options.nextSequence;
  }

  /** Resolves when the record is durable. @throws RelayError `edge.journal_unavailable`, `edge.journal_full` */
  async append(record: Append): Promise<void> {
    if (this.isClosed) throw new RelayError('edge.journal_unavailable', { internal: 'the journal is closed' });
    this.options.budget.reserve(record.bytes.length);
    await new Promise<void>((resolve, reject) => {
      this.waiting.push({ ...record, resolve, reject });
      this.flushing ??= this.flush();
    });
  }

  /** False after a failed group until one succeeds or `markWorking` is called, and while a group hangs. */
  get isWorking(): boolean {
    const { clock, limits } = this.options;
    const isStalled = this.groupStartedAt !== undefined && clock.now() - this.groupStartedAt > limits.stallMs;
    return !this.lastFailed && !isStalled;
  }

  get hasWaiting(): boolean {
    return this.flushing !== undefined;
  }

  /** A write outside of the log failed on the same disk. Logged once, until something works again. */
  noteFailure(thrown: unknown): RelayError {
    const error = toJournalError(thrown);
    if (!this.lastFailed) this.options.logger.error({ event: 'journal.write_failed', err: error });
    this.lastFailed = true;
    return error;
  }

  markWorking(): void {
    this.lastFailed = false;
  }

  /** Ends the current segment; the next group opens a new one. */
  async seal(): Promise<void> {
    const { current, fd } = this;
    if (!current) return;
    this.current = undefined;
    this.fd = undefined;
    current.isSealed = true;
    if (fd !== undefined) await closeFile(fd).catch(() => {});
    this.options.onSealed(current);
  }

  /** Waits for the groups under way and ends the current segment. */
  async close(): Promise<void> {
    this.isClosed = true;
    while (this.flushing) await this.flushing;
    await this.seal();
  }

  private async flush(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) await this.commitGroup(this.takeGroup());
    this.flushing = undefined;
  }

  private takeGroup(): Waiting[] {
    const { groupBytes, groupRecords } = this.options.limits;
    let bytes = 0;
    let count = 0;
    for (const { bytes: record } of this.waiting) {
      if (count > 0 && (count >= groupRecords || bytes + record.length > groupBytes)) break;
      bytes += record.length;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  private async commitGroup(group: Waiting[]): Promise<void> {
    this.groupStartedAt = this.options.clock.now();
    try {
      await this.writeGroup(group);
      this.lastFailed = false;
      for (const { resolve } of group) resolve();
    } catch (thrown) {
      const error = this.noteFailure(thrown);
      for (const { bytes } of group) this.options.budget.release(bytes.length);
      await this.abandon();
      for (const { reject } of group) reject(error);
    } finally {
      this.groupStartedAt = undefined;
    }
  }

  private async writeGroup(group: Waiting[]): Promise<void> {
    await this.cutLeftovers();
    // A record must never be durable before the name of its large file is.
    if (group.some(({ kind }) => kind === 'large')) await syncFolder(this.options.largeFolder);
    const { segment, fd } = await this.writableSegment();
    await faultPoint('journal.before-write');
    let offset = segment.size;
    const placed = group.map((record): Appended => {
      finishRecord(record.bytes, segment.size);
      const place = { ...record, segment, offset };
      offset += record.bytes.length;
      return place;
    });
    await writeAll(
      fd,
      group.map(({ bytes }) => bytes),
      segment.size,
    );
    // Written and synced in one; a sync that fails or hangs does so with the bytes in the file, as here.
    await faultPoint('journal.before-sync');
    if (segment.size === 0) await syncFolder(this.options.segmentFolder);
    await faultPoint('journal.after-sync');
    segment.size = offset;
    segment.live += group.length;
    segment.firstAcceptedAt ??= group[0]!.meta.acceptedAt;
    this.options.onDurable(placed);
  }

  private async writableSegment(): Promise<{ segment: Segment; fd: number }> {
    const { clock, limits, segmentFolder } = this.options;
    const { current } = this;
    if (current) {
      const isOld = current.acknowledged > 0 && clock.now() - this.openedAt >= limits.segmentAgeMs;
      if (current.size >= limits.segmentBytes || isOld) await this.seal();
    }
    if (!this.current || this.fd === undefined) {
      const segment = new Segment(segmentFolder, this.sequence++, performance.now());
      this.fd = await openFile(segment.path, NEW_SYNCED, FILE_MODE);
      this.current = segment;
      this.openedAt = clock.now();
    }
    return { segment: this.current, fd: this.fd };
  }

  private async abandon(): Promise<void> {
    const { current } = this;
    if (!current) return;
    if (current.size === 0) await unlinkIfThere(current.path).catch(() => this.uncut.add(current));
    else await current.cutTail().catch(() => this.uncut.add(current));
    await this.seal();
  }

  /** @throws when the disk still refuses: then it takes no new mail either */
  private async cutLeftovers(): Promise<void> {
    for (const segment of this.uncut) {
      if (segment.size === 0) await unlinkIfThere(segment.path);
      else await segment.cutTail();
      this.uncut.delete(segment);
    }
  }
}

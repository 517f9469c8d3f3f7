import type { Clock } from '@hikyaku/core';
import type { Logger } from '@hikyaku/telemetry';
import type { JournalLimits } from './journal-types.ts';
import { type Damage, metaOf } from './record.ts';
import type { Segment } from './segment.ts';
import type { Appended } from './segment-log.ts';
import { StoredEntry } from './stored-entry.ts';

interface PendingEntriesOptions {
  largeFolder: string;
  limits: JournalLimits;
  clock: Clock;
  logger: Logger;
  /** True for a mail that is in the quarantine already. */
  isAside: (messageId: string) => boolean;
  /** Damage met while a segment is read again, and how many of its records are lost by it. */
  onDamage: (segment: Segment, damages: Damage[], lost: number) => Promise<void>;
}

/** Records of a segment that wait but are not in memory: `count` of them between two offsets. */
interface Spilled {
  segment: Segment;
  from: number;
  to: number;
  count: number;
}

/** How long to rest after a segment could not be read; the mails behind it wait no longer than that. */
const READ_RETRY_MS = 1000;

/**
 * Entries that wait to be taken, oldest first, in bounded memory: beyond `loadedEntries` only their segments are remembered, and read again when
 * their turn comes. Once one entry is spilled all younger ones are, so the order holds.
 */
export class PendingEntries {
  private readonly options: PendingEntriesOptions;
  private ready: StoredEntry[] = [];
  private head = 0;
  private returned: StoredEntry[] = [];
  private spilled: Spilled[] = [];
  private loading: Promise<void> | undefined;
  private wakers = new Set<() => void>();
  private keptBytes = 0;
  private isClosed = false;

  constructor(options: PendingEntriesOptions) {
    this.options = options;
  }

  /** Newly durable records, in the order of the log. */
  add(group: Appended[]): void {
    for (const record of group) {
      const { segment, offset } = record;
      if (this.spilled.length > 0 || this.ready.length - this.head >= this.options.limits.loadedEntries) {
        this.spill(segment, offset, offset + record.bytes.length, 1);
        continue;
      }
      const { largeFolder } = this.options;
      const entry = new StoredEntry({ ...record, recordLength: record.bytes.length, largeFolder });
      if (entry.kind === 'small') this.keep(entry, record.bytes.subarray(-entry.cipherLength));
      this.ready.push(entry);
    }
    this.wake();
  }

  /** A segment found at the open: all of its records wait. Call in the order of their age. */
  addSegment(segment: Segment): void {
    this.spill(segment, 0, segment.size, segment.live);
    this.wake();
  }

  putBack(entries: StoredEntry[]): void {
    this.returned.push(...entries);
    this.returned.sort((a, b) => (a.isOlderThan(b) ? -1 : 1));
    this.wake();
  }

  /** See Journal.take. */
  async take(max: number, signal?: AbortSignal): Promise<StoredEntry[]> {
    while (!this.isClosed && !signal?.aborted) {
      if (this.head >= this.ready.length && this.spilled.length > 0) {
        this.loading ??= this.load();
        await this.loading;
      }
      const taken = this.isClosed || signal?.aborted ? [] : this.pick(max);
      if (taken.length > 0) return taken;
      if (this.spilled.length === 0) await this.arrival(signal);
    }
    return [];
  }

  /** The entry is finished: its kept ciphertext goes. */
  forget(entry: StoredEntry): void {
    this.keptBytes -= entry.kept?.length ?? 0;
    entry.kept = undefined;
  }

  close(): void {
    this.isClosed = true;
    this.wake();
  }

  private pick(max: number): StoredEntry[] {
    const taken: StoredEntry[] = [];
    while (taken.length < max) {
      const fresh = this.ready[this.head];
      const again = this.returned[0];
      if (!fresh && !again) break;
      const isAgain = again !== undefined && (!fresh || again.isOlderThan(fresh));
      const entry = isAgain ? this.returned.shift()! : fresh!;
      if (!isAgain) this.head += 1;
      entry.isTaken = true;
      taken.push(entry);
    }
    if (this.head === this.ready.length || this.head > 1024) {
      this.ready.splice(0, this.head);
      this.head = 0;
    }
    return taken;
  }

  private spill(segment: Segment, from: number, to: number, count: number): void {
    const last = this.spilled.at(-1);
    if (last?.segment !== segment) this.spilled.push({ segment, from, to, count });
    else {
      last.to = to;
      last.count += count;
    }
  }

  private async load(): Promise<void> {
    const next = this.spilled[0]!;
    const { segment, from, to, count } = next;
    const { largeFolder, clock, logger, isAside } = this.options;
    try {
      const { records, damages } = await segment.scan(from, to);
      let found = 0;
      for (const record of records) {
        const meta = metaOf(record.bytes);
        if (isAside(meta.messageId)) continue;
        found += 1;
        const recordLength = record.bytes.length;
        const entry = new StoredEntry({ ...record, meta, segment, recordLength, largeFolder });
        // A copy: a view would hold the whole scanned segment.
        if (entry.kind === 'small') this.keep(entry, record.bytes.subarray(-entry.cipherLength), true);
        this.ready.push(entry);
      }
      // More may have been added to the segment while it was read.
      next.from = to;
      next.count -= count;
      if (next.count === 0) this.spilled.shift();
      if (found < count) await this.options.onDamage(segment, damages, count - found);
    } catch (error) {
      logger.error({ event: 'journal.read_failed', segment: segment.sequence, err: error });
      this.spilled.push(this.spilled.shift()!);
      await clock.sleep(READ_RETRY_MS);
    } finally {
      this.loading = undefined;
    }
  }

  private keep(entry: StoredEntry, cipher: Buffer, isCopied = false): void {
    if (this.keptBytes + cipher.length > this.options.limits.keptBytes) return;
    entry.kept = isCopied ? Buffer.from(cipher) : cipher;
    this.keptBytes += cipher.length;
  }

  private arrival(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.wakers.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      this.wakers.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  private wake(): void {
    for (const waker of [...this.wakers]) waker();
  }
}

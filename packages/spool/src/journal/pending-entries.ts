import type { Clock } from '@hikyaku/core';
import type { Logger } from '@hikyaku/telemetry';
import { isMissing } from '../durable-files.ts';
import type { JournalLimits, JournalMeta } from './journal-types.ts';
import { readTrailer } from './mail-trailer.ts';
import type { Damage, FoundRecord } from './record.ts';
import { type RecordHead, readHead } from './record-head.ts';
import type { Segment } from './segment.ts';
import type { Appended } from './segment-log.ts';
import { StoredEntry, StoredPlace } from './stored-entry.ts';

interface PendingEntriesOptions {
  largeFolder: string;
  limits: JournalLimits;
  clock: Clock;
  logger: Logger;
  /** True for a mail that is in the quarantine already. */
  isAside: (messageId: string) => boolean;
  openHead: (head: RecordHead) => JournalMeta | undefined;
  /** A mail of which nothing is known any more but its id: to be moved aside. */
  onUnreadable: (place: StoredPlace) => Promise<void>;
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

const missing = (error: unknown): undefined => {
  if (!isMissing(error)) throw error;
};

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
      this.ready.push(new StoredEntry({ ...record, recordLength: record.bytes.length, largeFolder }));
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
    if (last?.segment !== segment || last.to !== from) this.spilled.push({ segment, from, to, count });
    else {
      last.to = to;
      last.count += count;
    }
  }

  private async load(): Promise<void> {
    const next = this.spilled[0]!;
    const { segment, from, to, count } = next;
    const { isAside, onUnreadable, onDamage } = this.options;
    try {
      const { records, damages } = await segment.scan(from, to);
      const unreadable: StoredPlace[] = [];
      const later: Spilled[] = [];
      let found = 0;
      let problem: unknown;
      for (const record of records) {
        const head = readHead(record);
        if (record.kind === 'erased' || isAside(head.messageId)) continue;
        found += 1;
        try {
          const stored = await this.stored(segment, record.kind, record, head);
          if (stored instanceof StoredEntry) this.ready.push(stored);
          else unreadable.push(stored);
        } catch (error) {
          // Its file cannot be read now: it alone comes later, and none of the others twice.
          const { offset, bytes } = record;
          later.push({ segment, from: offset, to: offset + bytes.length, count: 1 });
          problem = error;
        }
      }
      // More may have been added to the segment while it was read.
      next.from = to;
      next.count -= count;
      if (next.count === 0) this.spilled.shift();
      this.spilled.push(...later);
      for (const place of unreadable) await onUnreadable(place);
      if (found < count) await onDamage(segment, damages, count - found);
      if (later.length > 0) await this.sayUnread(segment, problem, later.length === found);
    } catch (error) {
      if (this.spilled[0] === next) this.spilled.push(this.spilled.shift()!);
      await this.sayUnread(segment, error, true);
    } finally {
      this.loading = undefined;
    }
  }

  private async sayUnread(segment: Segment, error: unknown, isAll: boolean): Promise<void> {
    const { clock, logger } = this.options;
    logger.error({ event: 'journal.read_failed', segment: segment.sequence, err: error });
    if (isAll) await clock.sleep(READ_RETRY_MS);
  }

  /** A large mail's meta is at the end of its file. */
  private async stored(
    segment: Segment,
    kind: 'small' | 'large',
    { bytes, offset, cipherLength }: FoundRecord,
    head: RecordHead,
  ): Promise<StoredEntry | StoredPlace> {
    const { largeFolder, openHead } = this.options;
    const { messageId } = head;
    const from = {
      messageId,
      kind,
      cipherLength,
      segment,
      offset,
      recordLength: bytes.length,
      largeFolder,
      fileBytes: 0,
    };
    const place = new StoredPlace(from);
    const isApart = kind === 'large' && head.plainMeta === undefined;
    const trailer = isApart ? await readTrailer(place.path).catch(missing) : undefined;
    const meta = openHead(trailer ? readHead(trailer) : head);
    if (kind === 'large') from.fileBytes = cipherLength + (trailer?.bytes.length ?? 0);
    return meta?.messageId === messageId ? new StoredEntry({ ...from, meta }) : place;
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

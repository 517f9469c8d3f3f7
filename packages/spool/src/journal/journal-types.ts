import type { AcceptedMail, Clock } from '@hikyaku/core';
import type { Logger } from '@hikyaku/telemetry';

/** Kept encrypted in its record, beside the ciphertext. */
export interface JournalMeta extends AcceptedMail {
  /** Null when the mailbox is gone. */
  accountKey: string | null;
}

export interface JournalOptions {
  dir: string;
  /** Disk the journal may use; beyond it `edge.journal_full`. */
  maxBytes: number;
  /** What it leaves free of its disk, for those who share it; beyond it `edge.journal_full`. Default 0. */
  keepFreeBytes?: number;
  logger: Logger;
  /** Of 32 bytes each: the first masks what the journal knows of its mails, all open. */
  keys: Buffer[];
  /** Mails up to that many plain bytes share the log; larger ones get a file of their own. Default 256 KiB. */
  smallLimitBytes?: number;
  clock?: Clock;
  /** Tests shorten these; see journal-limits.ts for what they are. */
  limits?: Partial<JournalLimits>;
}

export interface JournalLimits {
  segmentBytes: number;
  segmentAgeMs: number;
  idleMs: number;
  probeMs: number;
  stallMs: number;
  groupBytes: number;
  groupRecords: number;
  loadedEntries: number;
  largeQueueBytes: number;
  quarantineMs: number;
  pruneEveryMs: number;
}

export interface JournalWriter {
  /**
   * Encrypts and keeps. A promise means: wait before the next chunk. Never rejects: a failure is told by `commit`, because the device sends
   * its whole DATA before it reads a reply.
   */
  write(chunk: Uint8Array): Promise<void> | undefined;
  /**
   * Resolves only when the mail is durable.
   * @throws RelayError `edge.journal_unavailable`, `edge.journal_full`; then nothing of the mail is kept
   */
  commit(meta: JournalMeta): Promise<void>;
  /** Forgets the mail. Does nothing after `commit`. */
  abort(): Promise<void>;
  readonly plainBytes: number;
}

export interface JournalEntry {
  readonly meta: JournalMeta;
  readonly kind: 'small' | 'large';
  /** Bytes of ciphertext. */
  readonly cipherLength: number;
  /** The file that holds it, synced: a segment that others share, or a large mail's own. It stays until the entry is acknowledged. */
  readonly path: string;
  /** Where the ciphertext begins in that file. */
  readonly cipherOffset: number;
  /** It was accepted no longer ago than that, whatever was done to the time of day since. Null: an earlier process took it, so nobody knows. */
  readonly ageAtMostMs: number | null;
  /** A small mail's whole record. */
  readRecord(): Promise<Buffer>;
}

export interface JournalStats {
  /** Accepted and not acknowledged, taken ones included. */
  entries: number;
  /** On disk, what waits to be unlinked included. */
  bytes: number;
  /** Files in the quarantine folder that stand for a mail or a damaged stretch, and segments that the disk did not give at the open. */
  quarantined: number;
  /** `acceptedAt` of the oldest segment's first mail: at most a segment's age too old. */
  oldestAt: number | null;
}

export interface Journal {
  /** Starts a mail. Nothing is on disk before it outgrows the small limit or is committed. */
  begin(messageId: string, contentKey: Buffer): JournalWriter;
  /**
   * Up to `max` entries that are not taken yet, oldest first; waits until there is one. After a restart everything that was not acknowledged comes
   * again. Resolves to an empty list when the signal aborts or the journal closes.
   */
  take(max: number, signal?: AbortSignal): Promise<JournalEntry[]>;
  /** Acknowledges: the last step of hand-off. Once nothing is left in a segment, it and its large files are unlinked. Repeating it does nothing. */
  done(entry: JournalEntry): Promise<void>;
  /** Hand-off failed: they come again, before younger ones. */
  putBack(entries: JournalEntry[]): void;
  /** Acknowledges a mail that nobody may have any more: its sealed key is overwritten, since its segment may live on for others. */
  destroy(entry: JournalEntry): Promise<void>;
  /**
   * Moves a mail aside and acknowledges it. `reason` goes to the log. `mayBeHandedOff`: nobody can say that it is not in the database, so that the spool may be linked to its
   * bytes: they stay as they are. Else they are overwritten, since its segment may live on for others.
   */
  quarantine(entry: JournalEntry, reason: string, mayBeHandedOff: boolean): Promise<void>;
  stats(): JournalStats;
  /** For readiness: the last write succeeded (or a probe since), nothing hangs, and there is room. */
  isWritable(): boolean;
  /** Ends waiting takes, finishes running commits, gives the folder free. */
  close(): Promise<void>;
}

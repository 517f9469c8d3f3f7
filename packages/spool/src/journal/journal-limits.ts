import type { JournalLimits } from './journal-types.ts';

/** Holds a camera's picture: a file of its own cost accepting 200 KB a third more CPU (docs/performance.md). A session holds that much in memory. */
export const SMALL_LIMIT_BYTES = 256 * 1024;

export const JOURNAL_LIMITS: JournalLimits = {
  /** A segment is read whole at recovery, so it stays small; and one stuck mail pins one segment. */
  segmentBytes: 8 * 1024 * 1024,
  /** Acknowledged content must not linger because other mail keeps the segment in use. */
  segmentAgeMs: 2000,
  /** Quiet that long and all acknowledged: the segment goes. Longer than the gaps inside a burst, so bursts share one. */
  idleMs: 200,
  /** How often a failed disk is tried without a mail to write. */
  probeMs: 1000,
  /** A sync that takes longer counts as a disk that does not work: devices give up after 30 s and more. */
  stallMs: 10_000,
  /** One group: about what a disk writes in the time of one sync. */
  groupBytes: 4 * 1024 * 1024,
  /** Half of the kernel's 1,024 buffers a call. */
  groupRecords: 512,
  /** Waiting entries whose meta is in memory (about 1 KB each); the others are found again in their segments. */
  loadedEntries: 4096,
  /** A large mail's bytes that wait for the disk before the device has to; as many may be on their way to it. Twice as much costs a process 20 MB under large mails, and saves no CPU (ADR 0039). */
  largeQueueBytes: 128 * 1024,
  /** As long as the content of failed mail is kept (design, section 4): content that nobody sends must not lie on a disk for ever. */
  quarantineMs: 72 * 3_600_000,
  /** How often that is looked at; first after so long, so that an operator who starts an edge to look into it finds everything. */
  pruneEveryMs: 3_600_000,
};

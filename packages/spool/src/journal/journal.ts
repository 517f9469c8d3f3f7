import { chmod, mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { RelayError, systemClock } from '@hikyaku/core';
import { closeFile, FOLDER_MODE, openFile, syncFolder, toJournalError } from '../durable-files.ts';
import { eraseRecords } from '../erase-records.ts';
import { DiskBudget } from './disk-budget.ts';
import { probeDisk } from './disk-probe.ts';
import { JOURNAL_LIMITS, SMALL_LIMIT_BYTES } from './journal-limits.ts';
import { lockFolder } from './journal-lock.ts';
import type { Journal, JournalEntry, JournalOptions } from './journal-types.ts';
import { createJournalWriter } from './journal-writer.ts';
import { LargeFile } from './large-file.ts';
import { PendingEntries } from './pending-entries.ts';
import { Quarantine } from './quarantine.ts';
import type { Damage } from './record.ts';
import { openHead } from './record-head.ts';
import { recoverJournal } from './recovery.ts';
import type { Segment } from './segment.ts';
import { SegmentLog } from './segment-log.ts';
import { SegmentRetirement } from './segment-retirement.ts';
import { StoredEntry, type StoredPlace } from './stored-entry.ts';

/**
 * Opens the journal of one edge: takes its lock, recovers what an earlier process left, and is ready for mail.
 * @throws RelayError `edge.journal_unavailable` when another process has it, or the folder cannot be used
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const folders = {
    segmentFolder: join(options.dir, 'segments'),
    largeFolder: join(options.dir, 'large'),
    quarantineFolder: join(options.dir, 'quarantine'),
  };
  try {
    for (const folder of [options.dir, ...Object.values(folders)]) {
      await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    }
    await chmod(options.dir, FOLDER_MODE);
    await syncFolder(options.dir);
    const lock = lockFolder(options.dir);
    try {
      return await start(options, folders, lock.release);
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw toJournalError(error);
  }
}

async function start(
  options: JournalOptions,
  folders: { segmentFolder: string; largeFolder: string; quarantineFolder: string },
  releaseLock: () => void,
): Promise<Journal> {
  const { logger, clock = systemClock, smallLimitBytes = SMALL_LIMIT_BYTES } = options;
  const limits = { ...JOURNAL_LIMITS, ...options.limits };
  const { segmentFolder, largeFolder } = folders;
  const [journalKey] = options.keys;
  if (!journalKey) throw new RelayError('bug.unknown', { internal: 'a journal needs a key' });
  const quarantine = await Quarantine.open(folders.quarantineFolder, () => clock.now());
  const recovered = await recoverJournal(folders, quarantine, logger, clock.now());

  const { keepFreeBytes = 0 } = options;
  const budget = new DiskBudget(options.maxBytes, keepFreeBytes);
  budget.usedBytes = recovered.usedBytes;
  const lookAtDisk = async (): Promise<void> => {
    const wasLow = budget.isDiskLow;
    const { bavail, bsize } = await statfs(options.dir);
    budget.saw(bavail * bsize);
    if (budget.isDiskLow === wasLow) return;
    if (wasLow) logger.info({ event: 'journal.disk_has_room' });
    else logger.error({ event: 'journal.disk_low', freeBytes: bavail * bsize, keepFreeBytes });
  };
  // Without a reserve the disk itself says when it is full.
  if (keepFreeBytes > 0) await lookAtDisk();
  /** Segments with mail that waits, by age. */
  const living = new Set<Segment>(recovered.segments);
  const retirement = new SegmentRetirement(budget, logger);
  let entries = recovered.segments.reduce((sum, { live }) => sum + live, 0);
  let isClosed = false;
  let idleTimer: NodeJS.Timeout | undefined;

  const retireIfEmpty = async (segment: Segment): Promise<void> => {
    if (segment.live > 0 || !segment.isSealed || segment.isPinned || !living.delete(segment)) return;
    await retirement.add(segment);
  };
  const keepDamage = async (segment: Segment, damages: Damage[], lost: number): Promise<void> => {
    for (const damage of damages) {
      logger.error({ event: 'journal.damaged', segment: segment.sequence, ...damage });
      await quarantine.keepDamage(segment, damage).catch((error) => {
        segment.isPinned = true;
        logger.error({ event: 'journal.quarantine_failed', segment: segment.sequence, err: error });
      });
    }
    segment.live -= lost;
    entries -= lost;
    await retireIfEmpty(segment);
  };

  const isAside = (messageId: string): boolean => quarantine.hasMail(messageId);
  const setAside = async (place: StoredPlace, reason: string, mayBeHandedOff: boolean): Promise<void> => {
    await quarantine.keepMail(place).catch((error) => {
      throw toJournalError(error);
    });
    logger.error({ event: 'journal.quarantined', messageId: place.messageId, reason });
    if (!mayBeHandedOff) await eraseIn(place);
    if (!place.isFinished) await finish(place);
  };
  const onUnreadable = (place: StoredPlace): Promise<void> =>
    setAside(place, 'what is known of it does not open', true).catch((error) => {
      place.segment.isPinned = true;
      logger.error({ event: 'journal.quarantine_failed', segment: place.segment.sequence, err: error });
    });
  const pending = new PendingEntries({
    largeFolder,
    limits,
    clock,
    logger,
    isAside,
    openHead: (head) => openHead(head, options.keys),
    onUnreadable,
    onDamage: keepDamage,
  });
  for (const segment of recovered.segments) if (segment.live > 0) pending.addSegment(segment);

  const log = new SegmentLog({
    segmentFolder,
    largeFolder,
    nextSequence: recovered.nextSequence,
    limits,
    budget,
    clock,
    logger,
    onDurable(group) {
      entries += group.length;
      living.add(group[0]!.segment);
      pending.add(group);
    },
    onSealed: (segment) => void retireIfEmpty(segment),
  });

  /** Nothing waits in the open segment: it goes soon, so that delivered content does not stay on the disk. */
  const sealWhenIdle = (): void => {
    idleTimer ??= setTimeout(() => {
      idleTimer = undefined;
      if (log.current?.live !== 0 || isClosed) return;
      if (log.hasWaiting) sealWhenIdle();
      else void log.seal();
    }, limits.idleMs).unref();
  };

  const probeTimer = setInterval(() => {
    // A disk that does not answer is told by what is written to it.
    if (keepFreeBytes > 0) lookAtDisk().catch(() => {});
    if (log.isWorking) return;
    probeDisk(join(options.dir, 'probe')).then(
      () => {
        log.markWorking();
        logger.info({ event: 'journal.writable_again' });
        void retirement.sweep();
      },
      () => {},
    );
  }, limits.probeMs).unref();

  const pruneTimer = setInterval(() => {
    quarantine.prune(limits.quarantineMs, limits.pruneEveryMs).then(
      (names) => {
        // The last of three tellings: it was logged when it was moved aside, and counted in the metrics for three days.
        if (names.length > 0)
          logger.error({ event: 'journal.quarantine_pruned', count: names.length, names: names.slice(0, 20) });
      },
      (error) => logger.error({ event: 'journal.quarantine_failed', err: error }),
    );
  }, limits.pruneEveryMs).unref();

  /** Other mails of its batch may keep the segment alive in the spool for days. Best effort: without a link it goes with the segment anyway. */
  const eraseIn = async (place: StoredPlace): Promise<void> => {
    if (place.kind === 'large') return;
    try {
      const fd = await openFile(place.path, 'r+');
      await eraseRecords(fd, [{ offset: place.cipherOffset, length: place.cipherLength }]).finally(() => closeFile(fd));
    } catch (error) {
      logger.warn({ event: 'journal.erase_failed', messageId: place.messageId, err: error });
    }
  };

  const finish = async (place: StoredPlace): Promise<void> => {
    const { segment } = place;
    place.isFinished = true;
    entries -= 1;
    segment.live -= 1;
    segment.acknowledged += 1;
    if (place.kind === 'large') segment.finishFile(place.path, place.fileBytes);
    if (segment === log.current && segment.live === 0) sealWhenIdle();
    await retireIfEmpty(segment);
  };

  return {
    begin(messageId, contentKey) {
      // The id becomes a file name.
      if (!/^[\w-]{1,64}$/.test(messageId)) throw new RelayError('bug.unknown', { internal: 'not a message id' });
      const openLargeFile = () => new LargeFile(join(largeFolder, `${messageId}.bin`), budget, limits.largeQueueBytes);
      return createJournalWriter({ messageId, contentKey, journalKey, smallLimitBytes, log, openLargeFile });
    },
    take: (max, signal) => pending.take(max, signal),
    async done(entry) {
      const stored = storedOf(entry);
      if (!stored.isFinished) await finish(stored);
    },
    async destroy(entry) {
      const stored = storedOf(entry);
      if (stored.isFinished) return;
      await eraseIn(stored);
      await finish(stored);
    },
    putBack(list) {
      const back = list.map(storedOf).filter((entry) => entry.isTaken && !entry.isFinished);
      for (const entry of back) entry.isTaken = false;
      pending.putBack(back);
    },
    async quarantine(entry, reason, mayBeHandedOff) {
      const stored = storedOf(entry);
      // When this fails the mail stays unacknowledged and out of the way: it comes again at the next open.
      if (!stored.isFinished) await setAside(stored, reason, mayBeHandedOff);
    },
    stats() {
      let oldestAt: number | null = null;
      for (const { live, firstAcceptedAt } of living) {
        if (live > 0 && firstAcceptedAt !== null) oldestAt = Math.min(oldestAt ?? firstAcceptedAt, firstAcceptedAt);
      }
      return { entries, bytes: budget.usedBytes, quarantined: quarantine.count + recovered.unreadable, oldestAt };
    },
    isWritable: () => !isClosed && log.isWorking && budget.hasRoom,
    async close() {
      if (isClosed) return;
      isClosed = true;
      clearInterval(probeTimer);
      clearInterval(pruneTimer);
      clearTimeout(idleTimer);
      pending.close();
      await log.close();
      await retirement.sweep();
      releaseLock();
    },
  };
}

function storedOf(entry: JournalEntry): StoredEntry {
  if (entry instanceof StoredEntry) return entry;
  throw new RelayError('bug.unknown', { internal: 'not an entry of this journal' });
}

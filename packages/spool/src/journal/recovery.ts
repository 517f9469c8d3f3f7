import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@hikyaku/telemetry';
import { type LargeOrphan, readOrphan, recordOrphans } from './large-orphans.ts';
import type { Quarantine } from './quarantine.ts';
import type { FoundRecord } from './record.ts';
import { readHead } from './record-head.ts';
import { Segment, sequenceOf } from './segment.ts';

export interface Recovered {
  /** By age; each with at least one whole record. */
  segments: Segment[];
  nextSequence: number;
  /** Of the segments and large files that stay. */
  usedBytes: number;
  /** Segments that the disk does not give. They stay for the next open. */
  unreadable: number;
}

interface Folders {
  segmentFolder: string;
  largeFolder: string;
}

/**
 * What an earlier process left. Every whole record of every segment waits again. The end of the newest segment that was never proven to be synced
 * may be torn: such mail got no 250, and is cut off. Damage anywhere else is copied to the quarantine, and a segment that cannot be read stops nothing else. A large file that no record
 * names waits again if it is whole (docs/adr/0060), since its record may be what was damaged; else it is removed. The journal takes no mail before this has ended, so they are from before.
 */
export async function recoverJournal(
  folders: Folders,
  quarantine: Quarantine,
  logger: Logger,
  now: number,
): Promise<Recovered> {
  const { segmentFolder, largeFolder } = folders;
  const sequences = (await readdir(segmentFolder)).map(sequenceOf).filter((sequence) => sequence !== undefined);
  sequences.sort((a, b) => a - b);
  const orphans = new Set(await readdir(largeFolder));
  // Starts at the time, so that a number is not used again after its segment is gone: the quarantine names files by it.
  const nextSequence = Math.max(now, (sequences.at(-1) ?? 0) + 1);
  const result: Recovered = { segments: [], nextSequence, usedBytes: 0, unreadable: 0 };
  for (const sequence of sequences) {
    const segment = new Segment(segmentFolder, sequence);
    const isNewest = sequence === sequences.at(-1);
    const records = await recoverSegment(segment, isNewest, quarantine, logger).catch((error) => {
      logger.error({ event: 'journal.unreadable', segment: sequence, err: error });
      result.unreadable += 1;
    });
    if (!records) continue;
    let largeBytes = 0;
    for (const record of records) {
      const { messageId } = readHead(record);
      const isAside = quarantine.hasMail(messageId);
      if (isAside) segment.live -= 1;
      if (record.kind === 'small') continue;
      const fileName = `${messageId}.bin`;
      const path = join(largeFolder, fileName);
      const fileBytes = orphans.has(fileName) ? (await stat(path)).size : record.cipherLength;
      largeBytes += fileBytes;
      if (isAside) segment.finishFile(path, fileBytes);
      if (!orphans.delete(fileName)) logger.warn({ event: 'journal.large_missing', segment: sequence, messageId });
    }
    if (segment.live === 0 && !segment.isPinned) await segment.unlink();
    else {
      result.usedBytes += segment.size + largeBytes;
      result.segments.push(segment);
    }
  }
  // Whose they are may stand in what could not be read.
  if (result.unreadable > 0) return result;
  const whole: LargeOrphan[] = [];
  let removed = 0;
  for (const fileName of orphans) {
    const path = join(largeFolder, fileName);
    const orphan = await readOrphan(path).catch((error) => {
      logger.error({ event: 'journal.unreadable', file: fileName, err: error });
      return 'unreadable' as const;
    });
    if (orphan === 'unreadable') continue;
    if (orphan && !quarantine.hasMail(orphan.messageId)) whole.push(orphan);
    else {
      await unlink(path);
      removed += 1;
    }
  }
  if (removed > 0) logger.info({ event: 'journal.orphans_removed', files: removed });
  if (whole.length > 0) await takeBack(whole, segmentFolder, result, logger);
  return result;
}

async function takeBack(whole: LargeOrphan[], segmentFolder: string, result: Recovered, logger: Logger): Promise<void> {
  const segment = new Segment(segmentFolder, result.nextSequence);
  try {
    await recordOrphans(segment, whole);
  } catch (error) {
    // A disk that is full, or read-only: the files stay for the next open.
    logger.error({ event: 'journal.not_taken_back', files: whole.length, err: error });
    return;
  }
  logger.warn({ event: 'journal.taken_back', files: whole.length });
  result.nextSequence += 1;
  result.segments.push(segment);
  result.usedBytes += segment.size + whole.reduce((sum, { fileBytes }) => sum + fileBytes, 0);
}

/** Its records but for erased ones, whose mails are gone. */
async function recoverSegment(
  segment: Segment,
  isNewest: boolean,
  quarantine: Quarantine,
  logger: Logger,
): Promise<FoundRecord[]> {
  const fileBytes = (await stat(segment.path)).size;
  const { records: all, damages } = await segment.scan(0, fileBytes);
  const records = all.filter(({ kind }) => kind !== 'erased');
  segment.isSealed = true;
  segment.size = fileBytes;
  segment.live = records.length;
  if (records[0]) segment.firstAcceptedAt = readHead(records[0]).acceptedAt;

  // Each record says how much of the file was synced before it was written.
  const provenBytes = all.reduce((most, { durableOffset }) => Math.max(most, durableOffset), 0);
  for (const damage of damages) {
    const isTorn = isNewest && damage.offset >= provenBytes;
    const event = isTorn ? 'journal.torn_tail' : 'journal.damaged';
    logger[isTorn ? 'warn' : 'error']({ event, segment: segment.sequence, ...damage });
    if (!isTorn) await quarantine.keepDamage(segment, damage).catch((error) => pin(segment, error, logger));
    else if (damage.offset + damage.length === fileBytes) {
      segment.size = damage.offset;
      // Read no further than here in any case.
      if (damage.offset > 0)
        await segment
          .cutTail()
          .catch((error) => logger.warn({ event: 'journal.not_cut', segment: segment.sequence, err: error }));
    }
  }
  return records;
}

function pin(segment: Segment, error: unknown, logger: Logger): void {
  segment.isPinned = true;
  logger.error({ event: 'journal.quarantine_failed', segment: segment.sequence, err: error });
}

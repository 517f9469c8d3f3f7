import { RelayError } from '@hikyaku/core';
import { type Journal, openJournal } from '@hikyaku/spool';
import type { Logger } from '@hikyaku/telemetry';
import { isOwned, type JournalPlace, placeOf, placesOnDisk } from './journal-place.ts';

/** Twice what an edge of the most processes needs while all of them are renewed. */
const MAX_PLACES = 64;

/**
 * Opens the journal of this process: the first folder without an owner, so that who follows a killed process hands its mail off; a new one when
 * there is none. An edge of one process has the first folder or none.
 * @throws RelayError `edge.journal_unavailable`
 */
export async function takeJournal(parts: {
  dataDir: string;
  isAlone: boolean;
  maxBytes: number;
  keepFreeBytes: number;
  keys: Buffer[];
  logger: Logger;
}): Promise<{ place: JournalPlace; journal: Journal }> {
  const { dataDir, isAlone, logger, ...limits } = parts;
  let problem: unknown;
  for (const place of isAlone ? [placeOf(dataDir, 1)] : candidates(dataDir)) {
    try {
      if (!isAlone && isOwned(place)) continue;
      return { place, journal: await openJournal({ dir: place.journalDir, logger, ...limits }) };
    } catch (error) {
      // Another one was faster, or this folder is broken: the next one may do.
      problem = error;
      if (!isAlone) logger.warn({ event: 'journal.not_taken', journal: place.number, err: error });
    }
  }
  throw problem ?? new RelayError('edge.journal_unavailable', { internal: `all of ${MAX_PLACES} folders have owners` });
}

function candidates(dataDir: string): JournalPlace[] {
  const there = placesOnDisk(dataDir);
  const numbers = new Set(there.map(({ number }) => number));
  const free = Array.from({ length: MAX_PLACES }, (_, index) => index + 1).filter((number) => !numbers.has(number));
  return [...there, ...free.map((number) => placeOf(dataDir, number))];
}

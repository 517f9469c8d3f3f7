import { type Journal, type JournalStats, openJournal } from '@hikyaku/spool';
import type { HandoffParts } from '../handoff/batch.ts';
import { Handoff } from '../handoff/handoff.ts';
import { OpenPacks } from '../handoff/open-packs.ts';
import { isEmpty, isOwned, type JournalPlace, placeOf, placesOnDisk } from './journal-place.ts';
import { removeGone, removePlace } from './remove-place.ts';

/** A process that ended is followed by another one within seconds, which takes its folder; what is left after that is looked for that often. */
const LOOK_EVERY_MS = 15_000;
/** While one is being emptied. */
const LOOK_SOON_MS = 1000;

interface Adopted {
  place: JournalPlace;
  journal: Journal;
  packs: OpenPacks;
  handoff: Handoff;
}

/** `own`: the place that this process writes to; the rest is hand-off's. */
export type AdoptingParts = Omit<HandoffParts, 'journal' | 'packs' | 'share'> & {
  dataDir: string;
  own: JournalPlace;
  /** Of the journal, as `openJournal` wants them. */
  keys: Buffer[];
};

/** Journals whose process is gone for good: their mail is handed off, then their folders are removed. What was set aside in one keeps it open. */
export class AdoptedJournals {
  #parts: AdoptingParts;
  #adopted = new Map<number, Adopted>();
  #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(parts: AdoptingParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  stats(): JournalStats[] {
    return [...this.#adopted.values()].map(({ journal }) => journal.stats());
  }

  /** What is not handed off within the time keeps for the next who looks. */
  async stop(withinMs: number): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await Promise.all([...this.#adopted.values()].map((one) => this.#giveBack(one, withinMs)));
  }

  async #run(): Promise<void> {
    const { clock, logger } = this.#parts;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#look().catch((error: unknown) => logger.error({ event: 'journal.adopting_failed', err: error }));
      await clock.sleep(this.#adopted.size > 0 ? LOOK_SOON_MS : LOOK_EVERY_MS, signal).catch(() => {});
    }
  }

  async #look(): Promise<void> {
    const { dataDir, logger, own } = this.#parts;
    removeGone(placeOf(dataDir, 1).journalDir);
    for (const one of [...this.#adopted.values()]) await this.#finish(one);
    for (const place of placesOnDisk(dataDir)) {
      if (place.number === own.number || this.#adopted.has(place.number)) continue;
      // One that cannot be opened keeps none of the others waiting.
      await this.#clear(place).catch((error: unknown) =>
        logger.error({ event: 'journal.adopting_failed', journal: place.number, err: error }),
      );
    }
  }

  async #clear(place: JournalPlace): Promise<void> {
    if (isOwned(place)) return;
    if (!isEmpty(place)) await this.#adopt(place);
    else if (removePlace(place)) this.#parts.logger.info({ event: 'journal.removed', journal: place.number });
  }

  async #adopt(place: JournalPlace): Promise<void> {
    const { database, keys, logger, spool } = this.#parts;
    // Nothing is written to it, so that any limit does.
    const journal = await openJournal({ dir: place.journalDir, maxBytes: Number.MAX_SAFE_INTEGER, keys, logger });
    const packs = new OpenPacks({ dir: place.packsDir, spool, database, logger });
    const handoff = new Handoff({ ...this.#parts, journal, packs, share: { handedOff: () => {} } });
    this.#adopted.set(place.number, { place, journal, packs, handoff });
    handoff.start();
    logger.warn({ event: 'journal.adopted', journal: place.number, entries: journal.stats().entries });
  }

  /** Lets one go in which nothing is left to do. */
  async #finish(adopted: Adopted): Promise<void> {
    const { entries, quarantined } = adopted.journal.stats();
    // Postgres may be away: the notes wait.
    await adopted.packs.clear().catch(() => {});
    if (entries === 0 && quarantined === 0) await this.#giveBack(adopted, 0);
  }

  async #giveBack({ place, journal, handoff }: Adopted, withinMs: number): Promise<void> {
    await handoff.stop(withinMs);
    await journal.close();
    this.#adopted.delete(place.number);
  }
}

import type { JournalEntry } from '@hikyaku/spool';
import { type HandoffParts, handOffBatch, setAside } from './batch.ts';
import { failureKind } from './failure-kind.ts';

/** Rows of one insert: 6.5 µs each, and what a crash makes us do again. */
const MAX_BATCH = 256;
/** Batches begin that far apart at least: each costs some ten round trips and syncs, whatever it holds. A mail after quiet waits for nothing. */
const GATHER_MS = 25;
/** In a rush, as long as batches hold that many: what a batch costs by itself (2 ms of Postgres) is shared by three times as many, and who waits for one of hundreds a second waits 50 ms more. */
const RUSH = { fromMails: 4, gatherMs: 75 };
/** The tombstones' life: an older entry could be sent twice. */
const MAX_AGE_MS = 30 * 86_400_000;
const FIRST_REST_MS = 100;
const LONGEST_REST_MS = 5000;
/** A single entry that fails for a reason we do not know is set aside after that many tries. */
const MAX_TRIES = 5;
/** While Postgres is away it is said once, and again that often. */
const SAY_EVERY_MS = 60_000;

/** Moves accepted mail from the journal to spool and Postgres, in the background, for as long as the process lives. */
export class Handoff {
  #parts: HandoffParts;
  #stop = new AbortController();
  #running: Promise<void> | undefined;
  #restMs = 0;
  #saidAt = 0;
  #begunAt = 0;
  #gatherMs = GATHER_MS;
  #tries = new Map<string, number>();

  constructor(parts: HandoffParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Hands off what it can within the time, not waiting for a Postgres that is away; the rest keeps in the journal. */
  async stop(withinMs: number): Promise<void> {
    const { clock, journal } = this.#parts;
    const end = clock.now() + withinMs;
    while (this.#restMs === 0 && journal.stats().entries > 0 && clock.now() < end) await clock.sleep(20);
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const isWell = await this.#next(signal);
      if (isWell) this.#restMs = 0;
      else await this.#rest(signal);
    }
  }

  /** One batch. False when something has to come again. */
  async #next(signal: AbortSignal): Promise<boolean> {
    const { clock, journal, logger } = this.#parts;
    try {
      await this.#gather(signal);
      const entries = await journal.take(MAX_BATCH, signal);
      this.#begunAt = clock.now();
      this.#gatherMs = entries.length >= RUSH.fromMails ? RUSH.gatherMs : GATHER_MS;
      const failed = await this.#handOff(await this.#setOldAside(entries));
      journal.putBack(failed);
      return failed.length === 0;
    } catch (error) {
      logger.error({ event: 'handoff.journal_failed', err: error });
      return false;
    }
  }

  /** Leaves the mails that come right behind a batch time to become one. */
  async #gather(signal: AbortSignal): Promise<void> {
    const { clock, journal } = this.#parts;
    const early = this.#begunAt + this.#gatherMs - clock.now();
    if (early <= 0 || journal.stats().entries >= MAX_BATCH) return;
    // A clock that was set back must not stop it.
    await clock.sleep(Math.min(early, this.#gatherMs), signal).catch(() => {});
  }

  async #rest(signal: AbortSignal): Promise<void> {
    this.#restMs = Math.min(Math.max(FIRST_REST_MS, this.#restMs * 2), LONGEST_REST_MS);
    await this.#parts.clock.sleep(this.#restMs, signal).catch(() => {});
  }

  /** Those that have to come again. A batch is halved down to the entry that spoils it. */
  async #handOff(entries: JournalEntry[]): Promise<JournalEntry[]> {
    if (entries.length === 0) return [];
    try {
      const left = await handOffBatch(this.#parts, entries);
      for (const { meta } of entries) this.#tries.delete(meta.messageId);
      return left;
    } catch (error) {
      const kind = failureKind(error);
      if (kind === 'away') return this.#sayAway(error, entries);
      if (entries.length > 1) {
        const middle = entries.length >> 1;
        return [...(await this.#handOff(entries.slice(0, middle))), ...(await this.#handOff(entries.slice(middle)))];
      }
      return this.#judge(entries[0]!, kind === 'entry', error);
    }
  }

  async #judge(entry: JournalEntry, isItsFault: boolean, error: unknown): Promise<JournalEntry[]> {
    // What is closed around us says nothing of a mail.
    if (this.#stop.signal.aborted) return [entry];
    const { messageId } = entry.meta;
    const tries = (this.#tries.get(messageId) ?? 0) + 1;
    this.#parts.logger.error({ event: 'handoff.entry_failed', messageId, tries, err: error });
    if (!isItsFault && tries < MAX_TRIES) {
      this.#tries.set(messageId, tries);
      return [entry];
    }
    this.#tries.delete(messageId);
    const reason = `hand-off failed ${tries} times`;
    // Of what nobody foresaw it may be the answer alone that failed.
    return this.#trySetAside([entry], { reason, label: 'bad_entry', mayBeHandedOff: !isItsFault });
  }

  /** The time of day may have been set since a mail came: of what this process took itself the journal knows the age. */
  async #setOldAside(entries: JournalEntry[]): Promise<JournalEntry[]> {
    const { clock, logger } = this.#parts;
    const now = clock.now();
    const old: JournalEntry[] = [];
    for (const entry of entries) {
      const { meta, ageAtMostMs } = entry;
      if (meta.acceptedAt >= now - MAX_AGE_MS) continue;
      if (ageAtMostMs === null || ageAtMostMs > MAX_AGE_MS) old.push(entry);
      else {
        logger.warn({ event: 'handoff.clock_was_set', messageId: meta.messageId, acceptedAt: meta.acceptedAt });
        meta.acceptedAt = now - ageAtMostMs;
      }
    }
    const why = { reason: 'older than 30 days', label: 'too_old', mayBeHandedOff: true };
    const failed = await this.#trySetAside(old, why);
    if (failed.length) this.#parts.journal.putBack(failed);
    return entries.filter((entry) => !old.includes(entry));
  }

  async #trySetAside(entries: JournalEntry[], why: Parameters<typeof setAside>[2]): Promise<JournalEntry[]> {
    const failed: JournalEntry[] = [];
    for (const entry of entries) {
      await setAside(this.#parts, [entry], why).catch((error: unknown) => {
        this.#parts.logger.error({ event: 'handoff.quarantine_failed', messageId: entry.meta.messageId, err: error });
        failed.push(entry);
      });
    }
    return failed;
  }

  #sayAway(error: unknown, entries: JournalEntry[]): JournalEntry[] {
    const { clock, journal, logger } = this.#parts;
    if (this.#restMs === 0 || clock.now() - this.#saidAt > SAY_EVERY_MS) {
      logger.warn({ event: 'handoff.waiting', entries: journal.stats().entries, err: error });
      this.#saidAt = clock.now();
    }
    return entries;
  }
}

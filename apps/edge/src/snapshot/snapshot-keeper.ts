import { type Clock, RelayError, within } from '@hikyaku/core';
import { type Database, listen, readPolicyChanges } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';
import type { EdgeKeys } from './edge-keys.ts';
import type { PolicyStore } from './policy-store.ts';
import type { SnapshotFile } from './snapshot-file.ts';

/** Without a refresh for that long the snapshot is not believed any more (design, section 4). */
export const STALE_AFTER_MS = 72 * 3_600_000;
/** Notifications bring changes at once; the cursor brings those whose notification was lost. */
const REFRESH_EVERY_MS = 15_000;
/** While the instance has no keys yet (its first start), or Postgres is away. */
const REFRESH_SOON_MS = 500;
/** Everything is read anew that often, whatever the cursor says. */
const FULL_EVERY_MS = 3_600_000;
/** Several changes in a row are one refresh. */
const GATHER_MS = 20;
/** The file says how fresh it is; older than that it is written again though nothing changed. */
const SAVE_EVERY_MS = 600_000;
/** A refresh that hangs is not waited for at a stop. */
const CLOSE_WAIT_MS = 1000;
const OUTDATED = 'the master key was rotated: give this edge the new HIKYAKU_EDGE_KEY (npm run keys -- edge)';
/** Saving takes at most a twentieth of the time, however large the snapshot. */
const SAVE_SHARE = 20;
/** After a save that failed: a full disk. */
const SAVE_AGAIN_MS = 15_000;

export interface SnapshotParts {
  store: PolicyStore;
  keys: EdgeKeys;
  file: SnapshotFile;
  database: Database;
  databaseUrl: string;
  clock: Clock;
  logger: Logger;
}

/** Keeps store and keys as Postgres has them, and a sealed copy on disk for the time when it is away. */
export class SnapshotKeeper {
  #parts: SnapshotParts;
  #refreshedAt: number | null = null;
  /** How old it was when it was read, and when that was, by a clock that nobody sets: a jump of days must not make it old. */
  #read = { ageMs: 0, at: 0 };
  #cursor: string | null = null;
  #fullAt = 0;
  #savedAt = 0;
  #saveRestMs = 0;
  #isChanged = false;
  #isDown = false;
  #listening: ReturnType<typeof listen> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isAskedAgain = false;
  #isClosed = false;

  constructor(parts: SnapshotParts) {
    this.#parts = parts;
  }

  /**
   * Opens the file, then waits up to `waitMs` for Postgres; without it the edge starts on what the file holds.
   * @throws RelayError `vault.key_wrong` when EDGE_KEY does not fit the instance's keys
   */
  async start(waitMs: number): Promise<void> {
    const { clock, file, keys, logger, store } = this.#parts;
    const saved = await file.load().catch((error: RelayError) => {
      logger.error({ event: 'snapshot.unreadable', err: error });
      return null;
    });
    if (saved) {
      keys.use(saved.keys);
      store.replace(saved.rows);
      this.#refreshedAt = saved.refreshedAt;
      this.#read = { ageMs: clock.now() - saved.refreshedAt, at: performance.now() };
      logger.info({
        event: 'snapshot.loaded',
        ...store.counts,
        refreshedAt: new Date(saved.refreshedAt).toISOString(),
      });
    }
    // Heard before it is read: a change between a reading and the LISTEN behind it would wait for the next round.
    this.#listening = listen(this.#parts.databaseUrl, ['hikyaku_policy'], () => this.#soon(GATHER_MS), {
      logger,
      onReconnect: () => this.#soon(GATHER_MS),
    });
    const first = this.#listening.then(() => (this.#isClosed ? undefined : this.#refresh()));
    const isRead = await within(
      first.then(() => true),
      waitMs,
      () => false,
      clock,
    );
    if (!isRead) first.catch((error: unknown) => logger.error({ event: 'snapshot.keys_refused', err: error }));
    if (keys.isOutdated) throw new RelayError('vault.key_wrong', { internal: OUTDATED });
  }

  /** Milliseconds since Postgres last confirmed it; null when never. */
  ageMs(): number | null {
    return this.#refreshedAt === null ? null : this.#read.ageMs + performance.now() - this.#read.at;
  }

  /** Everything that was read is on disk, by this process or another one's care. */
  get isSaved(): boolean {
    return !this.#isChanged;
  }

  isFresh(): boolean {
    const age = this.ageMs();
    return age !== null && age < STALE_AFTER_MS && this.#parts.keys.isComplete;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await (await this.#listening)?.close();
    await within(Promise.resolve(this.#running), CLOSE_WAIT_MS, () => {}, this.#parts.clock);
    try {
      if (this.#refreshedAt !== null) await this.#save();
    } finally {
      this.#parts.file.release();
    }
  }

  #soon(ms: number): void {
    if (this.#isClosed) return;
    if (this.#running) {
      this.#isAskedAgain = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#refresh().catch((error: unknown) =>
        this.#parts.logger.error({ event: 'snapshot.keys_refused', err: error }),
      );
    }, ms);
  }

  #refresh(): Promise<void> {
    clearTimeout(this.#timer);
    this.#running ??= this.#readChanges().finally(() => {
      this.#running = undefined;
      const isAgain = this.#isAskedAgain;
      this.#isAskedAgain = false;
      // A change that is not on disk yet must not wait for the next round: an edge that crashes while Postgres is away has only its disk.
      const isWaiting = this.#isDown || this.#isChanged || !this.#parts.keys.isComplete;
      this.#soon(isAgain ? GATHER_MS : isWaiting ? REFRESH_SOON_MS : REFRESH_EVERY_MS);
    });
    return this.#running;
  }

  /** @throws RelayError `vault.key_wrong` */
  async #readChanges(): Promise<void> {
    const { clock, database, keys, logger, store } = this.#parts;
    const startedAt = clock.now();
    const read = { ageMs: 0, at: performance.now() };
    const isDue = Math.abs(startedAt - this.#fullAt) > FULL_EVERY_MS;
    let since = isDue ? null : this.#cursor;
    let changes: Awaited<ReturnType<typeof readPolicyChanges>>;
    try {
      changes = await readPolicyChanges(database, since);
      // A restored backup counts from an earlier time; its rows would never be behind our cursor.
      if (since !== null && BigInt(changes.horizon) < BigInt(since)) {
        since = null;
        changes = await readPolicyChanges(database, null);
      }
    } catch (error) {
      if (!this.#isDown) logger.warn({ event: 'snapshot.refresh_failed', err: error });
      this.#isDown = true;
      // What was read just before Postgres went away is all there is, should this edge crash now.
      if (this.#isChanged) await this.#saveWhenDue();
      return;
    }
    this.#isDown = false;
    const hasNewKeys = keys.use(changes.keys);
    if (hasNewKeys && keys.isOutdated) logger.warn({ event: 'snapshot.edge_key_outdated' }, OUTDATED);
    if (since === null) {
      store.replace(changes);
      this.#fullAt = startedAt;
      logger.info({ event: 'snapshot.read', ...store.counts });
    }
    const hasNewRows = since === null || store.apply(changes);
    this.#cursor = changes.horizon;
    this.#refreshedAt = startedAt;
    this.#read = read;
    this.#isChanged ||= hasNewKeys || hasNewRows;
    await this.#saveWhenDue();
  }

  async #saveWhenDue(): Promise<void> {
    const { clock, logger } = this.#parts;
    // As long ago as it seems; a clock that was set back must not keep changes from the disk until it has caught up.
    const age = Math.abs(clock.now() - this.#savedAt);
    if (age < this.#saveRestMs || !(this.#isChanged || age > SAVE_EVERY_MS)) return;
    await this.#save().catch((error: unknown) => logger.error({ event: 'snapshot.save_failed', err: error }));
  }

  async #save(): Promise<void> {
    const { clock, file, keys, store } = this.#parts;
    const startedAt = clock.now();
    // Until it has succeeded.
    this.#isChanged = true;
    try {
      // Another process of this edge has it: what we have read it has, or has in a moment. Asked again at the next round, should it be gone by then.
      if (!file.claim()) {
        this.#isChanged = false;
        return;
      }
      await file.save({ refreshedAt: this.#refreshedAt!, rows: store.rows(), keys: keys.rows });
    } catch (error) {
      this.#savedAt = clock.now();
      this.#saveRestMs = SAVE_AGAIN_MS;
      throw error;
    }
    this.#isChanged = false;
    this.#savedAt = clock.now();
    this.#saveRestMs = (this.#savedAt - startedAt) * SAVE_SHARE;
  }
}

import { within } from '@hikyaku/core';
import { type Database, listen, readWatches, WATCHES, type WatchRow } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';

/** More owners than that do not wait for a device at the same time; the newest count. */
const MAX_WATCHES = 5000;
/** A Postgres that says nothing does not end its connections: the process does. */
const CLOSE_MS = 1000;

/** Who waits for a device at which address. Read anew when Postgres tells; while it is away nobody new waits. */
export class WatchBook {
  #watches: WatchRow[] = [];
  #now: () => number;
  #listening: Promise<{ close(): Promise<void> }> | undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor(now: () => number) {
    this.#now = now;
  }

  start(database: Database, databaseUrl: string, logger: Logger): void {
    const read = (): void => {
      this.#reading = this.#reading
        .then(() => readWatches(database, MAX_WATCHES))
        .then(
          (watches) => this.replace(watches),
          (error: unknown) => logger.warn({ event: 'sessions.watches_unread', err: error }),
        );
    };
    this.#listening = listen(databaseUrl, [WATCHES], read, {
      logger,
      onReconnect: read,
      applicationName: 'hikyaku-edge-watches',
    });
    this.#listening.then(read, () => {});
  }

  async close(): Promise<void> {
    const ending = async (): Promise<void> => {
      await (await this.#listening)?.close();
      await this.#reading;
    };
    await within(ending(), CLOSE_MS, () => {});
  }

  replace(watches: WatchRow[]): void {
    this.#watches = watches;
  }

  isWatched(deviceId: string): boolean {
    const now = this.#now();
    return this.#watches.some((watch) => watch.deviceId === deviceId && watch.until > now);
  }

  /**
   * The tenant that waits at this address, when it is the only one and waited when the session began: several behind one address must not see each other's
   * devices. Null otherwise.
   */
  tenantAt(address: string, startedAt: number): string | null {
    const at = this.#watches.filter((watch) => watch.address === address && watch.until > startedAt);
    const tenants = new Set(at.map(({ tenantId }) => tenantId));
    if (tenants.size !== 1) return null;
    return at.some(({ since }) => since <= startedAt) ? at[0]!.tenantId : null;
  }
}

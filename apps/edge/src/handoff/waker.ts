import { type Clock, within } from '@hikyaku/core';
import type { TurnQueue } from '@hikyaku/queue';
import type { Logger } from '@hikyaku/telemetry';

/** Hand-off waits no longer than that: the sweeper wakes whom we could not. */
const WAIT_MS = 1000;
/** The queue is left alone that long after it failed. */
const REST_MS = 2000;
/** Accounts to be woken once it is back; more are the sweeper's. */
const MAX_OWED = 10_000;

/** Wakes accounts in the queue, without ever holding up hand-off for it. */
export class Waker {
  #queue: Pick<TurnQueue, 'wake'>;
  #clock: Clock;
  #logger: Logger;
  #owed = new Set<string>();
  #rest: NodeJS.Timeout | undefined;

  constructor(queue: Pick<TurnQueue, 'wake'>, clock: Clock, logger: Logger) {
    this.#queue = queue;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Resolves when the queue has taken it, or after a second; never rejects. */
  async wake(accountKeys: Iterable<string>): Promise<void> {
    for (const key of accountKeys) if (this.#owed.size < MAX_OWED) this.#owed.add(key);
    if (this.#rest || this.#owed.size === 0) return;
    const keys = [...this.#owed];
    this.#owed.clear();
    const taken = this.#queue.wake(keys).catch((error: unknown) => {
      this.#logger.warn({ event: 'handoff.wake_failed', accounts: keys.length, err: error });
      for (const key of keys) if (this.#owed.size < MAX_OWED) this.#owed.add(key);
      this.#rest ??= setTimeout(() => {
        this.#rest = undefined;
        void this.wake([]);
      }, REST_MS);
    });
    await within(taken, WAIT_MS, () => {}, this.#clock);
  }

  close(): void {
    clearTimeout(this.#rest);
  }
}

import type { Clock } from '@hikyaku/core';

/** So many a second on average, and at once. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #perSecond: number;
  #tokens: number;
  #refilledAt: number;

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
    this.#refilledAt = clock.now();
  }

  /** False: too many were taken. */
  take(): boolean {
    const now = this.#clock.now();
    // A clock that was set back takes nothing away.
    const seconds = Math.max(0, now - this.#refilledAt) / 1000;
    this.#tokens = Math.min(this.#perSecond, this.#tokens + seconds * this.#perSecond);
    this.#refilledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

import type { Clock } from '@hikyaku/core';

/** So many a second on average; at once as many, or `atOnce`. */
export class TokenBucket {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #perSecond: number;
  readonly #atOnce: number;
  #tokens: number;
  #refilledAt: number;

  constructor(clock: Pick<Clock, 'now'>, perSecond: number, atOnce = perSecond) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#atOnce = atOnce;
    this.#tokens = atOnce;
    this.#refilledAt = clock.now();
  }

  /** False: too many were taken. */
  take(): boolean {
    const now = this.#clock.now();
    // A clock that was set back takes nothing away.
    const seconds = Math.max(0, now - this.#refilledAt) / 1000;
    this.#tokens = Math.min(this.#atOnce, this.#tokens + seconds * this.#perSecond);
    this.#refilledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

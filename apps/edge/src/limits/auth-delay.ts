import type { SharedFacts } from '../processes/shared-facts.ts';

/** Every reply comes within 5 s, a failed login's too (H15). */
const MAX_DELAY_MS = 5000;
/** Failures are forgotten after that long. */
const FORGET_AFTER_MS = 15 * 60_000;
const MAX_PAIRS = 10_000;

/**
 * Waits before the answer to a failed login, growing per (address, user name tried) and for nobody else: a camera with an old password
 * tries for ever from the address of five good ones (facts, devices 5.7). Nothing is ever blocked.
 */
export class AuthDelay {
  #baseMs: number;
  #now: () => number;
  #facts: SharedFacts;
  /** In order of the newest failure: the oldest pair makes room. */
  #failures = new Map<string, { count: number; at: number }>();

  constructor(baseMs: number, now: () => number, facts: SharedFacts) {
    this.#baseMs = baseMs;
    this.#now = now;
    this.#facts = facts;
    facts.onHeard('login', ({ key, value, at }) => {
      if (value === null) this.#failures.delete(key);
      // Of two at the same time the higher count stands.
      else this.#note(key, Math.max(value, this.#failures.get(key)?.count ?? 0), at);
    });
  }

  /** Notes a failure; milliseconds to wait from the beginning of the attempt: 1, 1, 1, 2, 4, 5 times the base, at most 5 s. */
  fail(address: string, username: string): number {
    const key = `${address} ${username}`;
    const at = this.#now();
    const known = this.#failures.get(key);
    const count = known && at - known.at < FORGET_AFTER_MS ? known.count + 1 : 1;
    this.#note(key, count, at);
    this.#facts.tell('login', key, count);
    return Math.min(this.#baseMs * 2 ** Math.max(0, count - 3), Math.max(MAX_DELAY_MS, this.#baseMs));
  }

  succeed(address: string, username: string): void {
    const key = `${address} ${username}`;
    if (this.#failures.delete(key)) this.#facts.tell('login', key, null);
  }

  #note(key: string, count: number, at: number): void {
    this.#failures.delete(key);
    this.#failures.set(key, { count, at });
    if (this.#failures.size > MAX_PAIRS) this.#failures.delete(this.#failures.keys().next().value!);
  }
}

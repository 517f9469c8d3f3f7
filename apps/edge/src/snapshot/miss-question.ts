import { type Clock, RelayError, within } from '@hikyaku/core';
import type { PolicyRows } from '@hikyaku/db';
import { TokenBucket } from '../token-bucket.ts';

/** A login waits that long for Postgres at most (design, section 4). */
const ANSWER_WITHIN_MS = 300;
/** Questions a second, and at once: a storm of wrong passwords must not become a storm of queries. */
const PER_SECOND = 20;
const MAX_OPEN = 4;
/** A user name that was asked for is not asked for again so soon: a camera with an old password repeats every few seconds. */
const ASK_AGAIN_MS = 5000;
const MAX_ASKED = 10_000;
/** After a failure Postgres is left alone that long. */
const REST_MS = 2000;

/** Asks Postgres once for a login that the snapshot does not know: a device made a moment ago, a notification lost. */
export class MissQuestion {
  #clock: Clock;
  #read: (username: string) => Promise<PolicyRows>;
  #asked = new Map<string, number>();
  /** Questions under way, at most `MAX_OPEN`. A new device may come with several connections at once: all wait for the one answer. */
  #underWay = new Map<string, Promise<PolicyRows | null>>();
  #questions: TokenBucket;
  #failedAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, read: (username: string) => Promise<PolicyRows>) {
    this.#clock = clock;
    this.#read = read;
    this.#questions = new TokenBucket(clock, PER_SECOND);
  }

  /**
   * The rows behind the user name; null when it was asked a moment ago: that answer stands.
   * @throws RelayError `edge.auth_unconfirmed` when Postgres is away, does not answer in time, or too much is asked: a right login must not be
   * refused for good because of a storm of others
   */
  async ask(username: string): Promise<PolicyRows | null> {
    const underWay = this.#underWay.get(username);
    if (underWay) return this.#wait(username, underWay);
    if (this.#underWay.size >= MAX_OPEN || this.#isRecent(this.#failedAt, REST_MS))
      throw new RelayError('edge.auth_unconfirmed');
    if (this.#wasAsked(username)) return null;
    if (!this.#questions.take()) throw new RelayError('edge.auth_unconfirmed');
    this.#remember(username);
    const answer = this.#read(username)
      .catch(() => {
        this.#failedAt = this.#clock.now();
        return null;
      })
      .finally(() => {
        this.#underWay.delete(username);
      });
    this.#underWay.set(username, answer);
    return this.#wait(username, answer);
  }

  async #wait(username: string, answer: Promise<PolicyRows | null>): Promise<PolicyRows> {
    const rows = await within(answer, ANSWER_WITHIN_MS, () => null, this.#clock);
    if (rows) return rows;
    this.#asked.delete(username);
    throw new RelayError('edge.auth_unconfirmed');
  }

  #wasAsked(username: string): boolean {
    return this.#isRecent(this.#asked.get(username) ?? Number.NEGATIVE_INFINITY, ASK_AGAIN_MS);
  }

  /** Nothing is recent by a clock that was set back meanwhile. */
  #isRecent(at: number, withinMs: number): boolean {
    return Math.abs(this.#clock.now() - at) < withinMs;
  }

  #remember(username: string): void {
    this.#asked.delete(username);
    this.#asked.set(username, this.#clock.now());
    if (this.#asked.size > MAX_ASKED) this.#asked.delete(this.#asked.keys().next().value!);
  }
}

import { type Clock, RelayError, within } from '@hikyaku/core';

/** A login waits that long for Postgres at most (design, section 4). */
const ANSWER_WITHIN_MS = 300;
/** Between the beginnings of two queries: twenty a second at most, whatever is tried at the doors. */
const EVERY_MS = 50;
/** User names of one query. 10,000 a second are more logins than a process can read: nobody's flood keeps a right one out. */
const MAX_NAMES = 500;
/** Queries under way: one that hangs on a dead connection must not stop the next. */
const MAX_OPEN = 2;
/** User names that wait for a query. */
const MAX_WAITING = 4 * MAX_NAMES;
/** A user name that was asked for is not asked for again so soon: a camera with an old password repeats every few seconds. */
const ASK_AGAIN_MS = 5000;
const MAX_ASKED = 10_000;
/** After a failure Postgres is left alone that long. */
const REST_MS = 2000;

/** Null: Postgres did not say. */
type Answer = boolean | null;

/** Asks Postgres once for a login that the snapshot does not know: a device made a moment ago, a notification lost. Those that come at once are one query. */
export class MissQuestion {
  readonly #clock: Clock;
  readonly #read: (usernames: string[]) => Promise<ReadonlySet<string>>;
  #asked = new Map<string, number>();
  /** Waiting or under way. A new device may come with several connections at once: all wait for the one answer. */
  #answers = new Map<string, PromiseWithResolvers<Answer>>();
  /** Those that no query has taken yet, oldest first. */
  #waiting = new Set<string>();
  #open = 0;
  #begunAt = Number.NEGATIVE_INFINITY;
  #isResting = false;
  #failedAt = Number.NEGATIVE_INFINITY;

  /** `read`: takes what Postgres has of these user names into the snapshot, and says which it has. */
  constructor(clock: Clock, read: (usernames: string[]) => Promise<ReadonlySet<string>>) {
    this.#clock = clock;
    this.#read = read;
  }

  /**
   * Whether Postgres has the user name, which the snapshot then has too; false also when it was asked a moment ago: that answer stands.
   * @throws RelayError `edge.auth_unconfirmed` when Postgres is away, does not answer in time, or too much is asked: a right login must not be
   * refused for good because of a storm of others
   */
  async ask(username: string): Promise<boolean> {
    const underWay = this.#answers.get(username);
    if (underWay) return this.#wait(username, underWay.promise);
    const isHanging = this.#open >= MAX_OPEN && !this.#isRecent(this.#begunAt, ANSWER_WITHIN_MS);
    if (isHanging || this.#waiting.size >= MAX_WAITING || this.#isRecent(this.#failedAt, REST_MS))
      throw new RelayError('edge.auth_unconfirmed');
    if (this.#isRecent(this.#asked.get(username) ?? Number.NEGATIVE_INFINITY, ASK_AGAIN_MS)) return false;
    const answer = Promise.withResolvers<Answer>();
    this.#answers.set(username, answer);
    this.#waiting.add(username);
    this.#begin();
    return this.#wait(username, answer.promise);
  }

  async #wait(username: string, answer: Promise<Answer>): Promise<boolean> {
    const isThere = await within(answer, ANSWER_WITHIN_MS, () => null, this.#clock);
    if (isThere !== null) return isThere;
    this.#asked.delete(username);
    throw new RelayError('edge.auth_unconfirmed');
  }

  /** Begins the next query, or sees to it that it is begun when its time has come. */
  #begin(): void {
    if (this.#waiting.size === 0 || this.#open >= MAX_OPEN || this.#isResting) return;
    if (this.#isRecent(this.#begunAt, EVERY_MS)) {
      this.#isResting = true;
      void this.#clock.sleep(EVERY_MS).then(() => {
        this.#isResting = false;
        this.#begin();
      });
      return;
    }
    this.#begunAt = this.#clock.now();
    const names = [...this.#waiting].slice(0, MAX_NAMES);
    for (const name of names) {
      this.#waiting.delete(name);
      this.#remember(name);
    }
    void this.#query(names);
  }

  async #query(names: string[]): Promise<void> {
    this.#open += 1;
    const found = await this.#read(names).catch(() => null);
    this.#open -= 1;
    for (const name of names) this.#tell(name, found?.has(name) ?? null);
    if (found) return this.#begin();
    this.#failedAt = this.#clock.now();
    for (const name of this.#waiting) this.#tell(name, null);
    this.#waiting.clear();
  }

  #tell(name: string, answer: Answer): void {
    // One that came too late for whoever waited holds for the next all the same.
    if (answer !== null) this.#remember(name);
    this.#answers.get(name)?.resolve(answer);
    this.#answers.delete(name);
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

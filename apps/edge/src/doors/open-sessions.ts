/** What may be in {@link OpenSessions}. `slot` is its alone. */
interface Slotted {
  slot: number;
}

/**
 * The sessions of a door that are open; as many as there are places for. No Set: V8 writes a Set anew every few changes, beside the old one in its old generation, and what is thrown away there
 * holds until a full collection whatever it held, with all that hangs on it.
 */
export class OpenSessions<T extends Slotted> implements Iterable<T> {
  #slots: (T | undefined)[] = [];
  #free: number[] = [];

  get size(): number {
    return this.#slots.length - this.#free.length;
  }

  add(session: T): void {
    session.slot = this.#free.pop() ?? this.#slots.length;
    this.#slots[session.slot] = session;
  }

  /** More than once is fine. */
  delete(session: T): void {
    if (this.#slots[session.slot] !== session) return;
    this.#slots[session.slot] = undefined;
    this.#free.push(session.slot);
  }

  /** Those that are open when their turn comes, in no order. */
  *[Symbol.iterator](): Iterator<T> {
    for (const session of this.#slots) if (session) yield session;
  }
}

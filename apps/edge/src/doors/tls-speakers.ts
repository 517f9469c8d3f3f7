import type { SharedFacts } from '../processes/shared-facts.ts';

const REMEMBER_MS = 86_400_000;
const MAX_PLACES = 10_000;
/** So many connections in a row that wait for a hello in vain make it forgotten: the speaker, who comes again at once, loses one attempt then. */
const MAX_VAIN = 3;

/**
 * Who spoke TLS at once where plain text comes first (T1), by door and address: the first bytes of that address are waited for there. Behind one address may be
 * a whole site, which speaks plainly: after a few of its connections it waits no more, until the next hello.
 */
export class TlsSpeakers {
  #now: () => number;
  #facts: SharedFacts;
  /** In order of the newest hello. */
  #learnt = new Map<string, { at: number; vain: number }>();

  constructor(now: () => number, facts: SharedFacts) {
    this.#now = now;
    this.#facts = facts;
    facts.onHeard('tls', ({ key, value, at }) => {
      if (value === null) this.#learnt.delete(key);
      else this.#note(key, at);
    });
  }

  learn(door: string, address: string): void {
    const place = placeOf(door, address);
    // It comes again within some 30 ms, and maybe to another process.
    const isNews = !this.has(door, address);
    this.#note(place, this.#now());
    this.#facts.tell('tls', place, 1, isNews);
  }

  has(door: string, address: string): boolean {
    const known = this.#learnt.get(placeOf(door, address));
    return known !== undefined && this.#now() - known.at < REMEMBER_MS;
  }

  /** A connection of that address was waited for, and no hello came. */
  waitedInVain(door: string, address: string): void {
    const place = placeOf(door, address);
    const known = this.#learnt.get(place);
    if (!known) return;
    known.vain += 1;
    if (known.vain < MAX_VAIN) return;
    this.#learnt.delete(place);
    this.#facts.tell('tls', place, null);
  }

  #note(place: string, at: number): void {
    this.#learnt.delete(place);
    this.#learnt.set(place, { at, vain: 0 });
    if (this.#learnt.size > MAX_PLACES) this.#learnt.delete(this.#learnt.keys().next().value!);
  }
}

const placeOf = (door: string, address: string): string => `${door} ${address}`;

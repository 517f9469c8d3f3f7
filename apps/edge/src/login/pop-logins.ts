import type { SharedFacts } from '../processes/shared-facts.ts';

/** Logins that are remembered; the oldest goes when there are more. */
const MAX_LOGINS = 10_000;
/** One that has ended is remembered that long, to tell its owner so. */
const TELL_ENDED_MS = 24 * 3_600_000;

/** `open`: mail from that address may be this credential's. `ended`: it could have been, until lately. */
export type PopLogin = 'open' | 'ended' | null;

/** Who signed in by POP before SMTP, from where: bound to the address and to the credential, for a window. */
export class PopLogins {
  #windowMs: number;
  #now: () => number;
  #facts: SharedFacts;
  /** Address → credential → when. */
  #byAddress = new Map<string, Map<string, number>>();
  /** In order of the newest login. */
  #order = new Map<string, { address: string; credentialId: string }>();

  constructor(windowMs: number, now: () => number, facts: SharedFacts) {
    this.#windowMs = windowMs;
    this.#now = now;
    this.#facts = facts;
    facts.onHeard('pop', ({ key, at }) => {
      const [address, credentialId] = key.split(' ');
      this.#note(address!, credentialId!, at);
    });
  }

  /** For every process of the edge: the mail comes a moment later, and maybe to another one. */
  note(address: string, credentialId: string): void {
    this.#note(address, credentialId, this.#now());
    this.#facts.tell('pop', `${address} ${credentialId}`, 1, true);
  }

  #note(address: string, credentialId: string, at: number): void {
    const key = `${address} ${credentialId}`;
    this.#order.delete(key);
    this.#order.set(key, { address, credentialId });
    const here = this.#byAddress.get(address) ?? new Map<string, number>();
    this.#byAddress.set(address, here.set(credentialId, at));
    if (this.#order.size > MAX_LOGINS) this.#forgetOldest();
  }

  of(address: string, credentialId: string): PopLogin {
    const at = this.#byAddress.get(address)?.get(credentialId);
    if (at === undefined) return null;
    // A clock that was set back makes no window longer.
    const age = Math.abs(this.#now() - at);
    return age < this.#windowMs ? 'open' : age < TELL_ENDED_MS ? 'ended' : null;
  }

  /** Credentials whose window is open at that address. */
  openAt(address: string): string[] {
    return [...(this.#byAddress.get(address)?.keys() ?? [])].filter((id) => this.of(address, id) === 'open');
  }

  #forgetOldest(): void {
    const [key, { address, credentialId }] = this.#order.entries().next().value!;
    this.#order.delete(key);
    const here = this.#byAddress.get(address);
    here?.delete(credentialId);
    if (here?.size === 0) this.#byAddress.delete(address);
  }
}

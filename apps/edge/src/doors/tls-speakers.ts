const REMEMBER_MS = 86_400_000;
const MAX_ADDRESSES = 10_000;

/** Addresses that spoke TLS at once where plain text comes first (T1): for a day their first byte is waited for. */
export class TlsSpeakers {
  #now: () => number;
  #learnt = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  learn(address: string): void {
    this.#learnt.delete(address);
    this.#learnt.set(address, this.#now());
    if (this.#learnt.size > MAX_ADDRESSES) this.#learnt.delete(this.#learnt.keys().next().value!);
  }

  has(address: string): boolean {
    const at = this.#learnt.get(address);
    if (at === undefined) return false;
    if (this.#now() - at < REMEMBER_MS) return true;
    this.#learnt.delete(address);
    return false;
  }
}

/** Connections in all and from one address. */
export class ConnectionLimits {
  #most: number;
  #mostPerAddress: number;
  #count = 0;
  #byAddress = new Map<string, number>();

  constructor(most: number, mostPerAddress: number) {
    this.#most = most;
    this.#mostPerAddress = mostPerAddress;
  }

  get count(): number {
    return this.#count;
  }

  /** Takes a place; null when there is none. The function returned gives it back, once. */
  take(address: string): (() => void) | null {
    const ofAddress = this.#byAddress.get(address) ?? 0;
    if (this.#count >= this.#most || ofAddress >= this.#mostPerAddress) return null;
    this.#count += 1;
    this.#byAddress.set(address, ofAddress + 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#count -= 1;
      const left = (this.#byAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#byAddress.set(address, left);
      else this.#byAddress.delete(address);
    };
  }
}

const MAX_IDS = 10_000;

/** Message-IDs that devices gave lately: some count from 1 again at every start, and providers drop the second mail of one id. */
export class RecentIds {
  #ids = new Set<string>();

  /** True when this device has used it lately; notes it either way. */
  isRepeated(deviceId: string, messageId: string): boolean {
    const key = `${deviceId} ${messageId}`;
    const isKnown = this.#ids.delete(key);
    this.#ids.add(key);
    if (this.#ids.size > MAX_IDS) this.#ids.delete(this.#ids.values().next().value!);
    return isKnown;
  }
}

/** What mails under way will teach of their devices' recipients: many sessions at once learn no more than one after the other. */
export class RecipientPlaces {
  /** By device: address in lower case → mails under way to it. */
  #taken = new Map<string, Map<string, number>>();

  /** Takes places for a mail's `strangers` (lower case) where there is `room` for so many; what gives them back, or null when there is none for all. */
  take(deviceId: string, strangers: readonly string[], room: number): (() => void) | null {
    if (strangers.length === 0) return () => {};
    const taken = this.#taken.get(deviceId) ?? new Map<string, number>();
    if (new Set([...taken.keys(), ...strangers]).size > room) return null;
    this.#taken.set(deviceId, taken);
    for (const address of strangers) taken.set(address, (taken.get(address) ?? 0) + 1);
    let isGiven = false;
    return () => {
      if (isGiven) return;
      isGiven = true;
      for (const address of strangers) {
        const left = taken.get(address)! - 1;
        if (left > 0) taken.set(address, left);
        else taken.delete(address);
      }
      if (taken.size === 0) this.#taken.delete(deviceId);
    };
  }
}

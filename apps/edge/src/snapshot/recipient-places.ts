import { MAX_LEARNT } from '../smtp/recipient-policy.ts';

/** What mails under way will teach of their devices' recipients: many sessions at once learn no more than one after the other. */
export class RecipientPlaces {
  /** By device: address in lower case → mails under way to it. */
  #taken = new Map<string, Map<string, number>>();

  /** Takes places beside the `learnt` ones for a mail's recipients; what gives them back, or null when there is no room for all. */
  take(deviceId: string, learnt: readonly string[], recipients: readonly string[]): (() => void) | null {
    const known = new Set(learnt);
    const fresh = [...new Set(recipients.map((address) => address.toLowerCase()))].filter(
      (address) => !known.has(address),
    );
    if (fresh.length === 0) return () => {};
    const taken = this.#taken.get(deviceId) ?? new Map<string, number>();
    if (new Set([...known, ...taken.keys(), ...fresh]).size > MAX_LEARNT) return null;
    this.#taken.set(deviceId, taken);
    for (const address of fresh) taken.set(address, (taken.get(address) ?? 0) + 1);
    let isGiven = false;
    return () => {
      if (isGiven) return;
      isGiven = true;
      for (const address of fresh) {
        const left = taken.get(address)! - 1;
        if (left > 0) taken.set(address, left);
        else taken.delete(address);
      }
      if (taken.size === 0) this.#taken.delete(deviceId);
    };
  }
}

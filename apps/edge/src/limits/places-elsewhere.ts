import type { SharedFacts } from '../processes/shared-facts.ts';

/** Connections that the other processes of this edge have, as they told lately. */
export class PlacesElsewhere {
  /** By process: counts by kind and name. Bounded by the places of each. */
  #of = new Map<number, Map<string, number>>();
  /** The same over all of them. */
  #sums = new Map<string, number>();
  #all = 0;

  constructor(facts: SharedFacts) {
    for (const kind of ['network', 'tenant'] as const) {
      facts.onHeard(kind, ({ key, value }, from) => this.#note(from, `${kind} ${key}`, value ?? 0));
    }
    facts.onGone((from) => {
      for (const name of [...(this.#of.get(from)?.keys() ?? [])]) this.#note(from, name, 0);
      this.#of.delete(from);
    });
  }

  /** Connections in all. */
  get count(): number {
    return this.#all;
  }

  ofNetwork(network: string): number {
    return this.#sums.get(`network ${network}`) ?? 0;
  }

  ofTenant(tenantId: string): number {
    return this.#sums.get(`tenant ${tenantId}`) ?? 0;
  }

  #note(from: number, name: string, count: number): void {
    const counts = this.#of.get(from) ?? new Map<string, number>();
    this.#of.set(from, counts);
    const change = count - (counts.get(name) ?? 0);
    if (count > 0) counts.set(name, count);
    else counts.delete(name);
    const sum = (this.#sums.get(name) ?? 0) + change;
    if (sum > 0) this.#sums.set(name, sum);
    else this.#sums.delete(name);
    if (name.startsWith('network ')) this.#all += change;
  }
}

import type { Fact, FactTopic } from './process-messages.ts';

/** Of each lasting topic: what a process itself remembers of one. */
const MAX_LASTING = 10_000;

/** What the processes of an edge have told, for one that starts later. */
export class FactBook {
  /** Connections, by process; bounded by its places. */
  #counts = new Map<number, Map<string, Fact>>();
  /** In the order of telling. */
  #lasting = new Map<FactTopic, Map<string, { from: number; fact: Fact }>>();

  note(from: number, facts: Fact[]): void {
    for (const fact of facts) {
      if (fact.topic === 'network' || fact.topic === 'tenant') this.#count(from, fact);
      else this.#last(from, fact);
    }
  }

  /** That process has ended. */
  forget(from: number): void {
    this.#counts.delete(from);
  }

  /** All of it, by who told it. */
  everything(): { from: number; facts: Fact[] }[] {
    const told = new Map<number, Fact[]>();
    const add = (from: number, fact: Fact): void => {
      const facts = told.get(from);
      if (facts) facts.push(fact);
      else told.set(from, [fact]);
    };
    for (const [from, counts] of this.#counts) for (const fact of counts.values()) add(from, fact);
    for (const topic of this.#lasting.values()) for (const { from, fact } of topic.values()) add(from, fact);
    return [...told].map(([from, facts]) => ({ from, facts }));
  }

  #count(from: number, fact: Fact): void {
    const counts = this.#counts.get(from) ?? new Map<string, Fact>();
    this.#counts.set(from, counts);
    const key = `${fact.topic} ${fact.key}`;
    if (fact.value) counts.set(key, fact);
    else counts.delete(key);
  }

  #last(from: number, fact: Fact): void {
    const topic = this.#lasting.get(fact.topic) ?? new Map<string, { from: number; fact: Fact }>();
    this.#lasting.set(fact.topic, topic);
    topic.delete(fact.key);
    if (fact.value !== null) topic.set(fact.key, { from, fact });
    if (topic.size > MAX_LASTING) topic.delete(topic.keys().next().value!);
  }
}

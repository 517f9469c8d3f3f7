import type { Fact, FactTopic, FromProcess, ToProcess } from './process-messages.ts';

/** Several changes are one message; so long a limit that holds across processes may be exceeded. */
const GATHER_MS = 20;
/** Waiting facts at most, should the parent read nothing for long; the oldest go. */
const MAX_WAITING = 10_000;

/** The parent's side of the channel; `sent` when the message has left. */
export type SendFacts = (message: FromProcess, sent: () => void) => void;

type Hear = (fact: Fact, from: number) => void;

/**
 * What the processes of an edge let each other know of connections and logins. Every decision is taken at once with what is known here: nothing
 * waits for another process.
 */
export class SharedFacts {
  #send: SendFacts | null;
  #now: () => number;
  #hearers = new Map<FactTopic, Hear[]>();
  #leavers: ((from: number) => void)[] = [];
  /** By topic and key: the newest counts. */
  #waiting = new Map<string, Fact>();
  #isSending = false;
  #timer: NodeJS.Timeout | undefined;

  /** `send`: null in an edge of one process, whose facts are nobody else's. */
  constructor(send: SendFacts | null, now: () => number) {
    this.#send = send;
    this.#now = now;
  }

  /** Lets the others know, within a moment; `isUrgent`: at once, whatever it costs. */
  tell(topic: FactTopic, key: string, value: number | null, isUrgent = false): void {
    if (!this.#send) return;
    const name = `${topic} ${key}`;
    this.#waiting.delete(name);
    this.#waiting.set(name, { topic, key, value, at: this.#now() });
    if (this.#waiting.size > MAX_WAITING) this.#waiting.delete(this.#waiting.keys().next().value!);
    if (isUrgent) this.#flush();
    else this.#flushSoon();
  }

  /** Called for each fact of that topic that another process told. */
  onHeard(topic: FactTopic, hear: Hear): void {
    this.#hearers.set(topic, [...(this.#hearers.get(topic) ?? []), hear]);
  }

  /** Called when another process has ended. */
  onGone(leave: (from: number) => void): void {
    this.#leavers.push(leave);
  }

  /** What the parent sent. */
  receive(message: ToProcess): void {
    if (message.kind === 'gone') for (const leave of this.#leavers) leave(message.from);
    if (message.kind !== 'facts') return;
    for (const fact of message.facts) for (const hear of this.#hearers.get(fact.topic) ?? []) hear(fact, message.from);
  }

  #flushSoon(): void {
    if (this.#isSending) return;
    // Until it has left: a parent that reads slowly gets fewer messages, not a longer line of them.
    this.#isSending = true;
    this.#timer = setTimeout(() => this.#flush(), GATHER_MS).unref();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#isSending = true;
    const facts = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#send?.({ kind: 'facts', facts }, () => {
      this.#isSending = false;
      if (this.#waiting.size > 0) this.#flushSoon();
    });
  }
}

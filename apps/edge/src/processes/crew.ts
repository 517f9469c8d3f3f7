import { randomBytes } from 'node:crypto';
import type { Logger } from '@hikyaku/telemetry';
import { EdgeProcess } from './edge-process.ts';
import { environmentNow } from './environment-now.ts';
import { FactBook } from './fact-book.ts';
import type { HeldDoor } from './held-doors.ts';
import { KeptProcess } from './kept-process.ts';
import type { FromProcess, ToProcess } from './process-messages.ts';
import { watchSilence } from './silence-watch.ts';

type Measures = Extract<FromProcess, { kind: 'measures' }>;

/** A process that does not answer by then is not ready, and its numbers are missing. */
const ANSWER_WITHIN_MS = 2000;

/** All processes behind the doors: kept alive, renewed one after the other, and told what the others know. */
export class Crew {
  #parts: { doors: HeldDoor[]; logger: Logger };
  #kept: KeptProcess[];
  #living = new Set<EdgeProcess>();
  #book = new FactBook();
  /** As long as the parent lives; never on disk. */
  #ticketSecret = randomBytes(32).toString('base64');
  #asked = new Map<number, (answer: Measures) => void>();
  #questions = 0;
  #restarts = 0;
  #renewing: Promise<void> | undefined;
  #silence = watchSilence<EdgeProcess>({
    // One that is starting has a deadline of its own.
    processes: () => [...this.#living].filter(({ isReady }) => isReady),
    ask: (process) => this.#ask(process),
    onSilent: (process, silentMs) => {
      this.#parts.logger.error({ event: 'process.silent', pid: process.pid, silentMs });
      void process.stop(0);
    },
  });

  constructor(parts: { count: number; doors: HeldDoor[]; restartMaxMs: number; drainMs: number; logger: Logger }) {
    this.#parts = parts;
    this.#kept = Array.from(
      { length: parts.count },
      () =>
        new KeptProcess({
          ...parts,
          launch: () => this.#launch(),
          onRestart: () => {
            this.#restarts += 1;
          },
          isNobodyThere: () => this.#living.size === 0,
        }),
    );
  }

  /** Processes that live, ready or not. */
  get size(): number {
    return this.#living.size;
  }

  /** Lives that ended by themselves, and were followed by another one. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Resolves to the ports of the doors, once all processes serve. @throws Error when one of them does not */
  async start(): Promise<Record<string, number>> {
    // The first one alone: it makes what is not there yet (certificates).
    const doors = await this.#kept[0]!.start();
    await Promise.all(this.#kept.slice(1).map((kept) => kept.start()));
    return doors;
  }

  /** Every process by a new one, one after the other; a call while it is under way is part of it. */
  renew(): Promise<void> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async stop(): Promise<void> {
    this.#silence.close();
    await Promise.all(this.#kept.map((kept) => kept.stop()));
  }

  /** Numbers and readiness of each process that answers. */
  async measure(): Promise<Measures[]> {
    const answers = await Promise.all([...this.#living].map((process) => this.#ask(process)));
    return answers.filter((answer) => answer !== null);
  }

  async #renew(): Promise<void> {
    const { logger } = this.#parts;
    logger.info({ event: 'processes.renewing' });
    for (const kept of this.#kept) {
      try {
        await kept.renew();
      } catch (error) {
        // What runs is better than what does not start.
        logger.error({ event: 'processes.not_renewed', err: error });
        return;
      }
    }
    logger.info({ event: 'processes.renewed' });
  }

  async #launch(): Promise<EdgeProcess> {
    const env = await environmentNow();
    const process = new EdgeProcess(this.#parts.doors, env, (message, from) => this.#hear(message, from));
    this.#living.add(process);
    process.send({ kind: 'tickets', secret: this.#ticketSecret });
    for (const { from, facts } of this.#book.everything()) process.send({ kind: 'facts', from, facts });
    void process.ended.then(() => {
      this.#living.delete(process);
      if (this.#living.size === 0) for (const kept of this.#kept) kept.hurry();
      this.#book.forget(process.id);
      this.#tellOthers(process, { kind: 'gone', from: process.id });
    });
    return process;
  }

  #hear(message: FromProcess, process: EdgeProcess): void {
    if (message.kind === 'measures') this.#asked.get(message.id)?.(message);
    if (message.kind !== 'facts') return;
    this.#book.note(process.id, message.facts);
    this.#tellOthers(process, { kind: 'facts', from: process.id, facts: message.facts });
  }

  #tellOthers(process: EdgeProcess, message: ToProcess): void {
    for (const other of this.#living) if (other !== process) other.send(message);
  }

  #ask(process: EdgeProcess): Promise<Measures | null> {
    const id = ++this.#questions;
    return new Promise((resolve) => {
      const settle = (answer: Measures | null): void => {
        clearTimeout(timer);
        this.#asked.delete(id);
        resolve(answer);
      };
      const timer = setTimeout(settle, ANSWER_WITHIN_MS, null);
      this.#asked.set(id, settle);
      process.send({ kind: 'measure', id });
    });
  }
}

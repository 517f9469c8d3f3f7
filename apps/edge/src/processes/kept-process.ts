import type { Logger } from '@hikyaku/telemetry';
import type { EdgeProcess } from './edge-process.ts';

/** The first restart is at once, nearly: its doors wait. */
const RESTART_FIRST_MS = 50;
/** Where nobody else is behind the doors, whoever connects waits for it: a device gives up after some twenty seconds (facts, devices 1.7). */
const RESTART_ALONE_MS = 1000;
/** A life that long starts the waits anew. */
const SETTLED_MS = 60_000;

export interface KeptParts {
  launch(): Promise<EdgeProcess>;
  /** Longest wait before a process that ended by itself is started again. */
  restartMaxMs: number;
  /** What a process gets to drain. */
  drainMs: number;
  onRestart(): void;
  /** No process is behind the doors. */
  isNobodyThere(): boolean;
  logger: Logger;
}

/** One of the processes behind the doors, over all its lives. */
export class KeptProcess {
  #parts: KeptParts;
  #current: EdgeProcess | undefined;
  #next: EdgeProcess | undefined;
  #restMs = RESTART_FIRST_MS;
  #timer: NodeJS.Timeout | undefined;
  /** The next life, while its beginning is waited for. */
  #begin: { act: () => void; dueAt: number } | undefined;
  #isStopping = false;

  constructor(parts: KeptParts) {
    this.#parts = parts;
  }

  /** Resolves to the ports of its doors. @throws Error when the first life does not get ready; then nothing goes on */
  async start(): Promise<Record<string, number>> {
    const process = await this.#parts.launch();
    this.#keep(process);
    try {
      return await process.ready;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** A new life first, then the end of the old one. @throws Error when the new one does not get ready; then the old one goes on */
  async renew(): Promise<void> {
    const next = await this.#parts.launch();
    this.#next = next;
    try {
      await next.ready;
    } finally {
      this.#next = undefined;
    }
    if (this.#isStopping) return next.stop(this.#parts.drainMs);
    this.#restNoMore();
    const old = this.#current;
    this.#keep(next);
    await old?.stop(this.#parts.drainMs);
  }

  /** Nobody is behind the doors any more: a wait that is under way ends soon. */
  hurry(): void {
    if (!this.#begin) return;
    const { act, dueAt } = this.#begin;
    const leftMs = Math.max(0, dueAt - performance.now());
    this.#beginAfter(act, Math.min(RESTART_ALONE_MS, leftMs));
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#restNoMore();
    const { drainMs } = this.#parts;
    await Promise.all([this.#current?.stop(drainMs), this.#next?.stop(drainMs)]);
  }

  #keep(process: EdgeProcess): void {
    const startedAt = performance.now();
    this.#current = process;
    void process.ended.then((how) => {
      if (process !== this.#current || this.#isStopping) return;
      if (performance.now() - startedAt > SETTLED_MS) this.#restMs = RESTART_FIRST_MS;
      const restMs = this.#nextRestMs();
      this.#parts.logger.error({ event: 'process.ended', pid: process.pid, how, restartMs: restMs });
      this.#beginAfter(() => void this.#follow(process), restMs);
    });
  }

  /** The life after that of `ended`. */
  async #follow(ended: EdgeProcess): Promise<void> {
    const { launch, logger, onRestart } = this.#parts;
    const isWanted = (): boolean => !this.#isStopping && this.#current === ended;
    onRestart();
    try {
      const next = await launch();
      // Renewed, or stopped, while it was launched.
      if (isWanted()) this.#keep(next);
      else await next.stop(0);
    } catch (error) {
      // The machine has no memory or no descriptor left for it. Whoever holds the doors must outlive that.
      const restMs = this.#nextRestMs();
      logger.error({ event: 'process.not_launched', restartMs: restMs, err: error });
      if (isWanted()) this.#beginAfter(() => void this.#follow(ended), restMs);
    }
  }

  /** Each wait is twice as long as the one before. */
  #nextRestMs(): number {
    const restMs = this.#parts.isNobodyThere() ? Math.min(this.#restMs, RESTART_ALONE_MS) : this.#restMs;
    this.#restMs = Math.min(this.#restMs * 2, this.#parts.restartMaxMs);
    return restMs;
  }

  #beginAfter(act: () => void, waitMs: number): void {
    this.#restNoMore();
    this.#begin = { act, dueAt: performance.now() + waitMs };
    this.#timer = setTimeout(() => {
      this.#begin = undefined;
      act();
    }, waitMs);
  }

  #restNoMore(): void {
    clearTimeout(this.#timer);
    this.#begin = undefined;
  }
}

import type { Logger } from '@hikyaku/telemetry';
import type { EdgeProcess } from './edge-process.ts';

/** The first restart is at once, nearly: its doors wait. */
const RESTART_FIRST_MS = 50;
/** A life that long starts the waits anew. */
const SETTLED_MS = 60_000;

export interface KeptParts {
  launch(): Promise<EdgeProcess>;
  /** Longest wait before a process that ended by itself is started again. */
  restartMaxMs: number;
  /** What a process gets to drain. */
  drainMs: number;
  onRestart(): void;
  logger: Logger;
}

/** One of the processes behind the doors, over all its lives. */
export class KeptProcess {
  #parts: KeptParts;
  #current: EdgeProcess | undefined;
  #next: EdgeProcess | undefined;
  #restMs = RESTART_FIRST_MS;
  #timer: NodeJS.Timeout | undefined;
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
    clearTimeout(this.#timer);
    const old = this.#current;
    this.#keep(next);
    await old?.stop(this.#parts.drainMs);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    const { drainMs } = this.#parts;
    await Promise.all([this.#current?.stop(drainMs), this.#next?.stop(drainMs)]);
  }

  #keep(process: EdgeProcess): void {
    const startedAt = performance.now();
    this.#current = process;
    void process.ended.then((how) => {
      if (process !== this.#current || this.#isStopping) return;
      const { launch, logger, onRestart, restartMaxMs } = this.#parts;
      if (performance.now() - startedAt > SETTLED_MS) this.#restMs = RESTART_FIRST_MS;
      logger.error({ event: 'process.ended', pid: process.pid, how, restartMs: this.#restMs });
      this.#timer = setTimeout(async () => {
        onRestart();
        const next = await launch();
        // Renewed, or stopped, while it was launched.
        if (this.#isStopping || this.#current !== process) await next.stop(0);
        else this.#keep(next);
      }, this.#restMs);
      this.#restMs = Math.min(this.#restMs * 2, restartMaxMs);
    });
  }
}

import type { Logger } from './logger.ts';

export interface Shutdown {
  /**
   * Registers how to close something; closed in reverse order of registration.
   * @throws StopAsked while everything is being closed: it is closed as well, and whoever starts must not go on, with what is closed already.
   */
  push(name: string, close: () => unknown): void;
  /** Closes everything once; later calls wait for the first. Resolves to the names that failed or ran into the deadline. */
  run(reason: string): Promise<string[]>;
}

/** A stop was asked for before the start was over. */
export class StopAsked extends Error {
  override name = 'StopAsked';
}

/** One stack per process. SIGTERM and SIGINT run it and exit 0, or 1 when something did not close within `deadlineMs`. */
export function createShutdown(options: { logger: Logger; deadlineMs: number; onSignals?: boolean }): Shutdown {
  const { logger, deadlineMs } = options;
  const stack: { name: string; close: () => unknown }[] = [];
  let running: Promise<string[]> | undefined;

  const closeAll = async (reason: string): Promise<string[]> => {
    logger.info({ event: 'shutdown.started', reason });
    const failed: string[] = [];
    const deadline = Date.now() + deadlineMs;
    for (const { name, close } of stack.reverse()) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<'late'>((resolve) => {
        timer = setTimeout(() => resolve('late'), Math.max(100, deadline - Date.now()));
      });
      try {
        if ((await Promise.race([Promise.resolve().then(close), late])) === 'late') {
          failed.push(name);
          logger.error({ event: 'shutdown.late', part: name });
        }
      } catch (error) {
        failed.push(name);
        logger.error({ event: 'shutdown.failed', part: name, err: error });
      } finally {
        clearTimeout(timer);
      }
    }
    logger.info({ event: 'shutdown.done', failed });
    return failed;
  };

  const shutdown: Shutdown = {
    push(name, close) {
      // The loop that closes comes to it.
      stack.push({ name, close });
      if (running) throw new StopAsked(`stopped before ${name} was needed`);
    },
    run: (reason) => {
      running ??= closeAll(reason);
      return running;
    },
  };

  if (options.onSignals !== false) {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => void shutdown.run(signal).then((failed) => process.exit(failed.length ? 1 : 0)));
    }
    // The supervisor died: drain and end, so that its next start finds a free house.
    const orphaned = (): void => void shutdown.run('disconnect').then(() => process.exit(1));
    if (process.connected) process.on('disconnect', orphaned);
    // It died before this one came so far, and tells nobody any more.
    else if (process.send) setImmediate(orphaned);
  }
  return shutdown;
}

/**
 * Runs the start of a program. What it throws ends the process with 1, behind a log line, when all is closed that was open; a stop that was asked for meanwhile is no failure, and ends it in its own
 * way.
 */
export async function runStart(
  start: () => Promise<unknown>,
  { logger, shutdown }: { logger: Logger; shutdown: Shutdown },
): Promise<void> {
  try {
    await start();
  } catch (error) {
    if (error instanceof StopAsked) logger.info({ event: 'start.stopped' }, error.message);
    else logger.fatal({ event: 'start_failed', err: error }, error instanceof Error ? error.message : String(error));
    await shutdown.run('start failed');
    process.exit(1);
  }
}

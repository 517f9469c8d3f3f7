import { join } from 'node:path';
import type { Settings } from '@hikyaku/config';
import { startEmbeddedPostgres } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';
import { Complaint } from './complaint.ts';

export interface RunningPostgres {
  url: string;
  stop(): Promise<void>;
}

const WATCH_MS = 1000;

/** Our own Postgres, started again when it dies. Its port stays the same, so the apps find it again by themselves. */
export async function keepPostgres(
  settings: Settings,
  logger: Logger,
  events: { onSpawn(pid: number): void; onExit(pid: number): void; onProblem(text: string): void },
): Promise<RunningPostgres> {
  const dataDir = join(settings.DATA_DIR, 'postgres');
  const start = (port?: number) => startEmbeddedPostgres({ dataDir, logger, ...(port ? { port } : {}) });
  let current = await start().catch((error: Error) => {
    throw new Complaint(`Postgres did not start: ${error.message}`);
  });
  events.onSpawn(current.pid);
  const { url } = current;
  const port = Number(new URL(url).port);
  let isStopping = false;
  let restarting: Promise<void> | undefined;

  const revive = async (): Promise<void> => {
    // One that was asked to end from outside (a signal to all processes of a machine) would wait for our own connections, for ever, and take no new one.
    if (isAlive(current.pid)) await current.stop();
    events.onExit(current.pid);
    events.onProblem('ended; starting it again');
    try {
      current = await start(port);
      events.onSpawn(current.pid);
    } catch (error) {
      events.onProblem(`did not start: ${(error as Error).message}`);
    }
  };

  const watch = setInterval(() => {
    if (isStopping || restarting || (isAlive(current.pid) && !current.isStopping())) return;
    restarting = revive().finally(() => {
      restarting = undefined;
    });
  }, WATCH_MS);

  return {
    url,
    async stop() {
      isStopping = true;
      clearInterval(watch);
      await restarting;
      await current.stop();
      events.onExit(current.pid);
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

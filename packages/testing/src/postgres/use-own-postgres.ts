import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@hikyaku/db';
import { createLogger } from '@hikyaku/telemetry';

/** A Postgres that a test takes away and gives back. */
export interface OwnPostgres {
  url: string;
  /** SIGKILL, as a crash. */
  stop(): Promise<void>;
  /** Again on the same port, with its data. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** An empty server of the test's own, as an operator's `DATABASE_URL` would name it. */
export async function useOwnPostgres(): Promise<OwnPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'hikyaku-own-postgres-'));
  const logger = createLogger({ name: 'testing', level: 'silent' });
  const launch = (port?: number) =>
    startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), logger, ...(port ? { port } : {}) });
  let server = await launch();
  const { url, port } = server;
  return {
    url,
    async stop() {
      process.kill(server.pid, 'SIGKILL');
      await server.exited;
    },
    async start() {
      server = await launch(port);
    },
    async close() {
      await server.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { RelayError } from '@hikyaku/core';
import type { Logger } from '@hikyaku/telemetry';
import pg from 'pg';
import { findPostgresBinaries } from './binaries.ts';
import { type ClusterSecrets, clusterPaths, openCluster, writeSecrets } from './cluster.ts';
import { withFileLock } from './file-lock.ts';
import { freePort, isFreePort } from './free-port.ts';
import { findPostmaster, isStopping, lastComplaint, launchPostmaster } from './postmaster.ts';
import { isAlive, waitForEnd } from './process-state.ts';

export interface EmbeddedPostgres {
  /** `postgres://hikyaku:…@127.0.0.1:port/hikyaku`: a login that owns its database and is no superuser. */
  url: string;
  pid: number;
  port: number;
  /** True when it ran already, left by an earlier process or in use by another. */
  wasRunning: boolean;
  /** Resolves when the server has ended, whoever ended it. */
  exited: Promise<void>;
  /** Somebody has asked it to end: it refuses new connections until those that it has are gone. */
  isStopping(): boolean;
  /** Fast shutdown: open transactions are rolled back, the rest is written. Idempotent. */
  stop(): Promise<void>;
}

/** Crash recovery replays the log since the last checkpoint (at most 1 GB): seconds, on a slow disk minutes. */
const START_TIMEOUT_MS = 300_000;
/** A server that shuts down writes its dirty pages first. */
const STOP_TIMEOUT_MS = 60_000;
const DATABASE = 'hikyaku';

/**
 * Starts the Postgres of `dataDir`, or takes over the one that an earlier process left running. The server is detached: it ends by `stop()`
 * only, and survives a SIGKILL of its starter. Loopback and password only.
 * @throws RelayError `db.unavailable`, with one line that says why.
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  /** Default: the port of the last start, or a free one. */
  port?: number;
  logger: Logger;
}): Promise<EmbeddedPostgres> {
  const { dataDir, logger } = options;
  const paths = clusterPaths(dataDir);
  const binaries = findPostgresBinaries();
  return withFileLock(dataDir, paths.lock, async () => {
    const secrets = await openCluster(dataDir, binaries.initdb);
    const left = findPostmaster(paths.data);
    if (left && (await takeOver(left.pid, left.port, options.port, secrets, logger))) {
      return handleOf({ ...left, wasRunning: true, exited: endOf(left.pid) }, secrets, paths.data);
    }
    const { pid, port, exited } = await launchUntilReady(options, binaries.postgres, secrets);
    await ensureLogin(port, secrets);
    if (port !== secrets.port) await writeSecrets(paths.secrets, { ...secrets, port });
    logger.info({ event: 'postgres.started', port, postgresPid: pid });
    return handleOf({ pid, port, wasRunning: false, exited }, secrets, paths.data);
  });
}

/** Reasons that pass by themselves: another program took the port just now; backends of a killed server are still leaving. */
const PASSING = /could not create any TCP|could not bind|Address already in use|shared memory block/;

async function launchUntilReady(
  options: { dataDir: string; port?: number },
  postgres: string,
  secrets: ClusterSecrets,
): Promise<{ pid: number; port: number; exited: Promise<void> }> {
  const paths = clusterPaths(options.dataDir);
  const fail = (reason: string | null): never => {
    throw new RelayError('db.unavailable', { internal: `Postgres does not start in ${options.dataDir}: ${reason}` });
  };
  for (let attempt = 1; ; attempt++) {
    const port = options.port || (await freePort(attempt < 10 ? secrets.port : 0));
    if (options.port && !(await isFreePort(port))) return fail(`port ${port} of 127.0.0.1 is in use`);
    const { pid, exited } = await launchPostmaster({ ...paths, postgres, port });
    const problem = await waitUntilReady(port, secrets, exited);
    if (problem === null) return { pid, port, exited };
    const hasEnded = !isAlive(pid);
    if (!hasEnded) await endServer(pid);
    const reason = hasEnded ? await lastComplaint(paths.log) : problem;
    if (attempt === 20 || !PASSING.test(reason)) return fail(reason);
    await sleep(250);
  }
}

function handleOf(
  server: Omit<EmbeddedPostgres, 'url' | 'stop' | 'isStopping'>,
  secrets: ClusterSecrets,
  data: string,
): EmbeddedPostgres {
  let stopping: Promise<void> | undefined;
  return {
    ...server,
    url: `postgres://${DATABASE}:${secrets.password}@127.0.0.1:${server.port}/${DATABASE}`,
    isStopping: () => isStopping(data),
    stop: () => {
      stopping ??= endServer(server.pid);
      return stopping;
    },
  };
}

/** True when the server answers to our password on the wanted port; otherwise it is ended. */
async function takeOver(
  pid: number,
  port: number,
  wantedPort: number | undefined,
  secrets: ClusterSecrets,
  logger: Logger,
): Promise<boolean> {
  const isWanted = !wantedPort || wantedPort === port;
  if (isWanted && (await waitUntilReady(port, secrets, endOf(pid))) === null) {
    await ensureLogin(port, secrets);
    logger.info({ event: 'postgres.taken_over', port, postgresPid: pid });
    return true;
  }
  logger.warn({ event: 'postgres.leftover_stopped', postgresPid: pid });
  await endServer(pid);
  return false;
}

async function endServer(pid: number): Promise<void> {
  // SIGINT: fast shutdown. SIGQUIT: at once, with recovery at the next start; nothing committed is lost.
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    if (await waitForEnd(pid, signal === 'SIGINT' ? STOP_TIMEOUT_MS : 5000)) return;
  }
}

async function endOf(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(500, undefined, { ref: false });
}

const adminConnection = (port: number, secrets: ClusterSecrets): pg.ClientConfig => ({
  host: '127.0.0.1',
  port,
  user: 'postgres',
  password: secrets.adminPassword,
  database: 'postgres',
  connectionTimeoutMillis: 5000,
});

/** Null when the server answers; else why not. Gives up as soon as `ended` resolves. */
async function waitUntilReady(port: number, secrets: ClusterSecrets, ended: Promise<void>): Promise<string | null> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  const gone = ended.then(() => Promise.reject(new Error('it ended')));
  gone.catch(() => {});
  for (;;) {
    const client = new pg.Client(adminConnection(port, secrets));
    client.on('error', () => {});
    try {
      await Promise.race([client.connect(), gone]);
      return null;
    } catch (error) {
      const { code, message } = error as Error & { code?: string };
      // 57P03: starting up, or shutting down. Refused: not listening yet. Anything else is not ours or will not change.
      const willChange = code === '57P03' || code === 'ECONNREFUSED' || code === 'ECONNRESET';
      if (!willChange || Date.now() > deadline) return message;
    } finally {
      void client.end().catch(() => {});
    }
    await Promise.race([sleep(30), gone.catch(() => {})]);
  }
}

/** The login and its database, created when missing: a crash in between leaves nothing to mend by hand. */
async function ensureLogin(port: number, secrets: ClusterSecrets): Promise<void> {
  const client = new pg.Client(adminConnection(port, secrets));
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ login: boolean; database: boolean }>(
      `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS login, EXISTS (SELECT FROM pg_database WHERE datname = $1) AS database`,
      [DATABASE],
    );
    // CREATEROLE for roles.sql; CREATEDB for the databases of tests.
    if (!rows[0]?.login) {
      await client.query(
        `CREATE ROLE ${DATABASE} LOGIN CREATEROLE CREATEDB PASSWORD ${pg.escapeLiteral(secrets.password)}`,
      );
    }
    if (!rows[0]?.database) await client.query(`CREATE DATABASE ${DATABASE} OWNER ${DATABASE}`);
  } finally {
    await client.end();
  }
}

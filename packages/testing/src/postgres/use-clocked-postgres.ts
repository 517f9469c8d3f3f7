import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@hikyaku/db';
import { createLogger } from '@hikyaku/telemetry';
import pg from 'pg';
import { until } from '../durability/until.ts';

/** A Postgres whose clock a test sets, and which it takes away and gives back. */
export interface ClockedPostgres {
  url: string;
  /** From now on its clock shows that much more than the machine's, milliseconds. */
  setClock(aheadMs: number): void;
  /** SIGKILL, as a crash, and up again with its data and its clock. */
  crash(): Promise<void>;
  close(): Promise<void>;
}

/** Debian's package `faketime`. */
const LIBRARIES = ['x86_64', 'aarch64'].map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`);
const UP_WITHIN_MS = 60_000;

/** An empty server as an operator's `DATABASE_URL` would name it. Its clock for what lasts (CLOCK_MONOTONIC) stays the machine's, as when a clock is set. */
export async function useClockedPostgres(): Promise<ClockedPostgres> {
  const library = LIBRARIES.find(existsSync);
  if (!library) throw new Error(`libfaketime is not installed: ${LIBRARIES.join(' or ')}`);
  // Postgres runs as another user.
  const folder = await mkdtemp(join(tmpdir(), 'hikyaku-clocked-postgres-'));
  const clock = join(folder, 'clock');
  const logger = createLogger({ name: 'testing', level: 'silent' });
  const first = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), logger });
  const command = readFileSync(`/proc/${first.pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
  await first.stop();
  const setClock = (aheadMs: number): void => {
    writeFileSync(`${clock}.new`, `${aheadMs < 0 ? '-' : '+'}${Math.abs(aheadMs) / 1000}\n`);
    renameSync(`${clock}.new`, clock);
  };
  setClock(0);
  const env = {
    ...{ PATH: process.env.PATH, LC_ALL: 'C', LD_PRELOAD: library },
    ...{
      FAKETIME_TIMESTAMP_FILE: clock,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
    },
  };
  const asUser = process.getuid?.() === 0 ? ['unshare', '--map-user=1000', '--map-group=1000'] : [];
  const launch = () => {
    const [program, ...args] = [...asUser, ...command];
    const child = spawn(program!, args, { env, stdio: 'ignore' });
    // The library removes these by itself only where its process ends by itself.
    const shared = ['faketime_shm_', 'sem.faketime_sem_'].map((name) => `/dev/shm/${name}${child.pid}`);
    const forget = (): void => {
      for (const file of shared) rmSync(file, { force: true });
    };
    return { child, ended: once(child, 'exit').then(forget) };
  };
  const answers = async (): Promise<boolean> => {
    const client = new pg.Client({ connectionString: first.url });
    client.on('error', () => {});
    return client.connect().then(
      () => client.end().then(() => true),
      () => false,
    );
  };
  const start = async () => {
    let server = launch();
    const isUp = async (): Promise<boolean> => {
      // Backends of the one that was killed may still be leaving: it gives up then.
      if (server.child.exitCode !== null) server = launch();
      return answers();
    };
    await until('Postgres is up', isUp, UP_WITHIN_MS);
    return server;
  };
  let server = await start();
  return {
    url: first.url,
    setClock,
    async crash() {
      server.child.kill('SIGKILL');
      await server.ended;
      server = await start();
    },
    async close() {
      server.child.kill('SIGINT');
      await server.ended;
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { isSameProcess, lockFile, processMark } from '@hikyaku/core';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@hikyaku/db';
import { createLogger } from '@hikyaku/telemetry';

let running: Promise<EmbeddedPostgres> | undefined;

/**
 * The one Postgres of all test files of this user on this machine, in the temporary folder; started by the first and stopped by the last
 * process that uses it. Its data are kept, so that the next run starts in a moment.
 */
export function startTestPostgres(): Promise<EmbeddedPostgres> {
  running ??= start();
  return running;
}

async function start(): Promise<EmbeddedPostgres> {
  const folder = join(tmpdir(), `hikyaku-test-${userInfo().uid}`);
  const users = join(folder, 'users');
  mkdirSync(users, { recursive: true, mode: 0o700 });
  // Registered before the start: the last user looks for others under the same lock as a start.
  const mark = processMark(process.pid) ?? String(process.pid);
  writeFileSync(join(users, mark), '');
  const dataDir = join(folder, 'postgres');
  const server = await startEmbeddedPostgres({
    dataDir,
    logger: createLogger({ name: 'test-postgres', level: 'error' }),
  });
  process.once('exit', () => {
    rmSync(join(users, mark), { force: true });
    for (const other of readdirSync(users)) {
      if (isSameProcess(other)) return;
      rmSync(join(users, other), { force: true });
    }
    const lock = lockFile(join(dataDir, 'start.lock'));
    if (!lock) return;
    try {
      process.kill(server.pid, 'SIGINT');
    } catch {
      // Gone already: a test may have killed it.
    }
    lock.release();
  });
  return server;
}

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RelayError } from '@hikyaku/core';
import { ensureFolder } from './ensure-folder.ts';
import { asUnprivileged, BARE_ENVIRONMENT } from './unprivileged.ts';

/** What a start needs to know about the cluster; kept beside it, readable by nobody else. */
export interface ClusterSecrets {
  /** Password of the superuser `postgres`: used to create the login, and by nobody else. */
  adminPassword: string;
  /** Password of the login `hikyaku`. */
  password: string;
  /** Port of the last start, so that a restart finds its clients again. */
  port: number;
}

/** Folders below `dataDir`. */
export function clusterPaths(dataDir: string) {
  return {
    data: join(dataDir, 'data'),
    secrets: join(dataDir, 'secrets.json'),
    log: join(dataDir, 'postgres.log'),
    lock: join(dataDir, 'start.lock'),
  };
}

/** Writes through a second file, so that a crash leaves the old or the new one. */
export async function writeSecrets(file: string, secrets: ClusterSecrets): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(secrets)}\n`, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}

/**
 * The cluster's secrets; a new cluster is created where there is none.
 * @throws RelayError `db.unavailable`: the folder cannot be written, or data is there without its secrets.
 */
export async function openCluster(dataDir: string, initdb: string): Promise<ClusterSecrets> {
  const paths = clusterPaths(dataDir);
  try {
    await ensureFolder(dataDir);
    await chmod(dataDir, 0o700);
  } catch (error) {
    throw new RelayError('db.unavailable', {
      internal: `cannot write to ${dataDir}: ${(error as Error).message}`,
      cause: error,
    });
  }
  const hasData = await exists(join(paths.data, 'PG_VERSION'));
  const stored = await readFile(paths.secrets, 'utf8').catch(() => null);
  if (stored !== null && hasData) return JSON.parse(stored) as ClusterSecrets;
  if (hasData) {
    throw new RelayError('db.unavailable', {
      internal: `${paths.secrets} is missing: nobody knows the database's password`,
    });
  }
  const secrets = { adminPassword: newSecret(), password: newSecret(), port: 0 };
  await writeSecrets(paths.secrets, secrets);
  await createCluster(paths.data, initdb, secrets.adminPassword);
  return secrets;
}

/** Beside its place, then renamed: a half-made cluster is never taken for one. */
async function createCluster(data: string, initdb: string, adminPassword: string): Promise<void> {
  const fresh = `${data}.new`;
  const passwordFile = `${data}.pw`;
  await rm(fresh, { recursive: true, force: true });
  await writeFile(passwordFile, adminPassword, { mode: 0o600 });
  try {
    await run(initdb, [
      ...['-D', fresh, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8'],
      // Sorts the same whatever the system's locales are.
      ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
    ]);
    await rename(fresh, data);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

function run(program: string, programArgs: string[]): Promise<void> {
  const { command, args } = asUnprivileged(program, programArgs);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env: BARE_ENVIRONMENT });
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-4000);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) return resolve();
      const line = text.split('\n').find((one) => /error|fatal|cannot|could not/i.test(one)) ?? text.trim();
      reject(new RelayError('db.unavailable', { internal: `initdb failed: ${line}` }));
    });
  });
}

const newSecret = (): string => randomBytes(24).toString('base64url');

const exists = (path: string): Promise<boolean> =>
  readFile(path).then(
    () => true,
    () => false,
  );

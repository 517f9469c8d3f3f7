import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RelayError } from '@hikyaku/core';
import type { Logger } from '@hikyaku/telemetry';
import pg from 'pg';

/** prisma/ of the repository: roles.sql and migrations/. */
export const PRISMA_FOLDER = fileURLToPath(new URL('../../../prisma/', import.meta.url));

/** Any number; the same for every process that migrates one database. */
const LOCK = 4_871_003;

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/**
 * Brings the database up to date: roles, then each migration that is not yet in `_prisma_migrations`, in its own transaction together with
 * its entry there. A script goes to the server as one text, so bodies in `$$` work and a failing one leaves nothing. Safe to run at once.
 * @throws RelayError `db.unavailable`; `db.migration_failed` naming the migration, also when an applied one was edited.
 */
export async function migrate(options: {
  url: string;
  logger: Logger;
  /** Default: the repository's prisma/. */
  folder?: string;
}): Promise<{ applied: string[] }> {
  const folder = options.folder ?? PRISMA_FOLDER;
  const migrations = await readMigrations(join(folder, 'migrations'));
  const roles = await readFile(join(folder, 'roles.sql'), 'utf8');
  const client = new pg.Client({
    connectionString: options.url,
    application_name: 'hikyaku-migrate',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    throw new RelayError('db.unavailable', { internal: (error as Error).message, cause: error });
  }
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await step(client, 'roles.sql', () => client.query(roles));
    await client.query('SET ROLE hikyaku_owner');
    await client.query(BOOK);
    const pending = pendingOf(migrations, await readBook(client), options.logger);
    for (const migration of pending) {
      await step(client, migration.name, () => apply(client, migration));
      options.logger.info({ event: 'migration.applied', migration: migration.name });
    }
    return { applied: pending.map(({ name }) => name) };
  } finally {
    await client.end();
  }
}

/** As Prisma keeps it, so that its tools can read it. */
const BOOK = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

async function readBook(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ migration_name: string; checksum: string }>(
    'SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  return new Map(rows.map((row) => [row.migration_name, row.checksum]));
}

function pendingOf(migrations: Migration[], book: Map<string, string>, logger: Logger): Migration[] {
  for (const { name, checksum } of migrations) {
    const applied = book.get(name);
    if (applied !== undefined && applied !== checksum) {
      throw new RelayError('db.migration_failed', { internal: `${name} was edited after it had been applied` });
    }
  }
  // A newer version of the program has been here: migrations only widen first, so the older one may go on.
  const unknown = [...book.keys()].filter((name) => !migrations.some((one) => one.name === name));
  if (unknown.length) logger.warn({ event: 'migration.unknown', migrations: unknown });
  return migrations.filter(({ name }) => !book.has(name));
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  await client.query(migration.sql);
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count) VALUES ($1, $2, now(), $3, 1)`,
    [randomUUID(), migration.checksum, migration.name],
  );
  await client.query('COMMIT');
}

async function step(client: pg.Client, name: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw new RelayError('db.migration_failed', { internal: `${name}: ${(error as Error).message}`, cause: error });
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate, PRISMA_FOLDER } from '@hikyaku/db';
import { createLogger } from '@hikyaku/telemetry';
import pg from 'pg';

/** One process at a time makes or removes databases that others may want. */
const LOCK = 4_871_004;
const PREFIX = 'hikyaku_template_';

/** `url` with another database. */
export function urlOf(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** Runs `work` with a connection that holds the harness's lock. */
export async function withServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Name of the database that has every migration of this checkout; migrated once, then cloned. Other checkouts have theirs. */
export async function ensureTemplate(client: pg.Client, url: string): Promise<string> {
  const name = `${PREFIX}${schemaHash()}`;
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (rowCount) return name;
  const draft = `${name}_draft`;
  await client.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${draft}`);
  await migrate({ url: urlOf(url, draft), logger: createLogger({ name: 'test-template', level: 'error' }) });
  await client.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
  await dropOldTemplates(client);
  return name;
}

/** A few newest stay: several checkouts may share the server. Object ids grow, so they tell the age. */
async function dropOldTemplates(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ datname: string }>(
    'SELECT datname FROM pg_database WHERE starts_with(datname, $1) ORDER BY oid DESC OFFSET 5',
    [PREFIX],
  );
  for (const { datname } of rows) await client.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
}

function schemaHash(): string {
  const hash = createHash('sha256').update(readFileSync(join(PRISMA_FOLDER, 'roles.sql')));
  const folder = join(PRISMA_FOLDER, 'migrations');
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!entry.isDirectory()) continue;
    hash.update(entry.name).update(readFileSync(join(folder, entry.name, 'migration.sql')));
  }
  return hash.digest('hex').slice(0, 16);
}

import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, migrate, openDatabase, PRISMA_FOLDER } from '@hikyaku/db';
import { createLogger } from '@hikyaku/telemetry';
import type { Rows } from './instance.ts';

/** Written by the migrations themselves. */
const BOOK = '_prisma_migrations';

/**
 * Brings an empty database to where the instance's was: its migrations, then its rows, each time in them `ageMs` later, as if the instance had been
 * killed just now. `folder`: for the migrations of that day.
 */
export async function loadRows(
  url: string,
  rows: Rows,
  { ageMs, folder }: { ageMs: number; folder: string },
): Promise<void> {
  mkdirSync(join(folder, 'migrations'), { recursive: true });
  cpSync(join(PRISMA_FOLDER, 'roles.sql'), join(folder, 'roles.sql'));
  for (const { migration_name: name } of rows[BOOK]!)
    cpSync(join(PRISMA_FOLDER, 'migrations', String(name)), join(folder, 'migrations', String(name)), {
      recursive: true,
    });
  await migrate({ url, folder, logger: createLogger({ name: 'testing', level: 'silent' }) });
  const owner = openDatabase({ url, role: 'owner', max: 1, applicationName: 'testing' });
  try {
    for (const table of await inOrder(owner)) if (rows[table]) await load(owner, table, rows[table], ageMs);
  } finally {
    await owner.close();
  }
}

/** Tables, each behind those that it refers to. */
async function inOrder(owner: Database): Promise<string[]> {
  const tables = await owner.query<{ name: string; needs: string[] }>(
    `SELECT c.relname AS name, ARRAY(SELECT f.confrelid::regclass::text FROM pg_constraint f WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid) AS needs
     FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> $1 ORDER BY 1`,
    [BOOK],
  );
  const ordered: string[] = [];
  while (ordered.length < tables.length) {
    const next = tables.filter(
      ({ name, needs }) => !ordered.includes(name) && needs.every((one) => ordered.includes(one)),
    );
    if (next.length === 0) throw new Error('tables refer to each other in a circle');
    ordered.push(...next.map(({ name }) => name));
  }
  return ordered;
}

async function load(owner: Database, table: string, rows: Rows[string], ageMs: number): Promise<void> {
  const columns = await owner.query<{ name: string; isTime: boolean; isCounted: boolean }>(
    `SELECT attname AS name, atttypid = 'timestamptz'::regtype AS "isTime", pg_get_serial_sequence($1, attname) IS NOT NULL AS "isCounted"
     FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
    [table],
  );
  const names = columns.map(({ name }) => `"${name}"`);
  const values = columns.map(({ name, isTime }) =>
    isTime ? `r."${name}" + $2 * interval '1 millisecond'` : `r."${name}"`,
  );
  await owner.query(`ALTER TABLE "${table}" DISABLE TRIGGER USER`);
  // What a migration has put there itself.
  await owner.query(`DELETE FROM "${table}"`);
  await owner.query(
    `INSERT INTO "${table}" (${names}) OVERRIDING SYSTEM VALUE
     SELECT ${values} FROM jsonb_populate_recordset(NULL::"${table}", $1) r WHERE $2::float8 IS NOT NULL`,
    [JSON.stringify(rows), ageMs],
  );
  await owner.query(`ALTER TABLE "${table}" ENABLE TRIGGER USER`);
  for (const { name } of columns.filter(({ isCounted }) => isCounted))
    await owner.query(`SELECT setval(pg_get_serial_sequence($1, $2), (SELECT max("${name}") FROM "${table}"))`, [
      table,
      name,
    ]);
}

import type { Database } from '@hikyaku/db';
import pg from 'pg';

/** Inserts `row` (database column names; undefined ones are left to their defaults) and returns it as stored. */
export async function insertRow<T extends object>(
  database: Database,
  table: string,
  row: Record<string, unknown>,
): Promise<T> {
  const entries = Object.entries(row).filter(([, value]) => value !== undefined);
  const names = entries.map(([name]) => pg.escapeIdentifier(name)).join(', ');
  const marks = entries.map((_, index) => `$${index + 1}`).join(', ');
  const rows = await database.query<T>(
    `INSERT INTO ${pg.escapeIdentifier(table)} (${names}) VALUES (${marks}) RETURNING *`,
    entries.map(([, value]) => value),
  );
  return rows[0]!;
}

import pg from 'pg';

export interface DumpedRow {
  /** With its schema. */
  table: string;
  /** Every column as Postgres prints it; bytes as hex. */
  text: string;
}

/** Every row of every table that the login can read, BullMQ's included. Give a superuser's URL, or the policies hide rows. */
export async function dumpDatabase(url: string): Promise<DumpedRow[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
    );
    const dumped: DumpedRow[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
      dumped.push(...rows.map(({ text }) => ({ table: name, text })));
    }
    return dumped;
  } finally {
    await client.end();
  }
}

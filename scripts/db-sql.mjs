// npm run db:sql -- "SELECT …": one statement on the database of the settings, or the embedded one, for runbooks. Reads only; with --write it may
// change what role system may change.
import { join } from 'node:path';
import { readSettings } from '../packages/config/src/index.ts';
import { openDatabase, startEmbeddedPostgres } from '../packages/db/src/index.ts';
import { createLogger } from '../packages/telemetry/src/index.ts';

const mayWrite = process.argv.includes('--write');
const [statement] = process.argv.slice(2).filter((word) => word !== '--write');

/** As a person reads it: times in UTC, bytes as their number. */
const shown = (value) => {
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return `(${value.length} bytes)`;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
};

async function run(url) {
  const database = openDatabase({ url, role: 'system', max: 1, applicationName: 'hikyaku-sql' });
  try {
    const { rows, rowCount } = await database.transaction(async (client) => {
      if (!mayWrite) await client.query('SET TRANSACTION READ ONLY');
      return client.query(statement);
    });
    if (rows.length)
      console.table(
        rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, shown(value)]))),
      );
    console.log(`${rowCount ?? 0} rows`);
  } finally {
    await database.close();
  }
}

try {
  if (!statement) throw new Error('usage: npm run db:sql -- [--write] "SELECT …"');
  const settings = readSettings();
  const logger = createLogger({ name: 'sql', level: 'silent' });
  const embedded = settings.isEmbedded
    ? await startEmbeddedPostgres({ dataDir: join(settings.DATA_DIR, 'postgres'), logger })
    : null;
  try {
    await run(embedded?.url ?? settings.DATABASE_URL);
  } finally {
    if (embedded && !embedded.wasRunning) await embedded.stop();
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

import { join } from 'node:path';
import { readSettings } from '../packages/config/src/index.ts';
import { migrate, startEmbeddedPostgres } from '../packages/db/src/index.ts';
import { createLogger } from '../packages/telemetry/src/index.ts';

// npm run db:migrate: DATABASE_URL, or the embedded Postgres of the data folder (started for it, unless it runs already).
const settings = readSettings();
const logger = createLogger({ name: 'migrate', level: 'warn' });
try {
  const embedded = settings.isEmbedded
    ? await startEmbeddedPostgres({ dataDir: join(settings.DATA_DIR, 'postgres'), logger })
    : null;
  try {
    const { applied } = await migrate({ url: embedded?.url ?? settings.DATABASE_URL, logger });
    console.log(applied.length ? `applied: ${applied.join(', ')}` : 'nothing to apply');
  } finally {
    if (embedded && !embedded.wasRunning) await embedded.stop();
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

import { createLogger } from '@hikyaku/telemetry';
import { startEmbeddedPostgres } from '../src/index.ts';

// Starts Postgres on the folder given, tells its pid, and waits to be killed.
const server = await startEmbeddedPostgres({
  dataDir: process.argv[2]!,
  logger: createLogger({ name: 'child', level: 'silent' }),
});
process.stdout.write(`${server.pid}\n`);
setInterval(() => {}, 60_000);

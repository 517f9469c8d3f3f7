import { join } from 'node:path';
import { type Database, migrate, openDatabase, openTenantDb, startEmbeddedPostgres, type TenantDb } from '@hikyaku/db';
import { createLogger } from '@hikyaku/telemetry';
import { endWithUs } from '../machine/clean-up.ts';

/** A Postgres of this run's own with the product's schema, seen as its parts see it. */
export interface HistoryDatabase {
  owner: Database;
  /** One connection, planned as the worker's are: its server process's CPU is the mail's. */
  system: Database;
  tenants: TenantDb;
  stop(): Promise<void>;
}

export async function startHistoryDatabase(folder: string, name: string): Promise<HistoryDatabase> {
  const logger = createLogger({ name: 'bench', level: 'warn' });
  const server = await startEmbeddedPostgres({ dataDir: join(folder, name), logger });
  const forget = endWithUs(server.pid, 'SIGINT');
  await migrate({ url: server.url, logger });
  const { url } = server;
  const owner = openDatabase({ url, role: 'owner', max: 2, applicationName: 'bench', statementTimeoutMs: 600_000 });
  const system = openDatabase({ url, role: 'system', max: 1, applicationName: 'bench-system', plansOnce: true });
  const tenants = openTenantDb({ url, max: 2, applicationName: 'bench-tenant' });
  return {
    owner,
    system,
    tenants,
    async stop() {
      await Promise.all([owner.close(), system.close(), tenants.close()]);
      await server.stop();
      forget();
    },
  };
}

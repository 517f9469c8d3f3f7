import { RelayError } from '@hikyaku/core';
import { PrismaPg } from '@prisma/adapter-pg';
import { closeOnce, openPool, throwUnavailable } from './database.ts';
import { PrismaClient } from './generated/client.ts';

/** How long a use case may hold its transaction, and wait for a connection to begin one. */
const TRANSACTION_MS = 15_000;
const CONNECTION_WAIT_MS = 5000;

/** Columns that role app may not read: without the omission Prisma would ask for them in every query. */
const HIDDEN = {
  message: { keySealed: true, spoolObject: true, spoolOffset: true, spoolLength: true },
} as const;

const createClient = (adapter: PrismaPg) => new PrismaClient({ adapter, omit: HIDDEN });
type Client = ReturnType<typeof createClient>;

/** Prisma inside the transaction of one tenant. */
export type TenantTx = Parameters<Parameters<Client['$transaction']>[0]>[0];

export interface TenantDb {
  /** Only rows of this tenant exist for what it returns; row-level security sees to it, whatever the query says. */
  forTenant(tenantId: string): { tx<T>(work: (prisma: TenantTx) => Promise<T>): Promise<T> };
  /** Readiness: throws when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Prisma over role app: no query runs outside a tenant's transaction. */
export function openTenantDb(options: { url: string; max: number; applicationName?: string }): TenantDb {
  const pool = openPool({
    url: options.url,
    max: options.max,
    role: 'app',
    applicationName: options.applicationName ?? 'hikyaku-api',
  });
  const prisma = createClient(new PrismaPg(pool));
  const closePool = closeOnce(pool);
  return {
    forTenant: (tenantId) => {
      if (!UUID.test(tenantId)) throw new RelayError('bug.unknown', { internal: 'a tenant id must be a UUID' });
      return {
        tx: (work) =>
          prisma
            .$transaction(
              async (tx) => {
                await tx.$executeRaw`SELECT set_config('app.tenant_id', ${tenantId}, true)`;
                return work(tx);
              },
              { timeout: TRANSACTION_MS, maxWait: CONNECTION_WAIT_MS },
            )
            .catch(throwUnavailable),
      };
    },
    ping: async () => {
      await pool.query('SELECT 1').catch(throwUnavailable);
    },
    close: async () => {
      await prisma.$disconnect();
      await closePool();
    },
  };
}

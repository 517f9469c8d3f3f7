import { type Database, notifyMessages } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';
import { gather } from './gather.ts';

/** Notes that a tenant's messages changed. */
export type Tell = (tenantId: string) => void;

/** NOTIFY takes a lock that all commits share: one for everything that happened in this time. */
const BATCH_MS = 100;

/** Far more than a worker sends for in a tenth of a second. */
const MAX_TENANTS = 10_000;

/** Gathers tenants and tells the API's live pages once per batch. A notification that fails is dropped: pages also look by themselves. */
export function createTell(database: Database, logger: Logger): { tell: Tell; close: () => Promise<void> } {
  const { add, close } = gather<string>({
    ms: BATCH_MS,
    max: MAX_TENANTS,
    work: (tenants) => notifyMessages(database, tenants),
    onFailure: (error) => logger.warn({ event: 'tell.failed', err: error }),
  });
  return { tell: add, close };
}

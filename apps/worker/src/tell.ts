import { type Database, notifyMessages } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';

/** Notes that a tenant's messages changed. */
export type Tell = (tenantId: string) => void;

/** NOTIFY takes a lock that all commits share: one for everything that happened in this time. */
const BATCH_MS = 100;

/** Gathers tenants and tells the API's live pages once per batch. A notification that fails is dropped: pages also look by themselves. */
export function createTell(database: Database, logger: Logger): { tell: Tell; close: () => Promise<void> } {
  let tenants = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let flushing = Promise.resolve();

  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const batch = [...tenants];
    tenants = new Set();
    flushing = flushing
      .then(() => notifyMessages(database, batch))
      .catch((error: unknown) => logger.warn({ event: 'tell.failed', err: error }));
    return flushing;
  };
  return {
    tell: (tenantId) => {
      tenants.add(tenantId);
      timer ??= setTimeout(() => void flush(), BATCH_MS);
    },
    close: flush,
  };
}

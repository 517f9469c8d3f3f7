import { type Database, destroyErasedContent, eraseTenantRows } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';
import { inShares, ROWS_PER_STATEMENT } from './in-shares.ts';

/** A job's share: a million mails, or about ten minutes. The sweeper asks for the next one. */
const STATEMENTS = 2_000;

/**
 * Erases as much of a deleted tenant as can go now: content first, then rows. Mails whose spool objects are still there are the next job's, when
 * the sweeper has removed those. Bears being run twice, and being cut off anywhere.
 */
export async function eraseTenant(
  tenantId: string,
  { database, logger, stopping }: { database: Database; logger: Logger; stopping: AbortSignal },
): Promise<void> {
  const limits = { statements: STATEMENTS, stopping };
  const content = await inShares(() => destroyErasedContent(database, tenantId, ROWS_PER_STATEMENT), limits);
  const rows = await inShares(() => eraseTenantRows(database, tenantId, ROWS_PER_STATEMENT), limits);
  logger.info({ event: 'tenant.erasing', tenantId, content, rows });
}

import type { Tenant } from '@hikyaku/contracts';
import { findTenant } from '@hikyaku/db';
import { found, type ServiceContext } from '../context.ts';

/** The settings of the tenant itself. */
export async function getTenant(context: ServiceContext): Promise<Tenant> {
  const row = found(await findTenant(context));
  return {
    id: row.id,
    name: row.name,
    hideSubjects: row.hideSubjects,
    retentionDays: row.retentionDays,
    timeZone: row.timeZone,
    defaultMailboxId: row.defaultMailboxId,
    createdAt: row.createdAt.toISOString(),
  };
}

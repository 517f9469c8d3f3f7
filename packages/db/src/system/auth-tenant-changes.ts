import type { Database } from '../database.ts';

export interface TenantMark {
  tenantId: string;
  /** Grows when a mailbox of the tenant changes. */
  mailboxes: string;
  /** Grows when a device changes. */
  devices: string;
}

/**
 * How far the settings of some tenants have come. The notification says only that something changed somewhere; a listener compares
 * these marks, so that one tenant never learns of another's activity.
 */
export async function readTenantMarks(database: Database, tenantIds: string[]): Promise<TenantMark[]> {
  return database.query<TenantMark>(
    `SELECT wanted.id AS "tenantId",
       coalesce((SELECT max(changed_xid) FROM mailboxes WHERE tenant_id = wanted.id)::text, '') AS mailboxes,
       coalesce((SELECT max(changed_xid) FROM devices WHERE tenant_id = wanted.id)::text, '') AS devices
     FROM unnest($1::uuid[]) AS wanted (id)`,
    [tenantIds],
  );
}

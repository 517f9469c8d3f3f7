import type { TenantTx } from '../tenant-db.ts';

/** A tenant's transaction. Every repository takes one: no tenant id, no query; row-level security is the second wall. */
export interface TenantScope {
  tenantId: string;
  tx: TenantTx;
}

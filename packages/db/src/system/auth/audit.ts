import { newId } from '@hikyaku/core';
import type { Database } from '../../database.ts';

/** What happened to a person's account, into the audit log of each tenant that he belongs to. `data` holds names and numbers, never a secret. */
export async function addPersonAudit(
  database: Database,
  entry: { actor: string; action: string; userId: string; data?: Record<string, string> | undefined },
): Promise<void> {
  const tenants = await database.query<{ id: string }>(
    `SELECT t.id FROM auth_members m JOIN tenants t ON t.id = m.organization_id::uuid AND t.deleted_at IS NULL WHERE m.user_id = $1`,
    [entry.userId],
  );
  await database.query(
    `INSERT INTO audit_entries (id, tenant_id, actor, action, target, data)
     SELECT unnest($1::uuid[]), unnest($2::uuid[]), $3, $4, $5, $6::jsonb`,
    [
      tenants.map(() => newId()),
      tenants.map(({ id }) => id),
      entry.actor,
      entry.action,
      entry.userId,
      entry.data === undefined ? null : JSON.stringify(entry.data),
    ],
  );
}

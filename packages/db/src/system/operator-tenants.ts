import { newId } from '@hikyaku/core';
import type { Database } from '../database.ts';

/** A tenant as the operator sees it. */
export interface OperatorTenantRow {
  id: string;
  name: string;
  createdAt: Date;
  suspendedAt: Date | null;
  /** Numbers that count instead of the plan's. */
  limits: Record<string, number> | null;
  devices: number;
}

const SELECT = `SELECT t.id, t.name, t.created_at AS "createdAt", t.suspended_at AS "suspendedAt", t.limits,
    (SELECT count(*)::int FROM devices d WHERE d.tenant_id = t.id AND d.deleted_at IS NULL) AS devices
  FROM tenants t WHERE t.deleted_at IS NULL`;

/** Newest first. */
export async function pageOperatorTenants(
  database: Database,
  page: { limit: number; beforeId?: string | undefined },
): Promise<OperatorTenantRow[]> {
  return database.query<OperatorTenantRow>(
    `${SELECT} AND ($1::uuid IS NULL OR t.id < $1) ORDER BY t.id DESC LIMIT $2`,
    [page.beforeId ?? null, page.limit],
  );
}

/**
 * Suspends or resumes a tenant, or gives it numbers of its own; with the line in its audit log. A field left out stays as it is. Null when
 * there is no such tenant.
 */
export async function changeOperatorTenant(
  database: Database,
  id: string,
  change: { actor: string; isSuspended?: boolean | undefined; limits?: Record<string, number> | null | undefined },
): Promise<OperatorTenantRow | null> {
  return database.transaction(async (client) => {
    const { rows: before } = await client.query<{ isSuspended: boolean }>(
      `SELECT suspended_at IS NOT NULL AS "isSuspended" FROM tenants WHERE id = $1 AND deleted_at IS NULL FOR UPDATE`,
      [id],
    );
    if (!before[0]) return null;
    const note = async (action: string, data: unknown) => {
      await client.query(
        'INSERT INTO audit_entries (id, tenant_id, actor, action, target, data) VALUES ($1, $2::uuid, $3, $4, $2::uuid::text, $5)',
        [newId(), id, change.actor, action, data === undefined ? null : JSON.stringify(data)],
      );
    };
    if (change.isSuspended !== undefined && change.isSuspended !== before[0].isSuspended) {
      await client.query('UPDATE tenants SET suspended_at = CASE WHEN $2 THEN now() END WHERE id = $1', [
        id,
        change.isSuspended,
      ]);
      await note(change.isSuspended ? 'tenant.suspended' : 'tenant.resumed', undefined);
    }
    if (change.limits !== undefined) {
      const limits = change.limits === null ? null : JSON.stringify(change.limits);
      await client.query('UPDATE tenants SET limits = $2 WHERE id = $1', [id, limits]);
      await note('tenant.limits_changed', change.limits);
    }
    return (await client.query<OperatorTenantRow>(`${SELECT} AND t.id = $1`, [id])).rows[0] ?? null;
  });
}

/** Mailboxes whose held mail may go on when a tenant is resumed. */
export async function listTenantMailboxes(
  database: Database,
  tenantId: string,
): Promise<{ id: string; accountKey: string }[]> {
  return database.query(
    `SELECT id, account_key AS "accountKey" FROM mailboxes WHERE tenant_id = $1 AND deleted_at IS NULL AND state = 'active'`,
    [tenantId],
  );
}

/** Mails of all tenants that are put aside, as far as they were counted. */
export async function countQuarantined(database: Database): Promise<number> {
  const rows = await database.query<{ count: number }>(
    `SELECT coalesce(sum(count), 0)::float8 AS count FROM mail_states WHERE state = 'quarantined'`,
  );
  return rows[0]!.count;
}

import type { Database } from '../../database.ts';

/** A tenant that was deleted and is being erased. */
export interface TenantDeletion {
  id: string;
  name: string;
  deletedAt: Date;
  /** Mails that are still to be erased, counted up to `MAX_LEFT`. */
  mailsLeft: number;
}

/** Whoever waits for an end wants to see it move; nobody reads a million index entries for that. */
const MAX_LEFT = 10_000;

/** Deleted tenants of which this person is still a member: until nothing is left of them. */
export async function listDeletions(database: Database, userId: string): Promise<TenantDeletion[]> {
  return database.query<TenantDeletion>(
    `SELECT t.id, t.name, t.deleted_at AS "deletedAt",
       (SELECT count(*)::int FROM (SELECT FROM messages m WHERE m.tenant_id = t.id LIMIT $2) AS few) AS "mailsLeft"
     FROM auth_members a JOIN tenants t ON t.id = a.organization_id::uuid
     WHERE a.user_id = $1 AND t.deleted_at IS NOT NULL AND t.erased_at IS NULL ORDER BY t.deleted_at`,
    [userId, MAX_LEFT],
  );
}

/** Tenants that were deleted and are not erased yet, the longest waiting first. */
export async function findTenantsToErase(database: Database, limit: number): Promise<string[]> {
  const rows = await database.prepared<{ id: string }>(
    'sweep-erasures',
    `SELECT id FROM tenants WHERE deleted_at <= now() - interval '1 minute' AND erased_at IS NULL ORDER BY deleted_at LIMIT $1`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

/**
 * Destroys the content of up to `limit` mails of a deleted tenant, whatever their state: the sealed keys go, the spool objects follow as dead.
 * How many. What a worker has under a lease ends first.
 */
export async function destroyErasedContent(database: Database, tenantId: string, limit: number): Promise<number> {
  const rows = await database.query(
    `WITH chosen AS (
       SELECT m.id FROM messages m JOIN tenants t ON t.id = m.tenant_id AND t.deleted_at IS NOT NULL
       WHERE m.tenant_id = $1 AND m.content_destroyed_at IS NULL AND coalesce(m.lease_until <= now(), true)
       LIMIT $2 FOR UPDATE OF m SKIP LOCKED
     )
     UPDATE messages m SET key_sealed = NULL, content_destroyed_at = now() FROM chosen WHERE m.id = chosen.id RETURNING m.id`,
    [tenantId, limit],
  );
  return rows.length;
}

/**
 * Removes up to `limit` rows of a deleted tenant: messages with their story, then all else that has its id; the tenant's own row stays without a
 * name, so that late journal entries are known for an erased tenant's. How many; 0 when nothing can go now, or nothing is left.
 */
export async function eraseTenantRows(database: Database, tenantId: string, limit: number): Promise<number> {
  const rows = await database.query<{ removed: number }>('SELECT erase_tenant($1, $2) AS removed', [tenantId, limit]);
  return rows[0]!.removed;
}

import type { Database } from '../../database.ts';

/** A key that is in force. */
export interface KeyHolder {
  id: string;
  tenantId: string;
  /** Its maker. */
  userId: string;
  /** read, change */
  scope: string;
}

/** The key whose hash this is, and the minute of its use noted; null where there is none, or its end has come. */
export async function useApiKey(database: Database, secretHash: Buffer): Promise<KeyHolder | null> {
  const rows = await database.query<KeyHolder>(
    `WITH found AS (
       SELECT id, tenant_id, user_id, scope, last_used_at FROM api_keys
       WHERE secret_hash = $1 AND (expires_at IS NULL OR expires_at > now())
     ), used AS (
       UPDATE api_keys k SET last_used_at = now() FROM found
       WHERE k.id = found.id AND coalesce(found.last_used_at < now() - interval '1 minute', true)
     )
     SELECT id, tenant_id AS "tenantId", user_id AS "userId", scope FROM found`,
    [secretHash],
  );
  return rows[0] ?? null;
}

export interface ApiKeyRow {
  id: string;
  name: string;
  scope: string;
  hint: string;
  /** Null: no member any more. */
  madeBy: string | null;
  createdAt: Date;
  lastUsedAt: Date | null;
  expiresAt: Date | null;
}

/** A tenant's keys, the newest first, with the names of their makers. */
export async function listApiKeys(database: Database, tenantId: string, limit: number): Promise<ApiKeyRow[]> {
  return database.query<ApiKeyRow>(
    `SELECT k.id, k.name, k.scope, k.hint, coalesce(nullif(u.name, ''), u.email) AS "madeBy", k.created_at AS "createdAt",
       k.last_used_at AS "lastUsedAt", k.expires_at AS "expiresAt"
     FROM api_keys k LEFT JOIN auth_members m ON m.user_id = k.user_id AND m.organization_id = k.tenant_id::text
     LEFT JOIN auth_users u ON u.id = m.user_id
     WHERE k.tenant_id = $1 ORDER BY k.id DESC LIMIT $2`,
    [tenantId, limit],
  );
}

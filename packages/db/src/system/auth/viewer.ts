import type { Database } from '../../database.ts';

/** A signed-in person in one of his tenants. */
export interface ViewerRow {
  userId: string;
  name: string;
  email: string;
  emailVerified: boolean;
  isOperator: boolean;
  locale: string | null;
  tenantId: string;
  tenantName: string;
  /** An IANA name; null where none was chosen. */
  tenantTimeZone: string | null;
  /** A code is asked when the person signs in. */
  hasSecondStep: boolean;
  isSuspended: boolean;
  role: string;
}

/**
 * The person with the tenant he last chose, else the first that he belongs to. Null when he belongs to none.
 */
export async function findViewer(
  database: Database,
  session: { userId: string; chosenTenantId: string | null },
): Promise<ViewerRow | null> {
  const rows = await database.query<ViewerRow>(
    `SELECT u.id AS "userId", u.name, u.email, u.email_verified AS "emailVerified", u.is_operator AS "isOperator", u.locale,
       t.id AS "tenantId", t.name AS "tenantName", t.time_zone AS "tenantTimeZone",
       coalesce(u.two_factor_enabled, false) AS "hasSecondStep", t.suspended_at IS NOT NULL AS "isSuspended",
       m.role
     FROM auth_users u
     JOIN auth_members m ON m.user_id = u.id
     JOIN tenants t ON t.id = m.organization_id::uuid AND t.deleted_at IS NULL
     WHERE u.id = $1
     ORDER BY (m.organization_id = $2) DESC NULLS LAST, m.created_at, m.id
     LIMIT 1`,
    [session.userId, session.chosenTenantId],
  );
  return rows[0] ?? null;
}

export async function updateViewer(
  database: Database,
  userId: string,
  values: { locale?: string | undefined; name?: string | undefined },
): Promise<void> {
  await database.query(
    `UPDATE auth_users SET locale = coalesce($2, locale), name = coalesce($3, name), updated_at = now() WHERE id = $1`,
    [userId, values.locale ?? null, values.name ?? null],
  );
}

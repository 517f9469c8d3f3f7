import type { Database } from '../../database.ts';

export interface MemberRow {
  /** Of the membership; pages go by it. */
  id: string;
  userId: string;
  name: string;
  email: string;
  role: string;
  createdAt: Date;
}

/** People of one tenant, in the order of joining. */
export async function pageMembers(
  database: Database,
  tenantId: string,
  page: { limit: number; afterId?: string | undefined },
): Promise<MemberRow[]> {
  return database.query<MemberRow>(
    `SELECT m.id, u.id AS "userId", u.name, u.email, m.role, m.created_at AS "createdAt"
     FROM auth_members m JOIN auth_users u ON u.id = m.user_id
     WHERE m.organization_id = $1 AND ($2::text IS NULL OR m.id > $2)
     ORDER BY m.id LIMIT $3`,
    [tenantId, page.afterId ?? null, page.limit],
  );
}

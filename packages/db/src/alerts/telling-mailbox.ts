import type { Database } from '../database.ts';

/** A mailbox by which a tenant is told of an alert. */
export interface TellingMailbox {
  id: string;
  address: string;
  /** The tenant's wish: the log does without subjects. */
  hidesSubjects: boolean;
}

/** The mailbox that the channel names, where it can send and nothing is said of it; else another one of the tenant, the best that there is. Null: none can send. */
export async function findTellingMailbox(
  database: Database,
  tenantId: string,
  preferredId: string,
): Promise<TellingMailbox | null> {
  const rows = await database.query<TellingMailbox>(
    `SELECT b.id, b.address, t.hide_subjects AS "hidesSubjects" FROM mailboxes b JOIN tenants t ON t.id = b.tenant_id AND t.deleted_at IS NULL
     WHERE b.tenant_id = $1 AND b.state = 'active' AND b.deleted_at IS NULL AND b.provider <> 'channel'
     ORDER BY EXISTS (SELECT FROM alerts a WHERE a.tenant_id = b.tenant_id AND a.subject_id = b.id AND a.ended_at IS NULL), b.id <> $2, b.created_at LIMIT 1`,
    [tenantId, preferredId],
  );
  return rows[0] ?? null;
}

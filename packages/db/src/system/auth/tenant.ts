import { newId } from '@hikyaku/core';
import type { Database } from '../../database.ts';

/**
 * Makes a person's own tenant: organization, membership as owner and tenant, in one transaction. Does nothing when the person
 * belongs to one already that is not deleted, so a sign-up that was cut off is mended by calling it again.
 */
export async function ensureTenant(database: Database, person: { userId: string; name: string }): Promise<void> {
  await database.transaction(async (client) => {
    // Two first requests at once must not make two tenants.
    await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`tenant of ${person.userId}`]);
    const { rowCount } = await client.query(
      `SELECT FROM auth_members a JOIN tenants t ON t.id = a.organization_id::uuid AND t.deleted_at IS NULL WHERE a.user_id = $1 LIMIT 1`,
      [person.userId],
    );
    if (rowCount) return;
    const id = newId();
    await client.query('INSERT INTO auth_organizations (id, name, slug) VALUES ($1, $2, $1)', [id, person.name]);
    await client.query('INSERT INTO tenants (id, name) VALUES ($1::uuid, $2)', [id, person.name]);
    await client.query(`INSERT INTO auth_members (id, organization_id, user_id, role) VALUES ($1, $2, $3, 'owner')`, [
      newId(),
      id,
      person.userId,
    ]);
  });
}

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeSender, type TestDatabase, useDatabase } from '../../testing/src/index.ts';
import {
  destroyErasedContent,
  eraseTenantRows,
  findDeadSpoolObjects,
  findTenantsToErase,
  forgetSpoolObjects,
  readHandoffFacts,
} from '../src/index.ts';
import { makeTwoTenants } from './two-tenants.ts';

let db: TestDatabase;
before(async () => {
  db = await useDatabase();
});
after(() => db.close());

/** Every table of the schema with a tenant, and how many rows of this one it has. */
async function rowsOf(tenantId: string): Promise<Record<string, number>> {
  const tables = await db.owner.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'tenant_id' ORDER BY 1`,
  );
  assert.ok(tables.length >= 9);
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await db.owner.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${name} WHERE tenant_id::text = $1`,
      [tenantId],
    );
    if (row!.count > 0) counts[name] = row!.count;
  }
  return counts;
}

async function scene() {
  await db.owner.query('DELETE FROM instance_keys');
  const tenants = await makeTwoTenants(db.owner);
  for (const { tenant, message, mailbox } of [tenants.a, tenants.b]) {
    await db.owner.query(
      `UPDATE messages SET key_sealed = '\\x01', spool_object = $2, spool_offset = 0, spool_length = 1 WHERE id = $1`,
      [message.id, `object of ${tenant.id}`],
    );
    await db.owner.query(`INSERT INTO message_events (message_id, tenant_id, kind) VALUES ($1, $2, 'accepted')`, [
      message.id,
      tenant.id,
    ]);
    await db.owner.query(
      `INSERT INTO attempts (message_id, part_number, number, tenant_id, fence, started_at) VALUES ($1, 1, 1, $2, 1, now())`,
      [message.id, tenant.id],
    );
    await db.owner.query(
      `INSERT INTO audit_entries (id, tenant_id, actor, action) VALUES (gen_random_uuid(), $1, 'user:1', 'device.created')`,
      [tenant.id],
    );
    await db.owner.query(`INSERT INTO device_groups (id, tenant_id, name) VALUES (gen_random_uuid(), $1, 'Shop')`, [
      tenant.id,
    ]);
    await makeSender(db.owner, mailbox);
    await db.owner.query('INSERT INTO upstream_accounts (account_key) VALUES ($1)', [mailbox.account_key]);
    await db.owner.query('INSERT INTO auth_organizations (id, name, slug) VALUES ($1, $1, $1)', [tenant.id]);
    await db.owner.query('INSERT INTO auth_members (id, organization_id, user_id) VALUES ($1, $1, $1)', [tenant.id]);
  }
  return tenants;
}

const markDeleted = (id: string, minutes: number) =>
  db.owner.query(`UPDATE tenants SET deleted_at = now() - $2 * interval '1 minute' WHERE id = $1`, [id, minutes]);

test('an erased tenant leaves nothing but a row without a name, in batches of any size; its neighbour keeps everything', async () => {
  const { a, b } = await scene();
  const { id } = a.tenant;
  await db.owner.query('UPDATE messages SET tenant_id = tenant_id, lease_until = NULL WHERE tenant_id = $1', [id]);
  const before = await rowsOf(b.tenant.id);
  assert.equal(await eraseTenantRows(db.system, id, 1), 0, 'a tenant that lives is not erased');
  assert.equal(await destroyErasedContent(db.system, id, 10), 0);
  await markDeleted(id, 2);
  assert.ok((await findTenantsToErase(db.system, 10)).includes(id));

  // Content first: the key is gone at once, the message stays until its object is gone too.
  assert.equal(await destroyErasedContent(db.system, id, 10), 1);
  const [message] = await db.owner.query<{ key: Buffer | null }>(
    'SELECT key_sealed AS key FROM messages WHERE id = $1',
    [a.message.id],
  );
  assert.equal(message!.key, null);
  assert.equal(await eraseTenantRows(db.system, id, 1), 0);
  assert.deepEqual(await findDeadSpoolObjects(db.system, 10), [`object of ${id}`]);
  await forgetSpoolObjects(db.system, [`object of ${id}`]);

  const removed: number[] = [];
  for (let count = 1; count > 0; ) {
    count = await eraseTenantRows(db.system, id, 1);
    removed.push(count);
  }
  assert.ok(removed.slice(0, -1).every((count) => count === 1));
  assert.deepEqual(await rowsOf(id), { audit_entries: 1 });
  const [entry] = await db.owner.query<{ action: string }>('SELECT action FROM audit_entries WHERE tenant_id = $1', [
    id,
  ]);
  assert.equal(entry!.action, 'tenant.erased');
  for (const [table, column, value] of [
    ['auth_organizations', 'id', id],
    ['auth_members', 'organization_id', id],
    ['upstream_accounts', 'account_key', a.mailbox.account_key],
  ] as const) {
    assert.equal((await db.owner.query(`SELECT FROM ${table} WHERE ${column} = $1`, [value])).length, 0, table);
  }
  const [tenant] = await db.owner.query<{ name: string }>('SELECT name FROM tenants WHERE id = $1', [id]);
  assert.equal(tenant!.name, '');
  assert.deepEqual(await findTenantsToErase(db.system, 10), []);
  // A journal entry that comes late is known for an erased tenant's, and not for a stranger's.
  const [facts] = await readHandoffFacts(db.system, [{ messageId: a.message.id, tenantId: id }]);
  assert.equal(facts!.tenant, 'erased');
  assert.deepEqual(await rowsOf(b.tenant.id), before);
});

test('a mail that a worker is sending is left until its lease ends', async () => {
  const { a } = await scene();
  await markDeleted(a.tenant.id, 2);
  await db.owner.query(
    `UPDATE messages SET state = 'sending', due_at = NULL, lease_until = now() + interval '1 minute' WHERE id = $1`,
    [a.message.id],
  );
  assert.equal(await destroyErasedContent(db.system, a.tenant.id, 10), 0);
  assert.equal(await eraseTenantRows(db.system, a.tenant.id, 10), 0);
  assert.ok((await rowsOf(a.tenant.id)).devices, 'its device is still needed');
});

test('nothing is erased in the minute after a deletion: an insert may be under way', async () => {
  const { a } = await scene();
  await markDeleted(a.tenant.id, 0.5);
  assert.ok(!(await findTenantsToErase(db.system, 10)).includes(a.tenant.id));
  assert.equal(await eraseTenantRows(db.system, a.tenant.id, 10), 0);
});

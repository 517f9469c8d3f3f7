import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newId, newQueueId } from '@hikyaku/core';
import { type TestDatabase, useDatabase } from '../../testing/src/index.ts';
import { openDatabase } from '../src/index.ts';
import { makeTwoTenants } from './two-tenants.ts';

let db: TestDatabase;
let tenants: Awaited<ReturnType<typeof makeTwoTenants>>;
before(async () => {
  db = await useDatabase();
  tenants = await makeTwoTenants(db.owner);
});
after(() => db.close());

test('a query without any filter returns the rows of its tenant only, in every table', async () => {
  const { a, b } = tenants;
  for (const { tenant, mailbox, device, credential, message } of [a, b]) {
    await db.tenant.forTenant(tenant.id).tx(async (tx) => {
      const ids = async (rows: Promise<{ id: string }[]>) => (await rows).map(({ id }) => id);
      assert.deepEqual(await ids(tx.tenant.findMany()), [tenant.id]);
      assert.deepEqual(await ids(tx.mailbox.findMany()), [mailbox.id]);
      assert.deepEqual(await ids(tx.device.findMany()), [device.id]);
      assert.deepEqual(await ids(tx.credential.findMany()), [credential.id]);
      assert.deepEqual(await ids(tx.message.findMany()), [message.id]);
      assert.deepEqual(
        (await tx.part.findMany()).map(({ messageId }) => messageId),
        [message.id],
      );
      assert.equal(await tx.message.count(), 1);
    });
  }
});

test('asking for another tenant by id finds nothing, and changes nothing', async () => {
  const { a, b } = tenants;
  await db.tenant.forTenant(a.tenant.id).tx(async (tx) => {
    assert.equal(await tx.message.findUnique({ where: { id: b.message.id } }), null);
    assert.equal(await tx.device.findFirst({ where: { tenantId: b.tenant.id } }), null);
    assert.equal((await tx.device.updateMany({ where: { id: b.device.id }, data: { name: 'mine' } })).count, 0);
    assert.deepEqual(await tx.$queryRaw`SELECT id FROM messages WHERE queue_id = ${b.message.queue_id}`, []);
  });
  const [device] = await db.owner.query<{ name: string }>('SELECT name FROM devices WHERE id = $1', [b.device.id]);
  assert.equal(device?.name, b.device.name);
});

test('a row for another tenant is refused, and none can be moved there', async () => {
  const { a, b } = tenants;
  const scoped = db.tenant.forTenant(a.tenant.id);
  await assert.rejects(
    scoped.tx((tx) =>
      tx.device.create({ data: { id: newId(), tenantId: b.tenant.id, mailboxId: b.mailbox.id, name: 'theirs' } }),
    ),
    /row-level security/,
  );
  await assert.rejects(
    scoped.tx((tx) => tx.device.update({ where: { id: a.device.id }, data: { tenantId: b.tenant.id } })),
    /row-level security/,
  );
});

test('without a tenant role app sees nothing, on a fresh connection and on one that served a tenant before', async () => {
  const app = openDatabase({ url: db.url, role: 'app', max: 1, applicationName: 'test-app' });
  try {
    const counts = `SELECT (SELECT count(*) FROM tenants) + (SELECT count(*) FROM mailboxes) + (SELECT count(*) FROM devices)
      + (SELECT count(*) FROM credentials) + (SELECT count(id) FROM messages) + (SELECT count(*) FROM parts) AS n`;
    assert.deepEqual(await app.query(counts), [{ n: 0 }]);
    await app.transaction(async (client) => {
      await client.query(`SELECT set_config('app.tenant_id', $1, true)`, [tenants.a.tenant.id]);
      assert.equal((await client.query(counts)).rows[0].n, 6);
    });
    assert.deepEqual(await app.query(counts), [{ n: 0 }]);
    await assert.rejects(
      app.query('INSERT INTO audit_entries (id, tenant_id, actor, action) VALUES ($1, $2, $3, $4)', [
        newId(),
        tenants.a.tenant.id,
        'user:x',
        'probe',
      ]),
      /row-level security/,
    );
  } finally {
    await app.close();
  }
});

test('tenants of many transactions at once do not mix on shared connections', async () => {
  const { a, b } = tenants;
  await Promise.all(
    Array.from({ length: 60 }, async (_, index) => {
      const mine = index % 2 ? a : b;
      const rows = await db.tenant.forTenant(mine.tenant.id).tx((tx) => tx.message.findMany());
      assert.deepEqual(
        rows.map(({ id }) => id),
        [mine.message.id],
      );
    }),
  );
});

test('a tenant id that is none is refused before it reaches the database', () => {
  assert.throws(() => db.tenant.forTenant("x' OR true --"), /must be a UUID/);
});

test('role system sees every tenant', async () => {
  const rows = await db.system.query<{ tenant_id: string }>('SELECT DISTINCT tenant_id FROM messages');
  assert.deepEqual(rows.map((row) => row.tenant_id).sort(), [tenants.a.tenant.id, tenants.b.tenant.id].sort());
});

test('every table with a tenant has its policy, forced, and no role may bypass it', async () => {
  const tables = await db.owner.query<{ name: string; forced: boolean; policies: string[] }>(`
    SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced,
      ARRAY (SELECT p.polname || ' ' || pg_get_expr(p.polqual, p.polrelid) || ' ' || pg_get_expr(p.polwithcheck, p.polrelid)
        FROM pg_policy p WHERE p.polrelid = c.oid ORDER BY p.polname) AS policies
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND a.attname = 'tenant_id' AND NOT a.attisdropped`);
  assert.ok(tables.length >= 9);
  const expression = `(tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))`;
  for (const table of tables) {
    assert.ok(table.forced, table.name);
    assert.deepEqual(table.policies, ['every_tenant true true', `own_tenant ${expression} ${expression}`], table.name);
  }
  const bypass = await db.owner.query(
    `SELECT rolname FROM pg_roles WHERE rolname LIKE 'hikyaku%' AND (rolsuper OR rolbypassrls)`,
  );
  assert.deepEqual(bypass, []);
});

test('a queue id of another tenant is not told apart from a new one by anything that role app can insert', async () => {
  const insert = db.tenant
    .forTenant(tenants.a.tenant.id)
    .tx(
      (tx) =>
        tx.$executeRaw`INSERT INTO messages (id, tenant_id, queue_id) VALUES (${newId()}::uuid, ${tenants.a.tenant.id}::uuid, ${newQueueId()})`,
    );
  await assert.rejects(insert, /permission denied/);
});

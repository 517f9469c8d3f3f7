import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDatabase, useDatabase } from '../../testing/src/index.ts';
import { type Database, openDatabase } from '../src/index.ts';
import { makeTwoTenants } from './two-tenants.ts';

let db: TestDatabase;
let app: Database;
let tenants: Awaited<ReturnType<typeof makeTwoTenants>>;
before(async () => {
  db = await useDatabase();
  app = openDatabase({ url: db.url, role: 'app', max: 1, applicationName: 'test-app' });
  tenants = await makeTwoTenants(db.owner);
  // 40 tenants' mail, interleaved as it would come in; tenant a has a fortieth of it.
  await db.owner.query(
    `INSERT INTO messages (id, tenant_id, device_id, mailbox_id, account_key, queue_id, state, size_bytes, mail_from, recipients,
       message_id_header, door, accepted_at)
     SELECT gen_random_uuid(), CASE WHEN n % 40 = 0 THEN $1::uuid ELSE md5((n % 40)::text)::uuid END,
       CASE WHEN n % 400 = 0 THEN $2::uuid ELSE md5((n % 400)::text)::uuid END, gen_random_uuid(), 'x', 'Q' || n,
       CASE WHEN n % 100 = 0 THEN 'failed' ELSE 'sent' END::message_state, 1, '', '{}', '', 'submission', now()
     FROM generate_series(1, 40000) AS n`,
    [tenants.a.tenant.id, tenants.a.device.id],
  );
  await db.owner.query('ANALYZE messages');
});
after(async () => {
  await app.close();
  await db.close();
});

interface Plan {
  'Node Type': string;
  'Index Name'?: string;
  'Index Cond'?: string;
  'Actual Rows': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

/** Every node of the plan by which a tenant gets a page. */
async function planOf(where: string, values: unknown[] = [], tenant = tenants.a.tenant): Promise<Plan[]> {
  return app.transaction(async (client) => {
    await client.query(`SELECT set_config('app.tenant_id', $1, true)`, [tenant.id]);
    const { rows } = await client.query(
      `EXPLAIN (ANALYZE, FORMAT JSON) SELECT id, seq, state, subject FROM messages ${where} ORDER BY seq DESC LIMIT 50`,
      values,
    );
    const flatten = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flatten)];
    return flatten(rows[0]['QUERY PLAN'][0].Plan);
  });
}

function assertRangeScan(nodes: Plan[], index: string, rows = 50): void {
  const types = nodes.map((node) => node['Node Type']);
  assert.ok(!types.some((type) => /Sort|Seq Scan|Bitmap/.test(type)), types.join(', '));
  const scan = nodes.find((node) => node['Node Type'].startsWith('Index'));
  assert.equal(scan?.['Index Name'], index);
  assert.match(scan?.['Index Cond'] ?? '', /tenant_id = /);
  assert.equal(scan?.['Rows Removed by Filter'] ?? 0, 0);
  assert.equal(scan?.['Actual Rows'], rows);
}

test("a tenant's newest page reads its 50 index entries and sorts nothing, though the query does not name the tenant", async () => {
  assertRangeScan(await planOf(''), 'messages_tenant_id_seq_idx');
});

test('so does every further page', async () => {
  assertRangeScan(await planOf('WHERE seq < $1', [20_000]), 'messages_tenant_id_seq_idx');
});

test('so does the newest page of a device', async () => {
  assertRangeScan(await planOf('WHERE device_id = $1', [tenants.a.device.id]), 'messages_tenant_id_device_id_seq_idx');
});

test('a tenant whose only mail is the oldest of all reads that one, not everything after it', async () => {
  assertRangeScan(await planOf('', [], tenants.b.tenant), 'messages_tenant_id_seq_idx', 1);
});

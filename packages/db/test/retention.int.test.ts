import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { makeTenant, type TestDatabase, useDatabase } from '../../testing/src/index.ts';
import { type Database, deleteOldMessages } from '../src/index.ts';

let db: TestDatabase;
before(async () => {
  db = await useDatabase();
});
after(() => db.close());
beforeEach(async () => {
  for (const table of ['messages', 'parts', 'attempts', 'message_events', 'tenants']) {
    await db.owner.query(`DELETE FROM ${table}`);
  }
});

/** Mails of a tenant, done and without content, one a minute up to `days` ago, each with a part, an attempt and two events. */
async function addMails(tenantId: string, count: number, days: number, row = ''): Promise<void> {
  await db.owner.query(
    `WITH m AS (
       INSERT INTO messages (id, tenant_id, device_id, mailbox_id, queue_id, size_bytes, mail_from, recipients, message_id_header, door,
         accepted_at, ingested_at, state, content_destroyed_at)
       SELECT gen_random_uuid(), $1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1, '', '{}', '', '', at, at, 'sent', at
       FROM (SELECT now() - $3 * interval '1 day' - ($2 - n) * interval '1 minute' AS at FROM generate_series(1, $2::int) n) g ORDER BY at
       RETURNING id, tenant_id
     ), p AS (INSERT INTO parts (message_id, number, tenant_id) SELECT id, 1, tenant_id FROM m),
     a AS (INSERT INTO attempts (message_id, part_number, number, tenant_id, fence, started_at) SELECT id, 1, 1, tenant_id, 1, now() FROM m)
     INSERT INTO message_events (message_id, tenant_id, kind) SELECT id, tenant_id, kind FROM m, unnest('{accepted,sent}'::text[]) kind`,
    [tenantId, count, days],
  );
  if (row) await db.owner.query(`UPDATE messages SET ${row} WHERE tenant_id = $1`, [tenantId]);
}

const countOf = async (table: string, tenantId: string): Promise<number> =>
  (
    await db.owner.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table} WHERE tenant_id = $1`, [
      tenantId,
    ])
  )[0]!.count;

/** Answers of looks until no tenant is due. */
async function lookAll(rows: number, database: Database = db.system): Promise<number[]> {
  const deleted: number[] = [];
  for (let look = 0; look < 100; look++) {
    const found = await deleteOldMessages(database, rows);
    if (!found) return deleted;
    deleted.push(found.deleted);
  }
  return assert.fail('no end');
}

test('no look deletes more than its rows, whatever the number of tenants, and a backlog is gone in as many looks as it takes', async () => {
  const tenants = await Promise.all(Array.from({ length: 4 }, () => makeTenant(db.owner)));
  for (const { id } of tenants) await addMails(id, 25, 40);
  const deleted = await lookAll(10);
  assert.ok(Math.max(...deleted) <= 10);
  assert.equal(
    deleted.reduce((sum, count) => sum + count, 0),
    100,
  );
  for (const { id } of tenants) {
    for (const table of ['messages', 'parts', 'attempts', 'message_events'])
      assert.equal(await countOf(table, id), 0, table);
  }
});

test('what a look has deleted stays deleted though the next one fails: a backlog always shrinks', async () => {
  const tenant = await makeTenant(db.owner);
  await addMails(tenant.id, 25, 40);
  await deleteOldMessages(db.system, 10);
  const failing: Database = {
    ...db.system,
    query: (text, values) =>
      db.system.transaction(async (client) => {
        await client.query('SET LOCAL statement_timeout = 1');
        await client.query('SELECT pg_sleep(1)');
        return (await client.query(text, values)).rows;
      }),
  };
  await assert.rejects(deleteOldMessages(failing, 10));
  assert.equal(await countOf('messages', tenant.id), 15);
  await lookAll(10);
  assert.equal(await countOf('messages', tenant.id), 0);
});

test('a big backlog of one tenant lets the others’ mail go meanwhile', async () => {
  const [big, small] = [await makeTenant(db.owner), await makeTenant(db.owner)];
  await db.owner.query(`UPDATE tenants SET retention_due_at = now() - interval '1 hour' WHERE id = $1`, [big.id]);
  await addMails(big.id, 100, 40);
  await addMails(small.id, 5, 40);
  await deleteOldMessages(db.system, 10);
  await deleteOldMessages(db.system, 10);
  assert.deepEqual([await countOf('messages', big.id), await countOf('messages', small.id)], [90, 0]);
});

test('mail that may not go yet does not hold up what lies behind it, and goes when it may', async () => {
  const tenant = await makeTenant(db.owner);
  await addMails(
    tenant.id,
    30,
    50,
    `state = 'failed', content_destroyed_at = NULL, content_until = now() + interval '1 hour'`,
  );
  const other = await makeTenant(db.owner);
  await addMails(other.id, 30, 40);
  await db.owner.query('UPDATE messages SET tenant_id = $1 WHERE tenant_id = $2', [tenant.id, other.id]);
  await lookAll(10);
  assert.equal(await countOf('messages', tenant.id), 30);
  await db.owner.query('UPDATE messages SET content_destroyed_at = now(), content_until = NULL');
  await db.owner.query(`UPDATE tenants SET retention_due_at = now() - interval '1 second'`);
  await lookAll(10);
  assert.equal(await countOf('messages', tenant.id), 0);
});

test('a tenant with nothing old is read once in hours, and again at once when it keeps its mail shorter', async () => {
  const tenant = await makeTenant(db.owner);
  await addMails(tenant.id, 5, 10);
  assert.deepEqual(await lookAll(10), [0]);
  assert.deepEqual(await lookAll(10), []);
  await db.owner.query('UPDATE tenants SET retention_days = 9 WHERE id = $1', [tenant.id]);
  assert.deepEqual(await lookAll(10), [5]);
});

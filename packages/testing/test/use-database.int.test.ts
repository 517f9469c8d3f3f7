import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { makeDevice, makeKeys, makeMailbox, makeMessage, makeTenant, useDatabase } from '../src/index.ts';

test('each test database is empty, migrated and alone, and gone once closed', async () => {
  const [one, two] = await Promise.all([useDatabase(), useDatabase()]);
  try {
    await makeTenant(one.owner);
    const count = 'SELECT count(*) AS n FROM tenants';
    assert.deepEqual(await one.owner.query(count), [{ n: 1 }]);
    assert.deepEqual(await two.owner.query(count), [{ n: 0 }]);
    await one.close();
    const gone = await two.owner.query('SELECT FROM pg_database WHERE datname = $1', [
      new URL(one.url).pathname.slice(1),
    ]);
    assert.deepEqual(gone, []);
  } finally {
    await two.close();
  }
});

test('a database that a killed test left is dropped by the next one', async () => {
  const first = await useDatabase();
  try {
    await asLogin(first.url, 'CREATE DATABASE hikyaku_test_4000000_1_1');
    const second = await useDatabase();
    await second.close();
    assert.deepEqual(await first.owner.query(`SELECT FROM pg_database WHERE datname = 'hikyaku_test_4000000_1_1'`), []);
  } finally {
    await first.close();
  }
});

test('the factories make what the route needs, and a device password fits its digest', async () => {
  const db = await useDatabase();
  try {
    const keys = await makeKeys(db.system);
    const tenant = await makeTenant(db.owner);
    const mailbox = await makeMailbox(db.owner, { tenant_id: tenant.id });
    const { device, credential } = await makeDevice(db.owner, keys.digester, {
      tenant_id: tenant.id,
      mailbox_id: mailbox.id,
    });
    await makeMessage(db.owner, { device, mailbox });
    const [row] = await db.system.query<{ password_digest: Buffer }>(
      'SELECT password_digest FROM credentials WHERE username = $1',
      [credential.username],
    );
    assert.ok(keys.digester.matches(credential.password.toUpperCase(), row!.password_digest));
    assert.ok(!keys.digester.matches(`${credential.password}x`, row!.password_digest));
  } finally {
    await db.close();
  }
});

async function asLogin(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createLogger } from '@hikyaku/telemetry';
import { type TestDatabase, useDatabase } from '../../testing/src/index.ts';
import { type Database, migrate, openDatabase } from '../src/index.ts';

let db: TestDatabase;
let app: Database;
before(async () => {
  db = await useDatabase();
  // A clone does not take over the rights on the database itself; a start of the product sets them again.
  await migrate({ url: db.url, logger: createLogger({ name: 'test', level: 'silent' }) });
  app = openDatabase({ url: db.url, role: 'app', max: 2, applicationName: 'test-app' });
});
after(async () => {
  await app.close();
  await db.close();
});

const refused = (database: Database, sql: string) =>
  assert.rejects(database.query(sql), { code: '42501' }, `${sql} was not refused`);

test('role app cannot read keys, settings, tombstones, sign-in data or what belongs to all tenants', async () => {
  const tables = [
    ...['instance_keys', 'instance_settings', 'tombstones', 'upstream_accounts', 'usernames', '_prisma_migrations'],
    ...['auth_users', 'auth_sessions', 'auth_accounts', 'auth_verifications', 'auth_organizations', 'auth_members'],
    ...['auth_invitations', 'auth_rate_limits', 'auth_sign_ups', 'auth_two_factors', 'auth_passkeys', 'attempt_counts'],
    'auth_address_changes',
  ];
  for (const table of tables) {
    await refused(app, `SELECT * FROM ${table}`);
    await refused(app, `DELETE FROM ${table}`);
  }
});

test('role app cannot read how the content of a mail is opened, nor where it lies', async () => {
  for (const column of ['key_sealed', 'spool_object', 'spool_offset', 'spool_length', '*']) {
    await refused(app, `SELECT ${column} FROM messages`);
  }
});

test('role app cannot remove anything, nor rewrite what happened', async () => {
  for (const table of [
    'tenants',
    'mailboxes',
    'devices',
    'credentials',
    'messages',
    'parts',
    'attempts',
    'message_events',
  ]) {
    await refused(app, `DELETE FROM ${table}`);
  }
  await refused(app, `UPDATE audit_entries SET action = 'nothing'`);
  await refused(app, 'DELETE FROM audit_entries');
  await refused(app, `UPDATE attempts SET outcome = 'accepted'`);
  await refused(app, `UPDATE message_events SET kind = 'sent'`);
  await refused(app, 'UPDATE messages SET sent_at = now()');
  await refused(app, `UPDATE credentials SET password_digest = ''`);
});

test('role system cannot change what only an owner of devices decides', async () => {
  await refused(db.system, `UPDATE devices SET recipients = '{}'`);
  await refused(db.system, `UPDATE credentials SET password_digest = ''`);
  await refused(db.system, `UPDATE mailboxes SET address = 'x'`);
  await refused(db.system, 'UPDATE messages SET recipients = DEFAULT');
  await refused(db.system, 'UPDATE messages SET tenant_id = id');
  await refused(db.system, 'DELETE FROM audit_entries');
  await refused(db.system, 'UPDATE audit_entries SET actor = DEFAULT');
  await refused(db.system, 'SELECT * FROM usernames');
});

test('roles app and system cannot change the structure, nor become another role', async () => {
  for (const database of [app, db.system]) {
    await refused(database, 'CREATE TABLE mine (id int)');
    await refused(database, 'CREATE TEMP TABLE mine (id int)');
    await refused(database, 'CREATE SCHEMA mine');
    await refused(database, 'DROP TABLE messages');
    await refused(database, 'ALTER TABLE messages DISABLE ROW LEVEL SECURITY');
    await refused(database, 'DROP POLICY own_tenant ON messages');
    await refused(database, 'TRUNCATE messages');
    await refused(database, 'ALTER TABLE messages DISABLE TRIGGER ALL');
    await refused(database, 'CREATE ROLE mine');
  }
});

test('a connection that sets no role sees no table at all', async () => {
  const bare = openDatabase({ url: db.url, role: 'system', max: 1, applicationName: 'test-bare' });
  try {
    await bare.transaction(async (client) => {
      await client.query('RESET ROLE');
      await client.query('SET LOCAL ROLE NONE');
      await assert.rejects(client.query('SELECT id FROM messages'), { code: '42501' });
    });
  } finally {
    await bare.close();
  }
});

test('nothing is granted to everybody', async () => {
  const rows = await db.owner.query(`
    SELECT c.relname FROM pg_class c, aclexplode(c.relacl) acl
    WHERE c.relnamespace = 'public'::regnamespace AND acl.grantee = 0`);
  assert.deepEqual(rows, []);
});

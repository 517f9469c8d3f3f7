import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newId, newUsername } from '@hikyaku/core';
import {
  makeCredential,
  makeDevice,
  makeMailbox,
  makeMessage,
  type TestDatabase,
  useDatabase,
} from '../../testing/src/index.ts';
import { makeTwoTenants } from './two-tenants.ts';

let db: TestDatabase;
let tenants: Awaited<ReturnType<typeof makeTwoTenants>>;
before(async () => {
  db = await useDatabase();
  tenants = await makeTwoTenants(db.owner);
});
after(() => db.close());

test('while a rotation runs two live credentials of one device share their user name', async () => {
  const { a, digester } = tenants;
  await makeCredential(db.owner, digester, a.device, { username: a.credential.username });
  const rows = await db.owner.query('SELECT id FROM credentials WHERE username = $1 AND revoked_at IS NULL', [
    a.credential.username,
  ]);
  assert.equal(rows.length, 2);
});

test('no other device gets that user name: not of the tenant, not of another, not after it was revoked', async () => {
  const { a, b, digester } = tenants;
  const { device: sister } = await makeDevice(db.owner, digester, { tenant_id: a.tenant.id, mailbox_id: a.mailbox.id });
  const taken = { code: '23505', constraint: 'usernames_pkey' };
  const row = { username: a.credential.username };
  await assert.rejects(makeCredential(db.owner, digester, sister, row), taken);
  await assert.rejects(makeCredential(db.owner, digester, b.device, row), taken);
  await db.owner.query('UPDATE credentials SET revoked_at = now() WHERE username = $1', [a.credential.username]);
  await assert.rejects(makeCredential(db.owner, digester, b.device, row), taken);
});

test('two devices that ask for one user name at once: one gets it', async () => {
  const { a, b, digester } = tenants;
  const row = { username: newUsername() };
  const results = await Promise.allSettled([
    makeCredential(db.owner, digester, a.device, row),
    makeCredential(db.owner, digester, b.device, row),
  ]);
  assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
});

test('role app claims user names without seeing those of others', async () => {
  const { a, b } = tenants;
  const create = (username: string) =>
    db.tenant.forTenant(a.tenant.id).tx((tx) =>
      tx.credential.create({
        data: { id: newId(), tenantId: a.tenant.id, deviceId: a.device.id, username, passwordDigest: Buffer.alloc(32) },
      }),
    );
  await create(newUsername());
  await assert.rejects(create(b.credential.username), { code: 'P2002' });
});

test('user names that a panel cannot type are refused', async () => {
  const { a, digester } = tenants;
  for (const username of ['2abcdefgh', 'abc', 'Abcdefgh', 'abcdefg1', 'abcdefg@x', 'abcdefghijk2', 'abcdefg\n']) {
    await assert.rejects(makeCredential(db.owner, digester, a.device, { username }), {
      constraint: 'credentials_username',
    });
  }
});

test('a message cannot come into a state in which nobody would look at it again', async () => {
  const of = tenants.a;
  const refused = (row: Record<string, unknown>, constraint: string) =>
    assert.rejects(makeMessage(db.owner, of, row), { constraint });
  for (const state of ['queued', 'deferred', 'in_doubt']) {
    await refused({ state, due_at: null }, 'messages_waiting');
    await refused({ state, account_key: null }, 'messages_waiting');
  }
  await refused({ state: 'sending', lease_until: null }, 'messages_sending');
  await refused({ spool_object: 'x' }, 'messages_spooled');
  await makeMessage(db.owner, of, { state: 'held', due_at: null, account_key: null });
});

test('destroyed content has no key', async () => {
  const message = await makeMessage(db.owner, tenants.a, { key_sealed: Buffer.alloc(8) });
  await assert.rejects(
    db.system.query('UPDATE messages SET content_destroyed_at = now() WHERE id = $1', [message.id]),
    { constraint: 'messages_destroyed' },
  );
});

test('connecting an account again in a tenant is refused while it is connected; another tenant may have it', async () => {
  const { a, b } = tenants;
  const account = { account_key: a.mailbox.account_key };
  await assert.rejects(makeMailbox(db.owner, { tenant_id: a.tenant.id, ...account }), {
    constraint: 'mailboxes_account',
  });
  await makeMailbox(db.owner, { tenant_id: b.tenant.id, ...account });
});

test("the `opened` mark, the one write before a mail's first byte, touches no index", async () => {
  const message = await makeMessage(db.owner, tenants.a, { state: 'sending', lease_until: new Date() });
  const hot = await db.system.transaction(async (client) => {
    await client.query('UPDATE messages SET opened_at = now(), attempt_count = attempt_count + 1 WHERE id = $1', [
      message.id,
    ]);
    const { rows } = await client.query(
      `SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'messages'`,
    );
    return rows[0];
  });
  assert.deepEqual(hot, { n_tup_upd: 1, n_tup_hot_upd: 1 });
});

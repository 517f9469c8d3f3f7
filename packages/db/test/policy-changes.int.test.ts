import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCredential, makeMessage, makeTenant, type TestDatabase, useDatabase } from '../../testing/src/index.ts';
import { listen } from '../src/index.ts';
import { makeTwoTenants } from './two-tenants.ts';

let db: TestDatabase;
let tenants: Awaited<ReturnType<typeof makeTwoTenants>>;
let heard = 0;
let listener: { close(): Promise<void> };
before(async () => {
  db = await useDatabase();
  tenants = await makeTwoTenants(db.owner);
  listener = await listen(db.url, ['hikyaku_policy', 'probe'], (channel) => {
    if (channel === 'hikyaku_policy') heard++;
    else probed?.();
  });
});
after(async () => {
  await listener.close();
  await db.close();
});

let probed: (() => void) | undefined;
/** How often the policy channel spoke while `work` ran; a probe behind it tells that all of it has arrived. */
async function heardDuring(work: () => Promise<unknown>): Promise<number> {
  const before = heard;
  await work();
  const arrived = new Promise<void>((resolve) => {
    probed = resolve;
  });
  await db.owner.query(`SELECT pg_notify('probe', '')`);
  await arrived;
  return heard - before;
}

const xidOf = async (table: string, id: string) =>
  BigInt(
    (await db.owner.query<{ x: string }>(`SELECT changed_xid::text AS x FROM ${table} WHERE id = $1`, [id]))[0]!.x,
  );

test('a change of a tenant, mailbox, device or credential is told once and moves its cursor on', async () => {
  const { a } = tenants;
  const changes: [string, string, string][] = [
    ['tenants', a.tenant.id, 'hide_subjects = true'],
    ['mailboxes', a.mailbox.id, `state = 'needs_reconnect'`],
    ['devices', a.device.id, 'disabled_at = now()'],
    ['credentials', a.credential.id, 'revoked_at = now()'],
  ];
  for (const [table, id, change] of changes) {
    const before = await xidOf(table, id);
    const times = await heardDuring(() => db.owner.query(`UPDATE ${table} SET ${change} WHERE id = $1`, [id]));
    assert.equal(times, 1, table);
    assert.ok((await xidOf(table, id)) > before, table);
  }
});

test('new rows are told too', async () => {
  assert.equal(await heardDuring(() => makeTenant(db.owner)), 1);
  assert.equal(await heardDuring(() => makeCredential(db.owner, tenants.digester, tenants.b.device)), 1);
});

test('one transaction is told once, and only when it commits', async () => {
  const change = (client: { query(text: string): Promise<unknown> }) =>
    client.query(`UPDATE devices SET name = 'Gate' || name`);
  const once = heardDuring(() =>
    db.owner.transaction(async (client) => {
      await change(client);
      await change(client);
    }),
  );
  assert.equal(await once, 1);
  const rolledBack = heardDuring(() =>
    db.owner
      .transaction(async (client) => {
        await change(client);
        throw new Error('no');
      })
      .catch(() => {}),
  );
  assert.equal(await rolledBack, 0);
});

test('what happens at every mail wakes no edge: a refreshed token, a last message, messages themselves', async () => {
  const { a, b } = tenants;
  const before = [await xidOf('mailboxes', b.mailbox.id), await xidOf('devices', b.device.id)];
  const times = await heardDuring(async () => {
    await db.system.query(`UPDATE mailboxes SET secret_sealed = '\\x01', secret_version = secret_version + 1`);
    await db.system.query('UPDATE devices SET last_message_at = now()');
    await makeMessage(db.owner, a);
  });
  assert.equal(times, 0);
  assert.deepEqual([await xidOf('mailboxes', b.mailbox.id), await xidOf('devices', b.device.id)], before);
});

test('every column that an edge could depend on is watched: all but the named exceptions', async () => {
  const unwatched = await db.owner.query<{ name: string }>(`
    SELECT c.relname || '.' || a.attname AS name
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE t.tgname IN ('mark_changed', 'notify_policy') AND NOT a.attnum = ANY (t.tgattr)
    GROUP BY 1 ORDER BY 1`);
  assert.deepEqual(
    unwatched.map(({ name }) => name),
    [
      ...['credentials.changed_xid', 'credentials.created_at', 'credentials.id'],
      ...[
        'device_groups.changed_xid',
        'device_groups.created_at',
        'device_groups.digest_together',
        'device_groups.id',
        'device_groups.name',
      ],
      'device_groups.tenant_id',
      ...[
        'devices.changed_xid',
        'devices.created_at',
        'devices.creation_key',
        'devices.digest_until',
        'devices.family',
        'devices.id',
      ],
      'devices.last_message_at',
      ...['devices.refused_at', 'devices.refused_code', 'devices.refused_count', 'devices.refused_since'],
      ...['devices.rhythm_day', 'devices.rhythm_gaps', 'devices.rhythm_seen_at', 'devices.sender_id'],
      'devices.smaller_pictures',
      ...['devices.updated_at', 'devices.usual_gap_minutes'],
      ...[
        'mailboxes.changed_xid',
        'mailboxes.created_at',
        'mailboxes.id',
        'mailboxes.refresh_due_at',
        'mailboxes.scopes',
        'mailboxes.secret_sealed',
      ],
      ...['mailboxes.secret_version', 'mailboxes.sign_in_name', 'mailboxes.state_code', 'mailboxes.updated_at'],
      ...[
        'tenants.changed_xid',
        'tenants.created_at',
        'tenants.default_mailbox_id',
        'tenants.erased_at',
        'tenants.id',
        'tenants.limits',
      ],
      ...['tenants.recount_due_at', 'tenants.retention_due_at', 'tenants.retention_seq', 'tenants.time_zone'],
    ],
  );
});

test('a listener whose connection is cut comes back by itself, says that it missed something, and hears again', async () => {
  let reconnected = 0;
  let payload = '';
  const other = await listen(
    db.url,
    ['cut'],
    (_, text) => {
      payload = text;
    },
    { onReconnect: () => reconnected++, retryMs: 20, applicationName: 'test-cut' },
  );
  try {
    // The login may end its own connections, which is what a restart of the server looks like from here.
    await db.owner.transaction(async (client) => {
      await client.query('RESET ROLE');
      await client.query('SET LOCAL ROLE NONE');
      const { rowCount } = await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test-cut'`,
      );
      assert.equal(rowCount, 1);
    });
    for (let wait = 0; reconnected === 0 && wait < 500; wait++) await sleep(10);
    assert.equal(reconnected, 1);
    await db.owner.query(`SELECT pg_notify('cut', 'again')`);
    for (let wait = 0; payload === '' && wait < 500; wait++) await sleep(10);
    assert.equal(payload, 'again');
  } finally {
    await other.close();
  }
});

test('listening while the database is down does not fail, and does not keep trying once closed', async () => {
  const nowhere = await listen('postgres://nobody@127.0.0.1:1/none', ['any'], () => {}, { retryMs: 10 });
  await sleep(50);
  await nowhere.close();
});

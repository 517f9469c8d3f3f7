import assert from 'node:assert/strict';
import { connect, createServer, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { makeTenant, type TestDatabase, useDatabase } from '../../testing/src/index.ts';
import { openDatabase, openTenantDb, pingDatabase } from '../src/index.ts';

let db: TestDatabase;
before(async () => {
  db = await useDatabase();
});
after(() => db.close());

const countTenants = async () => (await db.owner.query<{ n: number }>('SELECT count(*) AS n FROM tenants'))[0]!.n;

test('a transaction that throws leaves nothing, and its connection serves the next', async () => {
  const before = await countTenants();
  const failing = db.owner.transaction(async (client) => {
    await client.query(`INSERT INTO tenants (id, name) VALUES (gen_random_uuid(), 'x')`);
    throw new Error('changed my mind');
  });
  await assert.rejects(failing, /changed my mind/);
  assert.equal(await countTenants(), before);
});

test("a tenant's transaction that throws leaves nothing", async () => {
  const { id } = await makeTenant(db.owner, { name: 'before' });
  const failing = db.tenant.forTenant(id).tx(async (tx) => {
    await tx.tenant.update({ where: { id }, data: { name: 'after' } });
    throw new Error('changed my mind');
  });
  await assert.rejects(failing, /changed my mind/);
  const [tenant] = await db.owner.query<{ name: string }>('SELECT name FROM tenants WHERE id = $1', [id]);
  assert.equal(tenant?.name, 'before');
});

test('options in the URL cannot change the role', async () => {
  const url = new URL(db.url);
  url.searchParams.set('options', '-c role=hikyaku_owner -c search_path=public');
  const app = openDatabase({ url: url.href, role: 'app', max: 1, applicationName: 'test-options' });
  try {
    assert.deepEqual(await app.query('SELECT current_user AS role'), [{ role: 'hikyaku_app' }]);
  } finally {
    await app.close();
  }
});

test('a database that is not there is db.unavailable for queries, transactions, tenants and pings', async () => {
  const url = 'postgres://nobody@127.0.0.1:1/none';
  const nowhere = openDatabase({ url, role: 'system', max: 1, applicationName: 'test-nowhere' });
  const tenants = openTenantDb({ url, max: 1 });
  const unavailable = { code: 'db.unavailable' };
  await assert.rejects(nowhere.query('SELECT 1'), unavailable);
  await assert.rejects(
    nowhere.transaction(async () => {}),
    unavailable,
  );
  await assert.rejects(pingDatabase(nowhere), unavailable);
  await assert.rejects(tenants.ping(), unavailable);
  await assert.rejects(
    tenants.forTenant('00000000-0000-4000-8000-000000000000').tx((tx) => tx.tenant.findMany()),
    unavailable,
  );
  await Promise.all([nowhere.close(), tenants.close()]);
});

test('a connection that is cut between queries costs no more than one of them', async () => {
  const cut = openDatabase({ url: db.url, role: 'system', max: 1, applicationName: 'test-cut' });
  try {
    await cut.query('SELECT 1');
    await db.owner.transaction(async (client) => {
      await client.query('RESET ROLE');
      await client.query('SET LOCAL ROLE NONE');
      await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test-cut'`);
    });
    await cut.query('SELECT 1').catch((error) => assert.equal(error.code, 'db.unavailable'));
    assert.deepEqual(await cut.query('SELECT 1 AS one'), [{ one: 1 }]);
  } finally {
    await cut.close();
  }
});

test('a statement that takes too long is ended', async () => {
  const hasty = openDatabase({
    url: db.url,
    role: 'system',
    max: 1,
    applicationName: 'test-hasty',
    statementTimeoutMs: 50,
  });
  try {
    await assert.rejects(hasty.query('SELECT pg_sleep(5)'), { code: '57014' });
  } finally {
    await hasty.close();
  }
});

test('closing twice is closing once', async () => {
  const twice = openDatabase({ url: db.url, role: 'system', max: 1, applicationName: 'test-twice' });
  await Promise.all([twice.close(), twice.close()]);
});

/** Postgres behind a line that can go dead: nothing is answered and nothing is closed, as when a firewall forgot the connection. */
async function deadableLine(url: string) {
  const target = new URL(url);
  const port = Number(target.port);
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    const upstream = connect(port, target.hostname);
    sockets.push(socket, upstream);
    for (const one of [socket, upstream]) one.on('error', () => {});
    socket.pipe(upstream);
    upstream.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  target.port = String((server.address() as { port: number }).port);
  return {
    url: target.href,
    goDead: () => {
      for (const socket of sockets) socket.unpipe().pause();
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

test('a server that goes silent on open connections is db.unavailable seconds after it should have answered, and new connections serve', async () => {
  const line = await deadableLine(db.url);
  const behind = openDatabase({
    url: line.url,
    role: 'system',
    max: 2,
    applicationName: 'test-silent',
    statementTimeoutMs: 200,
  });
  try {
    // Two connections, both open.
    await Promise.all([behind.query('SELECT pg_sleep(0.05)'), behind.query('SELECT pg_sleep(0.05)')]);
    line.goDead();
    const startedAt = Date.now();
    await Promise.all([
      assert.rejects(behind.query('SELECT 1'), { code: 'db.unavailable' }),
      assert.rejects(
        behind.transaction((client) => client.query('SELECT 1')),
        { code: 'db.unavailable' },
      ),
    ]);
    const waited = Date.now() - startedAt;
    assert.ok(waited > 5_000 && waited < 25_000, `${waited} ms`);
    assert.deepEqual(await behind.query('SELECT 1 AS one'), [{ one: 1 }]);
  } finally {
    line.close();
    await behind.close();
  }
});

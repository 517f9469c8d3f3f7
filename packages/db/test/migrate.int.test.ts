import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLogger } from '@hikyaku/telemetry';
import { type TestDatabase, useDatabase } from '../../testing/src/index.ts';
import { migrate, PRISMA_FOLDER } from '../src/index.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
let db: TestDatabase;
let folder: string;
before(async () => {
  db = await useDatabase();
  folder = await mkdtemp(join(tmpdir(), 'hikyaku-migrations-'));
  await cp(PRISMA_FOLDER, folder, { recursive: true });
});
after(async () => {
  await db.close();
  await rm(folder, { recursive: true, force: true });
});

async function add(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, 'migrations', name), { recursive: true });
  await writeFile(join(folder, 'migrations', name, 'migration.sql'), sql);
}
const book = () =>
  db.owner.query<{ migration_name: string }>('SELECT migration_name FROM _prisma_migrations ORDER BY started_at');
const run = () => migrate({ url: db.url, logger, folder });

test('a second run applies nothing', async () => {
  const before = await book();
  assert.ok(before.length >= 4);
  assert.deepEqual(await run(), { applied: [] });
  assert.deepEqual(await book(), before);
});

test('four runs at once apply a migration once', async () => {
  await add('29990101000000_once', 'SELECT pg_sleep(0.2); CREATE TABLE made_once (id int);');
  const results = await Promise.all([run(), run(), run(), run()]);
  assert.deepEqual(
    results.flatMap(({ applied }) => applied),
    ['29990101000000_once'],
  );
  const rows = (await book()).filter(({ migration_name }) => migration_name === '29990101000000_once');
  assert.equal(rows.length, 1);
});

test('bodies in $$ with semicolons reach the server in one piece', async () => {
  await add(
    '29990102000000_body',
    `CREATE FUNCTION three() RETURNS int LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN n := 1; n := n + 2; RETURN n; END $$;
     DO $$ BEGIN PERFORM three(); PERFORM three(); END $$;`,
  );
  await run();
  assert.deepEqual(await db.owner.query('SELECT three()'), [{ three: 3 }]);
});

test('a migration that fails in its last statement leaves nothing, and applies once it is mended', async () => {
  const name = '29990103000000_half';
  const half = `CREATE TABLE half (id int); DO $$ BEGIN EXECUTE 'CREATE TABLE other_half (id int)'; END $$;`;
  await add(name, `${half} SELECT 1 / 0;`);
  await assert.rejects(run(), (error: { code: string; internal: string }) => {
    assert.equal(error.code, 'db.migration_failed');
    assert.match(error.internal, /29990103000000_half.*division by zero/);
    return true;
  });
  assert.deepEqual(await db.owner.query(`SELECT to_regclass('half') AS a, to_regclass('other_half') AS b`), [
    { a: null, b: null },
  ]);
  assert.ok((await book()).every(({ migration_name }) => migration_name !== name));
  await add(name, half);
  assert.deepEqual(await run(), { applied: [name] });
});

test('what a migration makes belongs to the owner, whoever connects', async () => {
  const rows = await db.owner.query(
    `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'v') AND relowner <> 'hikyaku_owner'::regrole`,
  );
  assert.deepEqual(rows, []);
});

test('an applied migration that was edited since is refused', async () => {
  await add('29990101000000_once', 'CREATE TABLE made_twice (id int);');
  await assert.rejects(run(), { code: 'db.migration_failed', message: /29990101000000_once was edited/ });
});

test('a database that does not answer is one clear error', async () => {
  await assert.rejects(migrate({ url: 'postgres://nobody@127.0.0.1:1/none', logger }), { code: 'db.unavailable' });
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLogger } from '@hikyaku/telemetry';
import pg from 'pg';
import { type EmbeddedPostgres, migrate, startEmbeddedPostgres } from '../src/index.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
let folder: string;
let dataDir: string;
let server: EmbeddedPostgres;
const start = (port?: number) => startEmbeddedPostgres({ dataDir, logger, ...(port ? { port } : {}) });

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hikyaku-embedded-'));
  // Nobody but us may enter: neither may the user that Postgres would have to be.
  await chmod(folder, 0o700);
  dataDir = join(folder, 'data', 'postgres');
  server = await start();
  await query(server.url, 'CREATE TABLE kept (n int)');
});
after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
const keep = (n: number) => query(server.url, `INSERT INTO kept VALUES (${n})`);
const kept = async () => (await query(server.url, 'SELECT n FROM kept ORDER BY n')).map(({ n }) => n);
const isAlive = (pid: number) => {
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

test('it answers only on loopback and only to its password, which nobody else may read', async () => {
  const wrong = new URL(server.url);
  wrong.password = 'guess';
  await assert.rejects(query(wrong.href, 'SELECT 1'), { code: '28P01' });
  assert.deepEqual(await query(server.url, 'SHOW listen_addresses'), [{ listen_addresses: '127.0.0.1' }]);
  assert.equal((await stat(join(dataDir, 'secrets.json'))).mode & 0o777, 0o600);
  assert.equal((await stat(dataDir)).mode & 0o777, 0o700);
  const commandLine = await readFile(`/proc/${server.pid}/cmdline`, 'utf8');
  assert.ok(!commandLine.includes(new URL(server.url).password));
});

test('it writes before it answers, and its login is no superuser', async () => {
  const [row] = await query(
    server.url,
    `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
       current_setting('full_page_writes') AS pages, (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AS is_super`,
  );
  assert.deepEqual(row, { fsync: 'on', commit: 'on', pages: 'on', is_super: false });
});

test('it is out of reach of a Ctrl-C in our terminal', async () => {
  const sessionOf = async (pid: number | 'self') =>
    (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ')[3];
  assert.notEqual(await sessionOf(server.pid), await sessionOf('self'));
});

test('a second start takes the running one over', async () => {
  const second = await start();
  assert.deepEqual([second.pid, second.url, second.wasRunning], [server.pid, server.url, true]);
});

test('after a stop and a start the data and the address are the same', async () => {
  await keep(1);
  await server.stop();
  assert.ok(!isAlive(server.pid));
  const next = await start();
  assert.deepEqual([next.url, next.wasRunning], [server.url, false]);
  server = next;
  assert.deepEqual(await kept(), [1]);
});

test('after a SIGKILL of the server everything committed is there', async () => {
  await keep(2);
  process.kill(server.pid, 'SIGKILL');
  await server.exited;
  server = await start();
  assert.deepEqual(await kept(), [1, 2]);
});

test('a SIGKILL of the starter leaves the server running, and the next start takes it over', async () => {
  await server.stop();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'start-postgres-child.ts'), dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGKILL');
  await once(child, 'exit');
  server = await start();
  assert.deepEqual([server.pid, server.wasRunning], [Number(line.toString()), true]);
  await keep(3);
  assert.deepEqual(await kept(), [1, 2, 3]);
});

test('stopping one that was taken over ends it, and tells so', async () => {
  await server.stop();
  await server.exited;
  assert.ok(!isAlive(server.pid));
  server = await start();
});

test('a pid file that names some other process, or nobody, does not keep it from starting', async () => {
  for (const pid of [process.pid, 4_000_000]) {
    await server.stop();
    await writeFile(
      join(dataDir, 'data', 'postmaster.pid'),
      `${pid}\n${join(dataDir, 'data')}\n0\n${server.port}\n\n127.0.0.1\n`,
    );
    server = await start();
    assert.equal(server.wasRunning, false);
  }
});

test('a lock left by a dead starter does not keep it from starting', async () => {
  await writeFile(join(dataDir, 'start.lock'), `${process.pid}:1`);
  assert.equal((await start()).pid, server.pid);
});

test('starts at once share one server', async () => {
  await server.stop();
  const all = await Promise.all([start(), start(), start()]);
  assert.equal(new Set(all.map(({ pid }) => pid)).size, 1);
  server = all.find(({ wasRunning }) => !wasRunning)!;
});

test('a port in use is one clear line', async () => {
  await server.stop();
  const squatter = createServer().listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  const { port } = squatter.address() as { port: number };
  try {
    await assert.rejects(start(port), (error: { code: string; internal: string }) => {
      assert.equal(error.code, 'db.unavailable');
      assert.match(error.internal, /^Postgres does not start in .*: port \d+ of 127.0.0.1 is in use$/);
      return true;
    });
  } finally {
    squatter.close();
  }
  server = await start();
  assert.deepEqual(await kept(), [1, 2, 3]);
});

test('data whose password is lost is one clear line', async () => {
  await server.stop();
  const secrets = await readFile(join(dataDir, 'secrets.json'));
  await unlink(join(dataDir, 'secrets.json'));
  await assert.rejects(start(), { code: 'db.unavailable', internal: /secrets\.json is missing: nobody knows/ });
  await writeFile(join(dataDir, 'secrets.json'), secrets, { mode: 0o600 });
  server = await start();
});

test('a folder that cannot be is one clear line', async () => {
  await writeFile(join(folder, 'file'), '');
  for (const bad of [join(folder, 'file', 'postgres'), '/proc/none/postgres']) {
    await assert.rejects(startEmbeddedPostgres({ dataDir: bad, logger }), {
      code: 'db.unavailable',
      internal: /^cannot use /,
    });
  }
});

test('four new databases of one new cluster are migrated at once, though roles belong to the cluster', async () => {
  const urls: string[] = [];
  for (const name of ['one', 'two', 'three', 'four']) {
    await query(server.url, `CREATE DATABASE ${name}`);
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    urls.push(url.href);
  }
  const results = await Promise.all(urls.map((url) => migrate({ url, logger })));
  assert.ok(results.every(({ applied }) => applied.length >= 4));
});

import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import type { Door } from '@hikyaku/core';
import { type Database, openDatabase } from '@hikyaku/db';
import { createLogger, createMetrics } from '@hikyaku/telemetry';
import { makeTenant, type TestDatabase, until, useDatabase } from '@hikyaku/testing';
import { createEdgeMetrics } from '../src/metrics.ts';
import { SessionLane } from '../src/sessions/session-lane.ts';
import { SessionLog } from '../src/sessions/session-log.ts';
import { WatchBook } from '../src/sessions/watch-book.ts';

const door: Door = { name: 'submission', protocol: 'smtp', port: 587, tls: 'starttls', isLegacy: false };
const ADDRESS = '192.0.2.1';
const logger = createLogger({ name: 'test', level: 'silent' });
const role = { role: 'system', max: 2, applicationName: 'test' } as const;

let db: TestDatabase;
let tenantId: string;
before(async () => {
  db = await useDatabase();
  tenantId = (await makeTenant(db.owner)).id;
});
after(() => db?.close());

/** A lane whose sessions are the tenant's, and what its metrics say was dropped. */
function laneTo(database: Database) {
  const watches = new WatchBook(Date.now);
  watches.replace([{ deviceId: 'd', tenantId, address: ADDRESS, since: 0, until: Date.now() + 3_600_000 }]);
  const measures = createMetrics('edge');
  const metrics = createEdgeMetrics(measures, {
    connections: () => 0,
    journals: () => [],
    snapshotAgeMs: () => 0,
    isSnapshotSaved: () => true,
  });
  const lane = new SessionLane({ database, watches, metrics, logger });
  const dropped = async () =>
    Number(
      /^hikyaku_edge_sessions_dropped_total(?:\{[^}]*\})? (\d+)/m.exec(await measures.registry.metrics())?.[1] ?? 0,
    );
  return { lane, dropped };
}
const end = (lane: SessionLane, count: number): string[] =>
  Array.from({ length: count }, () => {
    const log = new SessionLog(door, ADDRESS, Date.now, lane);
    log.command('QUIT', false);
    log.ended();
    return log.record.id;
  });

/** Takes connections and never says a word, as a Postgres that is stopped. */
async function silentServer() {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => {}).resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `postgres://hikyaku:x@127.0.0.1:${port}/hikyaku`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

test('two thousand sessions wait to be written, not more: the oldest go and are counted, the others are written', async () => {
  const database = openDatabase({ ...role, url: db.url });
  const { lane, dropped } = laneTo(database);
  const ids = end(lane, 2_300);
  assert.equal(await dropped(), 300);
  const written = async () =>
    (await db.owner.query<{ id: string }>('SELECT id FROM smtp_sessions')).map(({ id }) => id);
  await until('they are written', async () => (await written()).length >= 2_000, 60_000);
  assert.deepEqual(new Set(await written()), new Set(ids.slice(300)));
  await lane.close();
  await database.close();
});

test('whatever a client sent is written, and a session that cannot be keeps no other one waiting', async () => {
  const database = openDatabase({ ...role, url: db.url });
  const { lane, dropped } = laneTo(database);
  const open = () => new SessionLog(door, ADDRESS, Date.now, lane);
  const [refused, mistyped, named, damaged] = [open(), open(), open(), open()];
  refused.refused('edge.recipient_invalid', 'a\0@b.example \ud83d', '1\0');
  mistyped.hello('cam\0\udc00');
  const login = {
    mechanism: 'X\0',
    username: null,
    refusal: 'mechanism',
    oddities: [],
    passwordLength: null,
    oldUntil: null,
  } as const;
  mistyped.login({ ...login, oddities: [] }, null, null);
  named.login({ ...login, mechanism: 'PLAIN', refusal: 'unknown_user', oddities: [] }, null, {
    refusal: 'unknown_user',
    typedName: 'gate\0 \ud83d',
  });
  damaged.record.tls = 'TLSv1.3\0';
  for (const log of [damaged, refused, mistyped, named]) log.ended();
  const others = end(lane, 5);
  const written = async () => {
    const ids = [refused, mistyped, named].map(({ record }) => record.id);
    const rows = await db.owner.query('SELECT FROM smtp_sessions WHERE id = ANY($1)', [[...ids, ...others]]);
    return rows.length === 8;
  };
  await until('they are written', written, 60_000);
  assert.equal(await dropped(), 1);
  await lane.close();
  await database.close();
});

test('with a Postgres that says nothing, or is away, the lane keeps its bound and both it and the watches end in time', async () => {
  const silent = await silentServer();
  for (const url of [silent.url, 'postgres://hikyaku:x@127.0.0.1:1/hikyaku']) {
    const database = openDatabase({ ...role, url });
    const took: number[] = [];
    // The least of two: a busy machine may hold one up.
    for (let round = 0; round < 2; round++) {
      const { lane, dropped } = laneTo(database);
      const watches = new WatchBook(Date.now);
      watches.start(database, url, logger);
      end(lane, 2_010);
      assert.equal(await dropped(), 10);
      const begun = performance.now();
      await Promise.all([lane.close(), watches.close()]);
      took.push(performance.now() - begun);
    }
    // One second each, and what a loaded machine adds; a connection alone would be tried for five.
    assert.ok(Math.min(...took) < 4_000, `${url}: ${took} ms`);
  }
  silent.close();
});

test('of the owners who wait for a device the newest five thousand count', async () => {
  await db.owner.query(
    `INSERT INTO watches (device_id, tenant_id, address, until)
     SELECT ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, $1, '192.0.2.9', now() + interval '1 hour' + n * interval '1 second' FROM generate_series(1, 5005) n`,
    [tenantId],
  );
  const deviceId = (n: number): string => `00000000-0000-0000-0000-${String(n).padStart(12, '0')}`;
  const database = openDatabase({ ...role, url: db.url });
  const watches = new WatchBook(Date.now);
  watches.start(database, db.url, logger);
  await until('the watches are read', async () => watches.isWatched(deviceId(5005)), 30_000);
  assert.deepEqual(
    [1, 5, 6, 5005].map((n) => watches.isWatched(deviceId(n))),
    [false, false, true, true],
  );
  await watches.close();
  await database.close();
});

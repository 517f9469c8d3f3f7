import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDatabase, useDatabase } from '../../testing/src/index.ts';
import {
  type Database,
  findDeadSlices,
  findDeadSlicesOf,
  findDeadSpoolObjects,
  findUnknownObjects,
  findUnusedObjects,
} from '../src/index.ts';

interface Node {
  'Index Name'?: string;
  'Index Cond'?: string;
  'Relation Name'?: string;
  'Node Type': string;
  'Actual Rows': number;
  'Actual Loops': number;
  Plans?: Node[];
}

/** Mails with content; twice as many are done, in packs of ten. */
const LIVE = 4_000;
let db: TestDatabase;
/** Explains, with what really happened, instead of running. */
let explained: Node[] = [];
let spied: Database;

before(async () => {
  db = await useDatabase();
  // The statistics are of an hour in which nothing was spooled.
  await db.owner.query('ALTER TABLE messages SET (autovacuum_enabled = off)');
  await db.owner.query('ANALYZE messages');
  const insert = (count: number, columns: string, values: string) =>
    db.owner.query(
      `INSERT INTO messages (id, tenant_id, device_id, mailbox_id, account_key, queue_id, size_bytes, mail_from, recipients, message_id_header,
         door, accepted_at, spool_length, spool_offset, ${columns})
       SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'x', gen_random_uuid(), 1, '', '{}', '', '', now(), 1, ${values}
       FROM generate_series(1, $1::int) n`,
      [count],
    );
  await insert(LIVE, 'state, due_at, spool_object', `0, 'queued', now(), 'live' || n / 10`);
  await insert(100, 'state, content_destroyed_at, spool_object', `1, 'sent', now() - interval '1 hour', 'live' || n`);
  await insert(
    100,
    'state, content_destroyed_at, spool_object',
    `1, 'sent', now() - interval '1 hour', 'dead' || n / 10`,
  );
  const flatten = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flatten)];
  const explain = async (text: string, values?: unknown[]): Promise<void> => {
    const [row] = await db.system.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
      values,
    );
    explained = flatten(row!['QUERY PLAN'][0].Plan);
  };
  spied = {
    ...db.system,
    query: async (text, values) => {
      await explain(text, values);
      return db.system.query(text, values);
    },
    prepared: async (_name, text, values) => {
      await explain(text, values);
      return db.system.query(text, values);
    },
  };
});
after(() => db.close());

/** Rows of live mails that the statement touched, all loops together. */
const touched = (): number =>
  explained
    .filter((node) => node['Index Name'] === 'messages_spooled' || node['Node Type'] === 'Seq Scan')
    .reduce((sum, node) => sum + node['Actual Rows'] * node['Actual Loops'], 0);

test('asking which objects are unused looks at one mail an object, though the statistics know of none', async () => {
  assert.deepEqual(await findUnusedObjects(spied, ['live1', 'live2', 'dead3']), ['dead3']);
  assert.ok(touched() <= 3, `${touched()} rows`);
  for (const node of explained.filter((one) => one['Relation Name'] === 'messages')) {
    assert.match(node['Index Cond'] ?? '', /spool_object = /);
  }
});

test('so does asking which objects nobody knows', async () => {
  assert.deepEqual(await findUnknownObjects(spied, ['live1', 'dead2', 'never']), ['never']);
  assert.ok(touched() <= 3, `${touched()} rows`);
});

test('dead objects and dead slices are found without reading the live mails', async () => {
  assert.equal((await findDeadSpoolObjects(spied, 200)).length, 11);
  assert.ok(touched() <= 200, `${touched()} rows`);
  assert.equal((await findDeadSlices(spied, 1_000, 200)).length, 100);
  assert.ok(touched() <= 200, `${touched()} rows`);
});

test('a slice whose mail has a copy that is still to be sent is nobody’s dead slice, until the copy is sent', async () => {
  const copyTo = (state: string) =>
    db.owner.query(
      `WITH gone AS (DELETE FROM messages WHERE copy_of IS NOT NULL)
       INSERT INTO messages (id, tenant_id, mailbox_id, account_key, queue_id, size_bytes, mail_from, recipients, message_id_header, door, accepted_at,
         spool_length, spool_offset, spool_object, state, due_at, content_destroyed_at, copy_of)
       SELECT gen_random_uuid(), tenant_id, mailbox_id, 'y', gen_random_uuid(), 1, '', '{}', '', '', now(), 1, 1, 'live7', $1::message_state,
         CASE $1 WHEN 'queued' THEN now() END, CASE $1 WHEN 'sent' THEN now() END, id FROM messages WHERE spool_object = 'live7' AND content_destroyed_at IS NOT NULL`,
      [state],
    );
  const dead = async () => [
    (await findDeadSlices(db.system, 1_000, 200)).filter(({ object }) => object === 'live7').length,
    (await findDeadSlicesOf(db.system, ['live7'])).length,
  ];
  assert.deepEqual(await dead(), [1, 1]);
  await copyTo('queued');
  assert.deepEqual(await dead(), [0, 0]);
  await copyTo('sent');
  assert.deepEqual(await dead(), [1, 2]);
});

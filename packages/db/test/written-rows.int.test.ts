import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDatabase, useDatabase } from '../../testing/src/index.ts';

let db: TestDatabase;
before(async () => {
  db = await useDatabase();
});
after(() => db.close());

/** The five checks of `messages` take 6,000 and the list of its states 1,100; a CASE of twelve arms took 6,600 (docs/performance.md). */
const MOST_CHARACTERS = 7_500;

test('what Postgres reads anew for every statement that writes a mail’s rows is short', async () => {
  const rows = await db.owner.query<{ name: string; characters: number }>(
    `SELECT t::text AS name, (
       coalesce((SELECT sum(length(c.conbin::text)) FROM pg_constraint c WHERE c.conrelid = t AND c.contype = 'c'), 0)
       + coalesce((SELECT sum(length(d.adbin::text)) FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
           WHERE d.adrelid = t AND a.attgenerated = 's'), 0))::int AS characters
     FROM unnest(ARRAY['messages', 'parts', 'attempts', 'message_events', 'outbox', 'tombstones', 'smtp_sessions']::regclass[]) AS t`,
  );
  assert.equal(rows.length, 7);
  for (const { name, characters } of rows) assert.ok(characters <= MOST_CHARACTERS, `${name} has ${characters}`);
});

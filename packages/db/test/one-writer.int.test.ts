import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type TestDatabase, useDatabase } from '../../testing/src/index.ts';

const ROOT = join(import.meta.dirname, '../../..');
const WRITER = 'packages/db/src/message-writer/';

let db: TestDatabase;
before(async () => {
  db = await useDatabase();
});
after(() => db.close());

/** Statements that make or move a message or part: an insert, or an update that sets `state`. */
const WRITES = [
  /INSERT INTO (messages|parts)\b/i,
  /UPDATE (messages|parts)\b(?:(?!;|WHERE|RETURNING)[\s\S]){0,600}?[\s,](state)\s*=/i,
  /\.(message|part)\.(create|update|upsert|delete)/,
];

const sources = () =>
  globSync('{apps,packages}/*/src/**/*.{ts,tsx,sql}', { cwd: ROOT })
    .filter(
      (file) => !file.includes('/generated/') && !file.startsWith('packages/testing/') && !file.startsWith('bench/'),
    )
    .map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }));

test('only the message writer makes messages or writes their states', () => {
  const writers = sources().filter(({ text }) => WRITES.some((pattern) => pattern.test(text)));
  assert.ok(writers.length >= 3, 'the patterns find the writer itself');
  assert.deepEqual(
    writers.map(({ file }) => file).filter((file) => !file.startsWith(WRITER)),
    [],
  );
});

test('inside the writer no state is named by hand: they come from core’s table', () => {
  const states = [
    'queued',
    'sending',
    'sent',
    'deferred',
    'held',
    'in_doubt',
    'failed',
    'expired',
    'cancelled',
    'quarantined',
  ];
  for (const { file, text } of sources().filter(({ file }) => file.startsWith(WRITER))) {
    const statements = [...text.replace(/event: '\w+'/g, '').matchAll(/`[^`]*`/g)]
      .map(([statement]) => statement)
      .join('\n');
    for (const state of states) assert.doesNotMatch(statements, new RegExp(`'${state}'`), `${state} in ${file}`);
  }
});

test('the grants let role system move messages and parts, role app its own retries, and nobody else', async () => {
  const rows = await db.owner.query<{ grantee: string; name: string; privilege: string }>(
    `SELECT grantee, table_name AS name, privilege_type AS privilege FROM information_schema.column_privileges
     WHERE table_schema = 'public' AND table_name IN ('messages', 'parts') AND column_name = 'state'
       AND privilege_type IN ('INSERT', 'UPDATE') AND grantee <> 'hikyaku_owner' ORDER BY 1, 2, 3`,
  );
  assert.deepEqual(
    rows.map(({ grantee, name, privilege }) => `${grantee} ${privilege} ${name}`),
    [
      'hikyaku_app UPDATE messages',
      'hikyaku_app UPDATE parts',
      'hikyaku_system INSERT messages',
      'hikyaku_system UPDATE messages',
      'hikyaku_system INSERT parts',
      'hikyaku_system UPDATE parts',
    ],
  );
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type Database,
  destroyOverdueContent,
  findDeadSlices,
  findDeadSpoolObjects,
  findDueDigests,
  findForgottenAccounts,
  findHeldBacklogs,
  findLostMessages,
  findReleasable,
  findReroutes,
  followDigests,
  openDatabase,
} from '@hikyaku/db';
import { openScene, type Scene } from './scene.ts';

interface Node {
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Node[];
}

const MAILBOXES = 30;
const NOBODY = '00000000-0000-0000-0000-000000000000';
/** Rows that a look may touch, by the name that it is prepared by: a few for each mailbox with mail, and what is held where that is counted. */
const MOST: Record<string, number> = {
  'sweep-releasable': 20 * MAILBOXES,
  'sweep-held-backlogs': 60 * MAILBOXES,
  'sweep-reroutes': 60 * MAILBOXES,
  'sweep-forgotten': 20 * MAILBOXES,
  'sweep-lost': 10,
  'sweep-overdue-content': 10,
  'sweep-dead-objects': 10,
  'sweep-dead-slices': 10,
  'digests-gathered': 10,
  'digests-following': 10,
};

let scene: Scene;
/** One connection, as a worker's are. */
let worker: Database;
/** The values of each look. */
const asked = new Map<string, unknown[]>();
before(async () => {
  scene = await openScene();
  worker = openDatabase({ url: scene.db.url, role: 'system', max: 1, plansOnce: true, applicationName: 'worker' });
});
after(async () => {
  await worker.close();
  await scene.close();
});

async function lookAtAll(): Promise<void> {
  const spied: Database = {
    ...worker,
    prepared: (name, text, values) => {
      asked.set(name, values ?? []);
      return worker.prepared(name, text, values);
    },
  };
  await findReleasable(spied, 'sandbox', 200);
  await findHeldBacklogs(spied, 'sandbox', { after: NOBODY, most: 2_000, limit: 200 });
  await findReroutes(spied, 'sandbox', 80, []);
  await findForgottenAccounts(spied, 30_000, 2_000);
  await findLostMessages(spied, 200);
  await destroyOverdueContent(spied, 200);
  await findDeadSpoolObjects(spied, 200);
  await findDeadSlices(spied, 1_000, 200);
  await findDueDigests(spied, 'sandbox', 1_000);
  await followDigests(spied, 1_000);
}

/** An instance in its first minute: thousands of mails sent and on their way, accounts at work, and a mailbox in three that holds some. */
async function fill(): Promise<void> {
  const [first, ...others] = await Promise.all(Array.from({ length: MAILBOXES }, () => scene.makePlace()));
  const mailboxes = [first!, ...others].map(({ mailbox }) => mailbox.id);
  const insert = (count: number, columns: string, values: string) =>
    scene.db.owner.query(
      `INSERT INTO messages (id, tenant_id, device_id, mailbox_id, account_key, queue_id, size_bytes, mail_from, recipients, message_id_header, door, accepted_at, ${columns})
       SELECT gen_random_uuid(), $1, $2, ($3::uuid[])[1 + n % ${MAILBOXES}], 'microsoft:test:' || ($3::uuid[])[1 + n % ${MAILBOXES}], gen_random_uuid()::text, 100, 'a', '{b}', '<x>', 'smtps', now(), ${values}
       FROM generate_series(1, ${count}) n`,
      [first!.tenantId, first!.device.id, mailboxes],
    );
  await insert(4_000, 'state, sent_at, content_destroyed_at', `'sent', now(), now()`);
  await insert(3_000, 'state, due_at', `'queued', now()`);
  await insert(500, 'state, lease_until', `'sending', now() + interval '1 hour'`);
  await insert(20 * MAILBOXES, 'state', `'held'`);
  await scene.db.owner.query(
    `INSERT INTO upstream_accounts (account_key, bucket_at, bucket_tokens) SELECT 'microsoft:test:' || id, now(), 0 FROM unnest($1::uuid[]) AS id`,
    [mailboxes],
  );
}

/** Rows that a look touches, by the plan that its connection has for it. */
async function rowsOf(name: string): Promise<number> {
  const literal = (value: unknown): string =>
    Array.isArray(value) ? `'{${value.join(',')}}'` : value == null ? 'NULL' : `'${value}'`;
  const values = asked.get(name)!.map(literal).join(', ');
  const [row] = await worker.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(
    `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE "${name}" ${values && `(${values})`}`,
  );
  const touched = (node: Node): number =>
    (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'] +
    (node.Plans ?? []).reduce((sum, below) => sum + touched(below), 0);
  return touched(row!['QUERY PLAN'][0].Plan);
}

test('a look of the sweeper that was planned once reads no more than it is about, whether there was mail by then or not', async () => {
  // As it is until Postgres has analysed them.
  for (const table of ['messages', 'devices', 'mailboxes', 'parts', 'upstream_accounts', 'tenants'])
    await scene.db.owner.query(`ALTER TABLE ${table} SET (autovacuum_enabled = off)`);
  await lookAtAll();
  await fill();
  assert.deepEqual([...asked.keys()].sort(), Object.keys(MOST).sort());
  const touchedBy = async (): Promise<[string, number][]> => {
    const found: [string, number][] = [];
    for (const name of asked.keys()) found.push([name, Math.round(await rowsOf(name))]);
    return found;
  };
  for (const when of ['planned for empty tables', 'analysed'] as const) {
    if (when === 'analysed') await scene.db.owner.query('ANALYZE');
    const tooMany = (await touchedBy()).filter(([name, rows]) => rows > MOST[name]!);
    assert.deepEqual(tooMany, [], when);
  }
});

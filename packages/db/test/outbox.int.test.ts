import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { outboxReadable, type TestDatabase, useDatabase } from '../../testing/src/index.ts';
import { type OutboxPlace, type OutboxRow, outboxEnd, pruneOutbox, readOutbox } from '../src/index.ts';
import { makeTwoTenants } from './two-tenants.ts';

let db: TestDatabase;
let a: Awaited<ReturnType<typeof makeTwoTenants>>['a'];
before(async () => {
  db = await useDatabase();
  a = (await makeTwoTenants(db.owner)).a;
});
after(() => db.close());

const insert = `INSERT INTO outbox (tenant_id, kind, subject_id, facts) VALUES ($1, 'message.moved', $2, '{}')`;

async function readFrom(place: OutboxPlace, isWanted: (row: OutboxRow) => boolean) {
  await outboxReadable(db.owner);
  return (await readOutbox(db.system, place, 1000)).rows.filter(isWanted);
}

test('a reader never passes a row that is committed late: it waits for the transaction that was begun first', async () => {
  const place = await outboxEnd(db.system);
  const isOurs = ({ kind }: OutboxRow) => kind === 'message.moved';
  const slow = await db.owner.pool.connect();
  try {
    await slow.query('BEGIN');
    await slow.query(insert, [a.tenant.id, '00000000-0000-4000-8000-000000000001']);
    await db.owner.query(insert, [a.tenant.id, '00000000-0000-4000-8000-000000000002']);
    const early = await readOutbox(db.system, place, 1000);
    assert.deepEqual(early.rows.filter(isOurs), []);
    await slow.query('COMMIT');
  } finally {
    slow.release();
  }
  const both = await readFrom(place, isOurs);
  assert.deepEqual(
    both.map(({ subjectId }) => subjectId.at(-1)),
    ['1', '2'],
  );
});

test('mailboxes and devices tell their changes, in the same commit, and what concerns nobody tells nothing', async () => {
  const place = await outboxEnd(db.system);
  await db.owner.query(
    `UPDATE mailboxes SET state = 'needs_reconnect', state_code = 'upstream.auth_lost' WHERE id = $1`,
    [a.mailbox.id],
  );
  await db.owner.query(`UPDATE mailboxes SET secret_version = secret_version + 1 WHERE id = $1`, [a.mailbox.id]);
  await db.owner.query(`UPDATE devices SET name = 'Gate' WHERE id = $1`, [a.device.id]);
  await db.owner.query(`UPDATE devices SET last_message_at = now() WHERE id = $1`, [a.device.id]);
  const ofA = await readFrom(place, ({ tenantId }) => tenantId === a.tenant.id);
  assert.deepEqual(
    ofA.slice(-2).map(({ tenantId, kind, subjectId, facts }) => [tenantId, kind, subjectId, facts]),
    [
      [a.tenant.id, 'mailbox.changed', a.mailbox.id, { state: 'needs_reconnect', code: 'upstream.auth_lost' }],
      [a.tenant.id, 'device.changed', a.device.id, {}],
    ],
  );
});

test('rows of more than a day ago are forgotten, the oldest first', async () => {
  await db.owner.query('DELETE FROM outbox');
  for (const day of ['2 days', '25 hours', '1 hour']) {
    await db.owner.query(
      `INSERT INTO outbox (tenant_id, kind, subject_id, facts, at) VALUES ($1, 'message.moved', $1, '{}', now() - $2::interval)`,
      [a.tenant.id, day],
    );
  }
  await db.owner.query(
    `UPDATE outbox_readers SET (xid, seq) = (SELECT xid, seq FROM outbox ORDER BY xid DESC, seq DESC LIMIT 1)`,
  );
  assert.equal(await pruneOutbox(db.system, 1), 1);
  assert.equal(await pruneOutbox(db.system, 100), 1);
  assert.equal(await pruneOutbox(db.system, 100), 0);
});

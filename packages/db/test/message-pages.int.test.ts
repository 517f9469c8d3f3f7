import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDatabase, useDatabase } from '../../testing/src/index.ts';
import {
  type MessageFilter,
  openTenantDb,
  pageMailboxes,
  pageMessages,
  STATE_NUMBERS,
  type TenantDb,
  type TenantTx,
} from '../src/index.ts';
import { makeTwoTenants } from './two-tenants.ts';

/** Mails of the tenant that is asked; a neighbour has as many, between them. */
const MAILS = 12_000;
const DAYS = 10;

let db: TestDatabase;
let tenantDb: TenantDb;
let tenantId: string;
let device: string;
let mailbox: string;
let othersMailbox: string;

before(async () => {
  db = await useDatabase();
  tenantDb = openTenantDb({ url: db.url, max: 2 });
  const { a, b } = await makeTwoTenants(db.owner);
  await db.owner.query('DELETE FROM messages');
  [tenantId, device, mailbox] = [a.tenant.id, a.device.id, a.mailbox.id];
  othersMailbox = b.mailbox.id;
  // As it came in: one mail in fifty was handed off hours late. Rare states lie far back; one device and one mailbox have one mail in a thousand.
  await db.owner.query(
    `INSERT INTO messages (id, tenant_id, device_id, mailbox_id, account_key, queue_id, state, size_bytes, mail_from, recipients,
       message_id_header, door, subject, accepted_at, ingested_at, due_at, lease_until)
     SELECT gen_random_uuid(), CASE WHEN n % 2 = 0 THEN $1::uuid ELSE gen_random_uuid() END,
       CASE WHEN n % 2000 = 600 THEN $2::uuid ELSE md5((n % 14)::text)::uuid END,
       CASE WHEN n % 2000 = 800 THEN $3::uuid ELSE md5((n % 6)::text)::uuid END, 'x', lpad(n::text, 16, 'Q'), state::message_state,
       1, '', '{owner@example.com}', '', 'submission', 'Motion ' || n % 100,
       at - CASE WHEN n % 100 = 8 THEN n % 30 * interval '1 hour' ELSE interval '1 second' END, at, CASE WHEN state = 'in_doubt' THEN now() END, NULL
     FROM (SELECT n, now() - (1 - n / $4::float8) * $5 * interval '1 day' AS at,
       CASE WHEN n = 4000 THEN 'in_doubt' WHEN n = 5000 THEN 'held' WHEN n % 40 = 2 THEN 'failed' WHEN n % 400 = 4 THEN 'expired' ELSE 'sent' END AS state
       FROM generate_series(1, $4::int) n) g ORDER BY n`,
    [tenantId, device, mailbox, 2 * MAILS, DAYS],
  );
  await db.owner.query('VACUUM ANALYZE messages');
});
after(async () => {
  await tenantDb.close();
  await db.close();
});

const day = (back: number): Date => new Date(Date.now() - back * 86_400_000);
const as = <T>(work: (scope: { tenantId: string; tx: TenantTx }) => Promise<T>): Promise<T> =>
  tenantDb.forTenant(tenantId).tx((tx) => work({ tenantId, tx }));

/** Rows of `messages` that `work` reads, whatever the plan. The counters are the connection's: earlier work may still be in them. */
async function rowsRead(tx: TenantTx, work: () => Promise<unknown>): Promise<number> {
  const count = async (): Promise<number> => {
    const rows = await tx.$queryRaw<{ read: bigint }[]>`
      SELECT seq_tup_read + idx_tup_fetch AS read FROM pg_stat_xact_user_tables WHERE relname = 'messages'`;
    return Number(rows[0]!.read);
  };
  const before = await count();
  await work();
  return (await count()) - before;
}

const filters = (): Record<string, MessageFilter> => ({
  'the last hours': { from: day(0.2) },
  'a time in the future': { from: day(-1) },
  'before a day that is long ago': { to: day(DAYS - 0.5) },
  'before the first mail': { to: day(DAYS * 3) },
  'a day in between': { from: day(6), to: day(5) },
  'a rare mailbox': { mailboxId: mailbox },
  'no mailbox of this tenant': { mailboxId: othersMailbox },
  'a rare device': { deviceId: device },
  'a state that one mail has': { states: ['in_doubt'] },
  'a state that none has': { states: ['quarantined'] },
  'several states, one twice': { states: ['held', 'expired', 'in_doubt', 'held'] },
  'a rare device’s bad ends': { deviceId: device, states: ['failed', 'expired'] },
  'failed before a day': { states: ['failed'], to: day(4) },
  'a mailbox since a day': { mailboxId: mailbox, from: day(5) },
});

test('every filter finds what a plain look at all mail finds, in its order, over all pages', async () => {
  const all = {
    ...filters(),
    sent: { states: ['sent'] },
    'sent or failed': { states: ['sent', 'failed'], from: day(1) },
    word: { text: 'motion 42' },
    'word in a time': { text: 'motion 4', from: day(3), to: day(2.5) },
    'word of a device': { text: 'motion', deviceId: device },
    'rare mailbox of a rare device': { deviceId: device, mailboxId: mailbox },
    nothing: {},
  } satisfies Record<string, MessageFilter>;
  for (const [name, filter] of Object.entries(all) as [string, MessageFilter][]) {
    const expected = await db.owner.query<{ id: string }>(
      `SELECT id FROM messages WHERE tenant_id = $1 AND ($2::uuid IS NULL OR device_id = $2) AND ($3::uuid IS NULL OR mailbox_id = $3)
         AND ($4::text[] IS NULL OR state::text = ANY ($4)) AND ($5::timestamptz IS NULL OR accepted_at >= $5)
         AND ($6::timestamptz IS NULL OR accepted_at < $6) AND ($7::text IS NULL OR subject ILIKE ALL (SELECT '%' || w || '%' FROM regexp_split_to_table($7, ' ') w)) ORDER BY seq DESC`,
      [
        tenantId,
        filter.deviceId ?? null,
        filter.mailboxId ?? null,
        filter.states ?? null,
        filter.from ?? null,
        filter.to ?? null,
        filter.text ?? null,
      ],
    );
    const found: string[] = [];
    let beforeSeq: bigint | undefined;
    for (;;) {
      const { rows, searchedTo } = await as((scope) =>
        pageMessages(scope, filter, { limit: 700, beforeSeq, lookForMs: 1 }),
      );
      found.push(...rows.map(({ id }) => id));
      beforeSeq = searchedTo ?? (rows.length === 700 ? rows.at(-1)!.seq : undefined);
      if (beforeSeq === undefined) break;
    }
    assert.deepEqual(
      found,
      expected.map(({ id }) => id),
      name,
    );
  }
});

for (const name of Object.keys(filters())) {
  test(`a page of ${name} reads less than a tenth of the mail`, async () => {
    await as(async (scope) => {
      const read = await rowsRead(scope.tx, () => pageMessages(scope, filters()[name]!, { limit: 50 }));
      assert.ok(read <= 1_000, `${read} rows were read`);
    });
  });
}

test('a word that is nowhere costs a chunk at a time, and the cursor goes on below it', async () => {
  await as(async (scope) => {
    let last: bigint | undefined;
    const lookOn = async (): Promise<void> => {
      const page = await pageMessages(
        scope,
        { text: 'nowhere' },
        { limit: 50, chunk: 500, lookForMs: 0, beforeSeq: last },
      );
      assert.deepEqual(page.rows, []);
      assert.ok(page.searchedTo !== null && (last === undefined || page.searchedTo < last));
      last = page.searchedTo;
    };
    for (let page = 1; page <= 3; page++) assert.equal(await rowsRead(scope.tx, lookOn), 500);
  });
});

test('a queue id finds its mail at once, however old it is, in any case of letters; a neighbour’s does not', async () => {
  await as(async (scope) => {
    const find = (id: string) => pageMessages(scope, { text: id }, { limit: 50, chunk: 500, lookForMs: 0 });
    const read = await rowsRead(scope.tx, async () => {
      const { rows } = await find('2'.padStart(16, 'q'));
      assert.deepEqual(
        rows.map(({ queueId }) => queueId),
        ['2'.padStart(16, 'Q')],
      );
    });
    assert.ok(read <= 10, `${read} rows were read`);
    assert.deepEqual((await find('1'.padStart(16, 'Q'))).rows, []);
  });
});

test('every word has to fit: in the subject, a recipient, the device’s name or the queue id, with blanks of any kind between', async () => {
  await db.owner.query('UPDATE devices SET name = $1 WHERE id = $2', ['新宿 50%_玄関', device]);
  await as(async (scope) => {
    const count = async (text: string) =>
      (await pageMessages(scope, { text }, { limit: 100, lookForMs: 60_000 })).rows.length;
    const named = await count('新宿');
    assert.ok(named > 1, `${named} mails of the device`);
    assert.equal(await count('玄関　新宿 OWNER@'), named);
    assert.equal(await count('新宿 motion 0'), named, 'all of its mails have this number');
    assert.equal(await count('新宿 渋谷'), 0);
    assert.equal(await count('50%_玄'), named);
    assert.equal(await count('50_%玄'), 0, 'no wildcards');
    const [mail] = (await pageMessages(scope, { text: '新宿' }, { limit: 1, lookForMs: 60_000 })).rows;
    assert.equal((await count(`新宿 ${mail!.queueId.slice(0, 15).toLowerCase()}`)) > 0, true);
    assert.equal(await count(`新宿 ${'Z'.repeat(8)}`), 0);
  });
});

test('the number of held mails is read off the held ones', async () => {
  await db.owner.query(`UPDATE messages SET mailbox_id = $1 WHERE tenant_id = $2 AND state = 'held'`, [
    mailbox,
    tenantId,
  ]);
  await as(async (scope) => {
    const read = await rowsRead(scope.tx, async () => {
      const rows = await pageMailboxes(scope, { limit: 50 });
      assert.equal(rows.find(({ id }) => id === mailbox)?.heldCount, 1);
    });
    assert.ok(read <= 50, `${read} rows were read`);
  });
});

test('every state has its number', async () => {
  const rows = await db.owner.query<{ state: keyof typeof STATE_NUMBERS }>(
    'SELECT unnest(enum_range(NULL::message_state))::text AS state',
  );
  for (const { state } of rows) {
    await db.owner.query(
      `UPDATE messages SET state = $1::message_state, due_at = now(), lease_until = now() WHERE queue_id = $2`,
      [state, '2'.padStart(16, 'Q')],
    );
    const [row] = await db.owner.query<{ number: number }>(
      'SELECT state_number AS number FROM messages WHERE queue_id = $1',
      ['2'.padStart(16, 'Q')],
    );
    assert.equal(row!.number, STATE_NUMBERS[state], state);
  }
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newId, newQueueId } from '@hikyaku/core';
import {
  makeDevice,
  makeKeys,
  makeMailbox,
  makeTenant,
  type TestDatabase,
  type TestKeys,
  useDatabase,
} from '../../testing/src/index.ts';
import { type Database, insertMessages, type NewMessage } from '../src/index.ts';

let db: TestDatabase;
let digester: TestKeys['digester'];
/** The system's database, and the inserts that it was asked for. */
let spied: Database;
let asked: string[] = [];

before(async () => {
  db = await useDatabase();
  ({ digester } = await makeKeys(db.owner));
  spied = {
    ...db.system,
    transaction: (work) =>
      db.system.transaction((client) =>
        work(
          new Proxy(client, {
            get(target, key) {
              const value = Reflect.get(target, key) as unknown;
              if (key !== 'query') return value;
              return (query: { name?: string }, ...rest: unknown[]) => {
                if (query.name?.startsWith('insert-')) asked.push(query.name);
                return (value as (...all: unknown[]) => unknown).call(target, query, ...rest);
              };
            },
          }),
        ),
      ),
  };
});
after(() => db.close());

interface Place {
  tenantId: string;
  mailboxId: string;
  deviceId: string;
}

async function makePlace(device: Record<string, unknown> = {}): Promise<Place> {
  const { id: tenantId } = await makeTenant(db.owner);
  const { id: mailboxId } = await makeMailbox(db.owner, { tenant_id: tenantId });
  const of = { tenant_id: tenantId, mailbox_id: mailboxId, digest_minutes: null, ...device };
  const made = await makeDevice(db.owner, digester, of);
  return { tenantId, mailboxId, deviceId: made.device.id };
}

const mailOf = (place: Place, more: Partial<NewMessage> = {}): NewMessage =>
  ({
    messageId: newId(),
    queueId: newQueueId(),
    ...place,
    acceptedAt: Date.now() - 5_000,
    mailFrom: 'camera@example.com',
    recipients: ['owner@example.com', '"a\\b"@example.com'],
    subject: 'Motion "at" {the} front, \\door',
    messageIdHeader: '<x@mail.local>',
    isTest: false,
    sizeBytes: 20_000,
    door: 'submission',
    tls: 'TLSv1.3',
    clientAddress: '192.0.2.1',
    keySealed: Buffer.alloc(80, 7).toString('base64'),
    spool: { object: 'packs/x', offset: 5, length: 100 },
    ...more,
  }) as NewMessage;

async function insert(messages: NewMessage[]) {
  asked = [];
  const rows = await insertMessages(spied, messages, null);
  return { rows, by: asked };
}

/** What a batch of a device is in the tables, without what is each one's own. */
async function insertedOf(place: Place) {
  const accounts = await db.owner.query<{ account_key: string }>('SELECT account_key FROM mailboxes WHERE id = $1', [
    place.mailboxId,
  ]);
  const at = Date.now() - 70_000;
  const mails = [
    mailOf(place, { acceptedAt: at }),
    mailOf(place, { acceptedAt: at + 1, tls: null }),
    mailOf(place, { acceptedAt: at + 2, isTest: true, subject: null }),
    mailOf(place, { acceptedAt: Date.now() + 3_600_000 }),
  ];
  const { rows, by } = await insert(mails);
  const again = await insert(mails);
  assert.deepEqual(again.rows, []);
  const ids = mails.map(({ messageId }) => messageId);
  const own = ['id', 'seq', 'queue_id', 'tenant_id', 'device_id', 'mailbox_id', 'account_key', 'changed_xid'];
  const kept = await db.owner.query<{ gathered_for: number | null }>(
    `SELECT to_jsonb(m) - $2::text[] - ARRAY['accepted_at', 'ingested_at', 'due_at', 'digest_at'] AS message, m.account_key = $3 AS is_its_accounts,
       round(extract(epoch FROM m.due_at - m.ingested_at)::numeric, -1)::int AS due_in, round(extract(epoch FROM m.digest_at - m.ingested_at)::numeric, -1)::int AS gathered_for,
       (SELECT round(extract(epoch FROM d.digest_until - m.ingested_at)::numeric, -1)::int FROM devices d WHERE d.id = m.device_id) AS window_left, m.accepted_at <= m.ingested_at AS is_past,
       (SELECT array_agg(jsonb_build_array(e.kind, e.data, e.at = m.accepted_at) ORDER BY e.number) FROM message_events e WHERE e.message_id = m.id) AS story,
       (SELECT array_agg(o.kind || (o.facts - 'deviceId' - 'mailboxId')::text || (o.facts ->> 'deviceId' = m.device_id::text)) FROM outbox o WHERE o.subject_id = m.id) AS told,
       EXISTS (SELECT FROM tombstones t WHERE t.message_id = m.id) AS has_stone, (SELECT count(*)::int FROM parts p WHERE p.message_id = m.id) AS parts,
       (SELECT last_message_at IS NOT NULL FROM devices d WHERE d.id = m.device_id) AS is_marked
     FROM messages m WHERE m.id = ANY ($1::uuid[]) ORDER BY m.seq`,
    [ids, own, accounts[0]!.account_key],
  );
  const answers = rows
    .sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))
    .map(({ id, tenantId, accountKey, lagMs }) => [
      ids.indexOf(id),
      tenantId === place.tenantId,
      accountKey === accounts[0]!.account_key,
      Math.floor(Math.max(0, lagMs) / 30_000),
    ]);
  return { by, kept, answers };
}

test('the small insert writes and answers what the large one does', async () => {
  const small = await insertedOf(await makePlace());
  // A rate that is never reached.
  const large = await insertedOf(await makePlace({ rate_per_hour: 1_000 }));
  assert.deepEqual([small.by, large.by], [['insert-plain'], ['insert-messages']]);
  assert.equal(small.kept.length, 4);
  assert.deepEqual([small.kept, small.answers], [large.kept, large.answers]);
});

const GATHERED_BEFORE = `INSERT INTO messages (id, queue_id, tenant_id, device_id, mailbox_id, account_key, state, due_at, digest_at, subject, size_bytes, mail_from, recipients, message_id_header, door, accepted_at)
  SELECT $2, $3, d.tenant_id, d.id, d.mailbox_id, b.account_key, 'queued', now(), now() - interval '1 second', 'before', 1, 'a@b.example', '{c@d.example}', '<before@x>', 'submission', now()
  FROM devices d JOIN mailboxes b ON b.id = d.mailbox_id WHERE d.id = $1`;

test('where devices have digests a small insert gathers as the large one does: in a window, behind one, with none, and of a clock that was set back', async () => {
  const windows: Record<string, (deviceId: string) => Promise<unknown>> = {
    none: async () => {},
    open: (id) =>
      db.owner.query(`UPDATE devices SET digest_until = now() + interval '100 seconds' WHERE id = $1`, [id]),
    over: (id) => db.owner.query(`UPDATE devices SET digest_until = now() - interval '1 second' WHERE id = $1`, [id]),
    tomorrow: (id) => db.owner.query(`UPDATE devices SET digest_until = now() + interval '1 day' WHERE id = $1`, [id]),
    behind: (id) => db.owner.query(GATHERED_BEFORE, [id, newId(), newQueueId()]),
  };
  const seen = new Set<string>();
  for (const [name, prepare] of Object.entries(windows)) {
    const [small, large] = [
      await makePlace({ digest_minutes: 5 }),
      await makePlace({ digest_minutes: 5, rate_per_hour: 1_000 }),
    ];
    for (const { deviceId } of [small, large]) await prepare(deviceId);
    const [of, beside] = [await insertedOf(small), await insertedOf(large)];
    assert.deepEqual([of.by, beside.by], [['insert-gathering'], ['insert-messages']], name);
    assert.deepEqual([of.kept, of.answers], [beside.kept, beside.answers], name);
    seen.add(of.kept.map((row) => row.gathered_for).join());
  }
  // The third is a test, which is never gathered.
  assert.deepEqual([...seen], [',300,,300', '100,100,,100', '300,300,,300', '0,0,,0']);
});

test('what the small insert does not know is left to the large one, with all else of its device', async () => {
  const BOTH = ['insert-plain', 'insert-messages'];
  const by = async (device: Record<string, unknown>, mail: Partial<NewMessage> = {}) =>
    (await insert([mailOf(await makePlace(device), mail)])).by;
  assert.deepEqual(await by({}), ['insert-plain']);
  assert.deepEqual(await by({ digest_minutes: 5 }), ['insert-gathering']);
  for (const watched of [{ rate_per_minute: 5 }, { rate_per_hour: 5 }, { digest_minutes: 5, rate_per_hour: 5 }])
    assert.deepEqual(await by(watched), ['insert-messages']);
  assert.deepEqual(await by({}, { notBefore: Date.now() + 60_000 }), ['insert-messages']);

  const [quiet, other] = [await makePlace(), await makePlace()];
  const together = await insert([mailOf(await makePlace()), mailOf(await makePlace({ digest_minutes: 5 }))]);
  assert.deepEqual(
    [together.by, together.rows.length],
    [['insert-gathering'], 2],
    'one statement for both kinds of devices',
  );
  const mixed = await insert([mailOf(quiet, { notBefore: Date.now() + 60_000 }), mailOf(quiet), mailOf(other)]);
  assert.deepEqual([mixed.by, mixed.rows.length], [BOTH, 3]);
  const priorities = await db.owner.query<{ priority: number }>(
    'SELECT priority FROM messages WHERE device_id = $1 ORDER BY priority',
    [quiet.deviceId],
  );
  assert.deepEqual(
    priorities.map(({ priority }) => priority),
    [1, 2],
    'one of them is the first after quiet',
  );

  const gone = await makePlace();
  await db.owner.query('UPDATE mailboxes SET deleted_at = now() WHERE id = $1', [gone.mailboxId]);
  const held = await insert([mailOf(gone)]);
  assert.deepEqual([held.by, held.rows.length, held.rows[0]!.accountKey], [BOTH, 1, null]);
  const erased = await makePlace();
  await db.owner.query('UPDATE tenants SET deleted_at = now() WHERE id = $1', [erased.tenantId]);
  assert.deepEqual((await insert([mailOf(erased)])).rows, []);
});

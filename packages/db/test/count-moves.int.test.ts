import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newId, newQueueId } from '@hikyaku/core';
import fc from 'fast-check';
import {
  makeDevice,
  makeMailbox,
  makeTenant,
  outboxReadable,
  type TestDatabase,
  useDatabase,
} from '../../testing/src/index.ts';
import {
  cancelMessage,
  claimDueMessages,
  countMoves,
  type Database,
  deleteOldMessages,
  followOutbox,
  holdStranded,
  insertMessages,
  type OutcomeRecord,
  pruneOutbox,
  readOverview,
  recordOutcome,
  recountStates,
  releaseHeld,
  retryMessage,
  takeTurn,
} from '../src/index.ts';

let db: TestDatabase;
before(async () => {
  db = await useDatabase();
});
after(() => db.close());

/** A tenant whose mails live through whatever the worker, its owner and retention may do to them. */
async function world() {
  const tenant = await makeTenant(db.owner);
  const mailbox = await makeMailbox(db.owner, {
    tenant_id: tenant.id,
    secret_sealed: Buffer.from('sealed'),
    account_key: `microsoft:test:${newId()}`,
  });
  const digester = { digest: () => Buffer.alloc(32) } as never;
  const devices: { id: string }[] = [];
  for (let count = 0; count < 2; count++) {
    devices.push((await makeDevice(db.owner, digester, { tenant_id: tenant.id, mailbox_id: mailbox.id })).device);
  }
  const accountKey = mailbox.account_key!;
  const turn = await takeTurn(db.system, accountKey, 600_000);
  assert.ok('token' in turn);
  const ids: string[] = [];
  const own = <T>(work: (scope: { tenantId: string; tx: never }) => Promise<T>) =>
    db.tenant.forTenant(tenant.id).tx((tx) => work({ tenantId: tenant.id, tx: tx as never }));
  const end = (state: string, outcome: string, code: string | null) => ({ state, outcome, code });
  const ENDS = [
    end('sent', 'accepted', null),
    end('deferred', 'deferred', 'upstream.unavailable'),
    end('failed', 'rejected', 'upstream.rejected'),
    end('in_doubt', 'in_doubt', 'upstream.in_doubt'),
    end('expired', 'deferred', 'upstream.unavailable'),
    end('queued', 'abandoned', null),
  ];
  const WAITS = ['deferred', 'in_doubt', 'queued'];

  const steps: ((n: number) => Promise<unknown>)[] = [
    (n) =>
      insertMessages(
        db.system,
        Array.from({ length: 1 + (n % 3) }, (_, index) => {
          const messageId = newId();
          ids.push(messageId);
          return {
            messageId,
            queueId: newQueueId(),
            tenantId: tenant.id,
            ...((n + index) % 5 === 4
              ? { deviceId: null, door: 'dashboard' as const }
              : { deviceId: devices[(n + index) % 2]!.id, door: 'submission' as const }),
            mailboxId: mailbox.id,
            acceptedAt: Date.now(),
            mailFrom: 'camera@example.com',
            recipients: Array.from({ length: 1 + (n % 4) }, (_, person) => `p${person}@example.com`),
            subject: null,
            messageIdHeader: `<${messageId}@mail.local>`,
            isTest: false,
            sizeBytes: 10,
            tls: null,
            clientAddress: '127.0.0.1',
            keySealed: Buffer.from('key').toString('base64'),
            spool: { object: messageId, offset: 0, length: 1 },
          };
        }),
        null,
      ),
    async (n) => {
      const claimed = await claimDueMessages(db.system, {
        accountKey,
        turnToken: turn.token,
        turnLeaseMs: 600_000,
        limit: 3,
        leaseMs: 60_000,
        allowance: { burst: 1_000, perMinute: 1_000, day: null },
        environment: 'sandbox',
        served: new Map(),
        maxRecipients: 2,
      });
      for (const [index, { id, fence, partNumber }] of (claimed?.messages ?? []).entries()) {
        // Some stay with a worker that died.
        const chosen = ENDS[(n + index) % (ENDS.length + 1)];
        if (!chosen) continue;
        const record: OutcomeRecord = {
          messageId: id,
          fence,
          partNumber,
          state: chosen.state,
          stateCode: chosen.code,
          dueInMs: WAITS.includes(chosen.state) ? 0 : null,
          contentForMs: 60_000,
          attempt: { outcome: chosen.outcome, status: null, code: chosen.code, text: null },
          providerId: null,
          results: null,
          event: { kind: chosen.state, data: {} },
          dayRefund: null,
          accountRest: null,
          reconnect: null,
        };
        assert.equal(await recordOutcome(db.system, record), true);
      }
    },
    async (n) => ids.length > 0 && own((scope) => retryMessage(scope, ids[n % ids.length]!)),
    async (n) => ids.length > 0 && own((scope) => cancelMessage(scope, ids[n % ids.length]!, 60_000)),
    async () => {
      await db.owner.query(`UPDATE mailboxes SET state = 'needs_reconnect' WHERE id = $1`, [mailbox.id]);
      await holdStranded(db.system, accountKey, 'sandbox');
    },
    async () => {
      await db.owner.query(`UPDATE mailboxes SET state = 'active' WHERE id = $1`, [mailbox.id]);
      await releaseHeld(db.system, mailbox.id);
    },
    (n) => countMoves(db.system, 1 + (n % 9)),
    // A process that dies before its commit has counted nothing.
    async () => {
      const dying: Database = {
        ...db.system,
        prepared: (_name, text, values) =>
          db.system.transaction(async (client) => {
            await client.query(text, values);
            throw new Error('killed');
          }),
      };
      await assert.rejects(countMoves(dying, 50), /killed/);
    },
    async () => {
      await db.owner.query(
        `UPDATE messages SET ingested_at = now() - interval '40 days', key_sealed = NULL, content_destroyed_at = now(), spool_object = NULL,
           spool_offset = NULL, spool_length = NULL WHERE tenant_id = $1 AND state IN ('sent', 'failed', 'cancelled')`,
        [tenant.id],
      );
      await db.owner.query('UPDATE tenants SET retention_due_at = now() WHERE id = $1', [tenant.id]);
      while (await deleteOldMessages(db.system, 2));
    },
  ];
  return { tenant, ids, own, steps };
}

const nonZero = (counts: { state: string; count: number }[]) =>
  Object.fromEntries(counts.filter(({ count }) => count !== 0).map(({ state, count }) => [state, count]));

async function realCounts(tenantId: string) {
  return nonZero(
    await db.owner.query(
      `SELECT CASE WHEN state = 'sending' THEN claimed_from ELSE state END::text AS state, count(*)::int AS count FROM messages
       WHERE tenant_id = $1 GROUP BY 1`,
      [tenantId],
    ),
  );
}

async function keptCounts(tenantId: string) {
  return nonZero(
    await db.owner.query('SELECT state::text, count::int FROM mail_states WHERE tenant_id = $1', [tenantId]),
  );
}

async function countAll(): Promise<void> {
  await outboxReadable(db.owner);
  while ((await countMoves(db.system, 1_000)) > 0);
}

test('whatever mails go through, and whoever dies while counting, the kept counts are what a count of all rows says', async () => {
  const story = fc.array(fc.tuple(fc.nat(8), fc.nat(1000)), { minLength: 40, maxLength: 80 });
  await fc.assert(
    fc.asyncProperty(story, async (moves) => {
      const { tenant, ids, own, steps } = await world();
      await steps[0]!(2);
      for (const [step, n] of moves) await steps[step]!(n);
      await countAll();
      assert.deepEqual(await keptCounts(tenant.id), await realCounts(tenant.id));
      const { days } = await own((scope) => readOverview(scope, 'Asia/Tokyo', new Date()));
      assert.equal(
        days.reduce((sum, { accepted }) => sum + accepted, 0),
        ids.length,
      );
    }),
    // Each run takes a second: what failed is told as it is, not shrunk.
    { numRuns: 5, endOnFailure: true },
  );
});

test('counts that are off are mended by a recount, while mails move and are counted beside it, and no others are touched', async () => {
  const { tenant, steps } = await world();
  const beside = await world();
  for (const n of [2, 1, 2, 0, 5]) await steps[0]!(n);
  await steps[1]!(3);
  await countMoves(db.system, 4);
  const off = { queued: 7, sent: -3, expired: 2 };
  for (const [state, count] of Object.entries(off)) {
    await db.owner.query(
      `INSERT INTO mail_states AS s (tenant_id, state, count) VALUES ($1, $2::message_state, $3)
       ON CONFLICT (tenant_id, state) DO UPDATE SET count = s.count + excluded.count`,
      [tenant.id, state, count],
    );
  }
  // Older worlds are due too: this one comes first, then it is not due for a day.
  await db.owner.query(`UPDATE tenants SET recount_due_at = 'epoch' WHERE id = $1`, [tenant.id]);
  const recounts = Array.from({ length: 2 }, () => recountStates(db.system, 3));
  const moves = [steps[0]!(4), steps[1]!(5), countMoves(db.system, 3), beside.steps[0]!(2)];
  const done = await Promise.all(recounts);
  await Promise.all(moves);
  const ours = done.filter((one) => one?.tenantId === tenant.id).map((one) => one!.mended);
  assert.equal(
    ours.reduce((sum, mended) => sum + mended, 0),
    3,
    'once, whoever was beside',
  );
  while (await recountStates(db.system, 1_000));
  await countAll();
  assert.deepEqual(await keptCounts(tenant.id), await realCounts(tenant.id));
  assert.deepEqual(await keptCounts(beside.tenant.id), await realCounts(beside.tenant.id));
});

test('the outbox keeps what a reader with a kept place has not read yet, however old it is', async () => {
  const { tenant, steps } = await world();
  await countAll();
  await steps[0]!(2);
  await db.owner.query(`UPDATE outbox SET at = now() - interval '2 days'`);
  const left = async () =>
    (await db.owner.query(`SELECT 1 FROM outbox WHERE tenant_id = $1 AND kind = 'message.moved'`, [tenant.id])).length;
  await pruneOutbox(db.system, 100_000);
  assert.equal(await left(), 3);
  await countAll();
  await pruneOutbox(db.system, 100_000);
  assert.equal(await left(), 3, 'no alert was looked for in it yet');
  await outboxReadable(db.owner);
  while ((await followOutbox(db.system, 1_000)) > 0);
  await pruneOutbox(db.system, 100_000);
  assert.equal(await left(), 0);
});

test('a batch keeps every word as it is, whatever the words mean to Postgres', async () => {
  const tenant = await makeTenant(db.owner);
  const mailbox = await makeMailbox(db.owner, { tenant_id: tenant.id });
  const words = [
    '',
    'NULL',
    'null',
    '"',
    '\\',
    '\\"',
    '{a,b}',
    '},{',
    ',',
    "it's",
    ' blank ',
    '警報 ※',
    '\t',
    '"quoted"@example.com',
    'a\\',
  ];
  const messages = words.map((word) => {
    const messageId = newId();
    return {
      messageId,
      queueId: newQueueId(),
      tenantId: tenant.id,
      deviceId: null,
      door: 'dashboard' as const,
      mailboxId: mailbox.id,
      acceptedAt: Date.now(),
      mailFrom: word,
      recipients: [word, 'owner@example.com'],
      subject: word,
      messageIdHeader: `<${word}@mail.local>`,
      isTest: false,
      sizeBytes: 10,
      tls: null,
      clientAddress: '127.0.0.1',
      keySealed: Buffer.from(word).toString('base64'),
      spool: { object: messageId, offset: 0, length: 1 },
    };
  });
  await insertMessages(db.system, messages, null);
  const rows = await db.owner.query<{
    id: string;
    from: string;
    to: string[];
    subject: string;
    header: string;
    tls: string | null;
  }>(
    `SELECT m.id, m.mail_from AS "from", m.recipients AS "to", m.subject, m.message_id_header AS header, e.data->>'tls' AS tls
     FROM messages m JOIN message_events e ON e.message_id = m.id AND e.kind = 'accepted' WHERE m.tenant_id = $1`,
    [tenant.id],
  );
  const kept = new Map(rows.map(({ id, ...row }) => [id, row]));
  assert.deepEqual(
    messages.map(({ messageId }) => kept.get(messageId)),
    words.map((word) => ({
      from: word,
      to: [word, 'owner@example.com'],
      subject: word,
      header: `<${word}@mail.local>`,
      tls: null,
    })),
  );
});

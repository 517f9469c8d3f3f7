import assert from 'node:assert/strict';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { findLostMessages, renewLeases } from '@hikyaku/db';
import { createMetrics } from '@hikyaku/telemetry';
import { paceOf } from '@hikyaku/upstreams';
import { createWorkerMetrics } from '../src/metrics.ts';
import { endLostLeases } from '../src/sweep/end-lost-leases.ts';
import { eraseTenant } from '../src/sweep/erase-tenant.ts';
import { startSweeper } from '../src/sweep/start-sweeper.ts';
import { OFTEN, runSteps, type SweepTools } from '../src/sweep/sweep.ts';
import { HOURLY, UPKEEP } from '../src/sweep/upkeep.ts';
import { LIMITS, logger, openScene, type Scene, until, untilState } from './scene.ts';

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

function toolsOf(
  overrides: Partial<SweepTools> = {},
): SweepTools & { woken: string[]; erasing: string[]; renewing: string[] } {
  const woken: string[] = [];
  const erasing: string[] = [];
  const renewing: string[] = [];
  const wake = async (accountKeys: string[]) => void woken.push(...accountKeys);
  return {
    database: scene.db.system,
    spool: scene.spool,
    queue: { wake, rewake: wake },
    erasures: { add: async ({ tenantId }) => void erasing.push(tenantId) },
    refreshes: { add: async ({ mailboxId }) => void renewing.push(mailboxId) },
    channels: { add: async () => {} },
    makeDigests: async () => [],
    foldHeld: async () => {},
    tokenBox: { seal: () => Buffer.from('sealed') },
    paceOf: (accountKey) => paceOf(accountKey, null, LIMITS),
    leastPerDay: LIMITS.GMAIL_PER_DAY,
    canMail: false,
    environment: 'sandbox',
    plans: {
      retryMs: LIMITS.RETRY_PLAN_MS,
      inDoubtMs: LIMITS.IN_DOUBT_PLAN_MS,
      expireAfterMs: LIMITS.EXPIRE_AFTER_MS,
      failedContentMs: LIMITS.FAILED_CONTENT_MS,
    },
    leases: { leaseMs: 15_000, turnLeaseMs: 15_000 },
    random: () => 0,
    isSteady: () => true,
    withoutRoom: new Map(),
    forgottenAfterMs: 30_000,
    tell: () => {},
    metrics: createWorkerMetrics(createMetrics('worker')),
    logger,
    now: () => Date.now(),
    stopping: new AbortController().signal,
    woken,
    erasing,
    renewing,
    ...overrides,
  };
}

const exists = async (id: string): Promise<boolean> =>
  (await scene.db.owner.query('SELECT 1 FROM messages WHERE id = $1', [id])).length > 0;

test('old mail goes after the tenant’s time with all its story, and only when it is done and without content', async () => {
  const place = await scene.makePlace();
  const days = (count: number) => new Date(Date.now() - count * 86_400_000);
  const done = {
    state: 'sent',
    due_at: null,
    key_sealed: null,
    content_destroyed_at: days(1),
    spool_object: null,
    spool_offset: null,
    spool_length: null,
  };
  const old = await scene.makeMail(place, { ...done, ingested_at: days(31) });
  const recent = await scene.makeMail(place, { ...done, ingested_at: days(29) });
  const waiting = await scene.makeMail(place, { ingested_at: days(31) });
  const kept = await scene.makeMail(place, {
    state: 'failed',
    due_at: null,
    ingested_at: days(31),
    content_until: days(-1),
  });
  await scene.db.owner.query(`INSERT INTO message_events (message_id, tenant_id, kind) VALUES ($1, $2, 'sent')`, [
    old.id,
    place.tenantId,
  ]);
  await runSteps(UPKEEP, toolsOf());
  assert.deepEqual(await Promise.all([old, recent, waiting, kept].map(({ id }) => exists(id))), [
    false,
    true,
    true,
    true,
  ]);
  for (const table of ['parts', 'attempts', 'message_events']) {
    const rows = await scene.db.owner.query(`SELECT 1 FROM ${table} WHERE message_id = $1`, [old.id]);
    assert.equal(rows.length, 0, table);
  }
});

test('tombstones outlive the oldest journal entry, and go then', async () => {
  const place = await scene.makePlace();
  const [first, second] = [await scene.makeMail(place), await scene.makeMail(place)];
  const age = (id: string, days: number) =>
    scene.db.owner.query(`INSERT INTO tombstones (message_id, at) VALUES ($1, now() - $2 * interval '1 day')`, [
      id,
      days,
    ]);
  await age(first.id, 30.5);
  await age(second.id, 31.5);
  await runSteps(UPKEEP, toolsOf());
  const left = await scene.db.owner.query<{ id: string }>('SELECT message_id AS id FROM tombstones');
  assert.deepEqual(left, [{ id: first.id }]);
});

test('an object that no row knows is reported after an hour, and left where it is', async () => {
  const place = await scene.makePlace();
  await scene.makeMail(place);
  const fresh = await scene.spool.putPack([Buffer.from('fresh')]);
  const stale = await scene.spool.putPack([Buffer.from('stale')]);
  const twoHoursAgo = Date.now() / 1000 - 7200;
  await utimes(join(scene.spoolDir, stale.object), twoHoursAgo, twoHoursAgo);
  const warned: { event?: string; objects?: string[] }[] = [];
  const quiet = Object.create(logger) as typeof logger;
  quiet.warn = (line: object) => void warned.push(line);
  await runSteps(HOURLY, toolsOf({ logger: quiet }));
  assert.deepEqual(warned, [{ event: 'sweep.orphans', count: 1, objects: [stale.object] }]);
  const objects: string[] = [];
  for await (const { object } of scene.spool.list()) objects.push(object);
  assert.ok(objects.includes(stale.object) && objects.includes(fresh.object));
});

test('a delivered mail’s bytes go from a pack that another mail still needs, and the other mail stays whole', async () => {
  const place = await scene.makePlace();
  const [sent, recent, held] = await scene.makePack(place, 3);
  const rowOf = async (id: string) =>
    (
      await scene.db.owner.query<{ object: string | null; offset: number; length: number }>(
        'SELECT spool_object AS object, spool_offset AS "offset", spool_length AS length FROM messages WHERE id = $1',
        [id],
      )
    )[0]!;
  const places = [await rowOf(sent!.id), await rowOf(recent!.id), await rowOf(held!.id)];
  const bytesAt = async ({ object, offset, length }: (typeof places)[number]) => {
    const chunks: Buffer[] = [];
    for await (const chunk of scene.spool.read(object!, offset, length)) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  const before = await Promise.all(places.map(bytesAt));
  const end = (id: string, seconds: number) =>
    scene.db.owner.query(
      `UPDATE messages SET state = 'sent', due_at = NULL, key_sealed = NULL, content_destroyed_at = now() - $2 * interval '1 second' WHERE id = $1`,
      [id, seconds],
    );
  await end(sent!.id, 31);
  await end(recent!.id, 5);
  await scene.db.owner.query(`UPDATE messages SET state = 'held', due_at = NULL WHERE id = $1`, [held!.id]);
  await runSteps({ deadSlices: OFTEN.deadSlices! }, toolsOf());
  const after = await Promise.all(places.map(bytesAt));
  assert.deepEqual(after[0], Buffer.alloc(before[0]!.length));
  assert.deepEqual(after.slice(1), before.slice(1));
  assert.deepEqual(
    [await rowOf(sent!.id), await rowOf(recent!.id), await rowOf(held!.id)].map(({ object }) => object !== null),
    [false, true, true],
  );
});

test('an account is woken when its mail was due for long and none was claimed since, and nobody has it, and its provider does not rest', async () => {
  const make = async (dueForS: number, account?: string): Promise<string> => {
    const place = await scene.makePlace();
    const key = place.mailbox.account_key;
    await scene.makeMail(place, { due_at: new Date(Date.now() - dueForS * 1000) });
    if (account)
      await scene.db.owner.query(
        `INSERT INTO upstream_accounts (account_key, turn_until, not_before, bucket_at) SELECT $1, ${account}`,
        [key],
      );
    return key;
  };
  const seconds = (count: number) => `now() + interval '${count} seconds'`;
  const forgotten = [
    await make(31),
    await make(60, `NULL, NULL, ${seconds(-31)}`),
    // Its worker died.
    await make(60, `${seconds(-1)}, NULL, ${seconds(-20)}`),
  ];
  await make(20);
  await make(31, `${seconds(60)}, NULL, NULL`);
  await make(31, `NULL, ${seconds(60)}, NULL`);
  // A backlog at its account's pace has a turn of its own every few seconds.
  await make(600, `NULL, NULL, ${seconds(-20)}`);
  const tools = toolsOf();
  await runSteps({ forgottenMail: OFTEN.forgottenMail! }, tools);
  assert.deepEqual(tools.woken.sort(), forgotten.sort());
});

test('a step that fails does not keep the others from running', async () => {
  const ran: string[] = [];
  await runSteps(
    {
      one: async () => void ran.push('one'),
      two: async () => {
        throw new Error('broken');
      },
      three: async () => void ran.push('three'),
    },
    toolsOf(),
  );
  assert.deepEqual(ran, ['one', 'three']);
});

test('accounts are woken all at once, and a queue that is away keeps neither held mail nor lost leases waiting', async () => {
  const places = [await scene.makePlace(), await scene.makePlace(), await scene.makePlace()];
  const held = [];
  for (const place of places) held.push(await scene.makeMail(place, { state: 'held', due_at: null }));
  const lost = await scene.makeMail(places[0]!, {
    state: 'sending',
    due_at: null,
    fence: 1,
    lease_until: new Date(Date.now() - 1_000),
  });
  const asked: string[][] = [];
  const away = async (accountKeys: string[]): Promise<void> => {
    asked.push(accountKeys);
    throw new Error('the queue is away');
  };
  await runSteps(OFTEN, toolsOf({ queue: { wake: away, rewake: away } }));
  for (const { id } of [...held, lost]) assert.equal((await scene.message(id)).state, 'queued');
  assert.equal(asked.length, 1);
  for (const { mailbox } of places) assert.ok(asked[0]!.includes(mailbox.account_key));
});

test('a lost lease whose end the database refuses keeps none behind it waiting, and is told', async () => {
  const place = await scene.makePlace();
  const lost = [];
  for (let index = 0; index < 3; index++) {
    lost.push(
      await scene.makeMail(place, {
        state: 'sending',
        due_at: null,
        fence: 1,
        lease_until: new Date(Date.now() - 10_000 + index),
      }),
    );
  }
  const [first, ...behind] = lost.map(({ id }) => id);
  await scene.db.owner.query(
    `ALTER TABLE messages ADD CONSTRAINT refused CHECK (id <> '${first}' OR state = 'sending')`,
  );
  const told: { event?: string; messageId?: string }[] = [];
  const loud = Object.create(logger) as typeof logger;
  loud.error = (line: object) => void told.push(line);
  try {
    await runSteps({ lostLeases: OFTEN.lostLeases! }, toolsOf({ logger: loud }));
  } finally {
    await scene.db.owner.query('ALTER TABLE messages DROP CONSTRAINT refused');
  }
  assert.equal((await scene.message(first!)).state, 'sending');
  for (const id of behind) assert.equal((await scene.message(id)).state, 'queued');
  assert.deepEqual(
    told.map(({ event, messageId }) => [event, messageId]),
    [['lease.not_ended', first]],
  );
  await runSteps({ lostLeases: OFTEN.lostLeases! }, toolsOf());
  assert.equal((await scene.message(first!)).state, 'queued');
});

test('two hundred lost leases that cannot be ended stand in nobody’s way', async () => {
  const place = await scene.makePlace();
  const lease_until = new Date(Date.now() - 60_000);
  const row = { state: 'sending', due_at: null, fence: 1, lease_until, subject: 'stuck' };
  const stuck = await scene.makeMail(place, row);
  await scene.db.owner.query(
    `INSERT INTO messages (id, queue_id, tenant_id, device_id, mailbox_id, account_key, state, lease_until, fence, subject, size_bytes, mail_from,
       recipients, message_id_header, door, accepted_at, key_sealed, spool_object, spool_offset, spool_length)
     SELECT gen_random_uuid(), queue_id || n, tenant_id, device_id, mailbox_id, account_key, state, lease_until, fence, subject, size_bytes, mail_from,
       recipients, message_id_header, door, accepted_at, key_sealed, spool_object, spool_offset, spool_length
     FROM messages, generate_series(1, 199) AS n WHERE id = $1`,
    [stuck.id],
  );
  const behind = await scene.makeMail(place, { ...row, lease_until: new Date(), subject: 'behind' });
  await scene.db.owner.query(
    `ALTER TABLE messages ADD CONSTRAINT refused CHECK (subject <> 'stuck' OR state = 'sending')`,
  );
  try {
    await runSteps({ lostLeases: OFTEN.lostLeases! }, toolsOf());
  } finally {
    await scene.db.owner.query('ALTER TABLE messages DROP CONSTRAINT refused');
    await scene.db.owner.query(`DELETE FROM messages WHERE subject = 'stuck'`);
  }
  assert.equal((await scene.message(behind.id)).state, 'queued');
});

test('a lease that ran out is left alone while Postgres was away lately, and when its worker renews it in the last moment', async () => {
  const place = await scene.makePlace();
  const lost = await scene.makeMail(place, {
    state: 'sending',
    due_at: null,
    fence: 1,
    lease_until: new Date(Date.now() - 1_000),
  });
  await runSteps({ lostLeases: OFTEN.lostLeases! }, toolsOf({ isSteady: () => false }));
  assert.equal((await scene.message(lost.id)).state, 'sending');
  const tools = toolsOf();
  const found = await findLostMessages(tools.database, 10);
  assert.deepEqual(
    found.map(({ messageId }) => messageId),
    [lost.id],
  );
  await renewLeases(tools.database, [{ messageId: lost.id, fence: 0 }], 60_000);
  assert.equal((await findLostMessages(tools.database, 10)).length, 1, 'renewed under another fence');
  await renewLeases(tools.database, [{ messageId: lost.id, fence: 1 }], 60_000);
  await endLostLeases(found, tools);
  assert.equal((await scene.message(lost.id)).state, 'sending');
});

test('lost leases do not wait for retention, however long that takes', async () => {
  const place = await scene.makePlace();
  let letGo = (): void => {};
  const stuck = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const { database, ...tools } = toolsOf();
  let isStuck = false;
  const slow: typeof database = {
    ...database,
    query: async (text, values) => {
      if (text.includes('retention_due_at')) {
        isStuck = true;
        await stuck;
      }
      return database.query(text, values);
    },
  };
  const sweeper = startSweeper({ everyMs: 10, tools: { ...tools, database: slow } });
  try {
    await until('retention is stuck', () => isStuck);
    const lost = await scene.makeMail(place, {
      state: 'sending',
      due_at: null,
      fence: 1,
      lease_until: new Date(Date.now() - 1_000),
    });
    await untilState(scene, lost.id, 'queued');
  } finally {
    letGo();
    await sweeper.close();
  }
});

test('a deleted tenant’s mails, their keys and their objects are gone after two jobs, and it is not asked for again', async () => {
  const place = await scene.makePlace();
  const neighbour = await scene.makePlace();
  const [mine, theirs] = [await scene.makeMail(place), await scene.makeMail(neighbour)];
  const [stored] = await scene.db.owner.query<{ object: string }>(
    'SELECT spool_object AS object FROM messages WHERE id = $1',
    [mine.id],
  );
  await scene.db.owner.query(`UPDATE tenants SET deleted_at = now() - interval '2 minutes' WHERE id = $1`, [
    place.tenantId,
  ]);
  const tools = toolsOf();
  await runSteps({ erasures: OFTEN.erasures! }, tools);
  assert.deepEqual(tools.erasing, [place.tenantId]);
  await eraseTenant(place.tenantId, tools);
  await runSteps({ deadObjects: OFTEN.deadObjects! }, tools);
  await eraseTenant(place.tenantId, tools);
  const later = toolsOf();
  await runSteps({ erasures: OFTEN.erasures! }, later);
  assert.deepEqual(later.erasing, []);
  assert.equal(await exists(mine.id), false);
  assert.equal(await exists(theirs.id), true);
  const objects: string[] = [];
  for await (const { object } of scene.spool.list()) objects.push(object);
  assert.ok(!objects.includes(stored!.object));
});

test('mailboxes that sent nothing for a week are renewed by jobs; others, closed ones and SMTP accounts are not', async () => {
  const past = { refresh_due_at: new Date(Date.now() - 1000) };
  const quiet = await scene.makePlace(past);
  await scene.makePlace({ refresh_due_at: new Date(Date.now() + 86_400_000) });
  await scene.makePlace({ ...past, state: 'needs_reconnect', state_code: 'upstream.auth_lost' });
  await scene.makePlace({ ...past, environment: 'live' });
  await scene.makePlace({ provider: 'smtp', account_key: 'smtp:mail.example:me' });
  const tools = toolsOf();
  await runSteps({ quietMailboxes: UPKEEP.quietMailboxes! }, tools);
  assert.deepEqual(tools.renewing, [quiet.mailbox.id]);
});

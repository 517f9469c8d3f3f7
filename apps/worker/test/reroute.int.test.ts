import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId, rerouteTarget, type SendResult } from '@hikyaku/core';
import { findReroutes } from '@hikyaku/db';
import { makeMailbox, type TestMailbox, type TestRedis, useRedis } from '@hikyaku/testing';
import { ACCEPTED, fakeTransport } from './fake-transport.ts';
import { LIMITS, openScene, type Place, type Scene, startWorker, untilState } from './scene.ts';

let scene: Scene;
let redis: TestRedis;
const closing: (() => Promise<unknown>)[] = [];
before(async () => {
  [scene, redis] = await Promise.all([openScene(), useRedis()]);
});
after(async () => {
  await scene.close();
  await redis.close();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await scene.db.owner.query(`UPDATE messages SET state = 'cancelled', due_at = NULL WHERE state <> 'sent'`);
  await scene.db.owner.query('DELETE FROM upstream_accounts');
});

const AUTH_LOST: SendResult = { outcome: 'auth_lost', code: 'upstream.auth_lost', status: 400 };
/** Long enough for several rounds of the sweeper. */
const ROUNDS_MS = 8 * LIMITS.SWEEP_EVERY_MS;

/** A place whose device has another mailbox of its tenant's to go by. */
async function placeWithOther(row: Record<string, unknown> = {}): Promise<Place & { other: TestMailbox }> {
  const place = await scene.makePlace(row);
  const id = newId();
  const other = await makeMailbox(scene.db.owner, {
    ...{ id, tenant_id: place.tenantId, account_key: `microsoft:test:${id}`, secret_version: 1 },
    secret_sealed: scene.tokenBox.seal(id, `secret of ${id}`),
  });
  await choose(place, other.id);
  return { ...place, other };
}
const choose = (place: Place, mailboxId: string | null) =>
  scene.db.owner.query('UPDATE devices SET fallback_mailbox_id = $2 WHERE id = $1', [place.device.id, mailboxId]);
const close = (mailbox: TestMailbox, isClosed = true) =>
  scene.db.owner.query('UPDATE mailboxes SET state = $2::mailbox_state, state_code = $3 WHERE id = $1', [
    mailbox.id,
    isClosed ? 'needs_reconnect' : 'active',
    isClosed ? 'upstream.auth_lost' : null,
  ]);
async function work(
  answer: Parameters<typeof fakeTransport>[0],
  more: Partial<Parameters<typeof startWorker>[1]> = {},
) {
  const fake = fakeTransport(answer);
  const worker = await startWorker(scene, { transports: { microsoft: fake }, ...more });
  closing.push(() => worker.close());
  return fake;
}
const whereIs = async (id: string) =>
  (
    await scene.db.owner.query<{ mailbox_id: string; rerouted_from: string | null; account_key: string }>(
      'SELECT mailbox_id, rerouted_from, account_key FROM messages WHERE id = $1',
      [id],
    )
  )[0]!;
const moves = (id: string) =>
  scene.db.owner.query<{ data: Record<string, unknown> }>(
    `SELECT data FROM message_events WHERE message_id = $1 AND kind = 'rerouted' ORDER BY number`,
    [id],
  );

for (const backend of ['Postgres', 'Redis'] as const) {
  suite(`a worker with BullMQ on ${backend}`, () => {
    test('sends mail of a mailbox that was closed by the one that its device’s owner named, once, and says so', async () => {
      const place = await placeWithOther();
      const { id } = await scene.makeMail(place);
      const fake = await work(
        ({ mailbox }) => (mailbox.id === place.mailbox.id ? AUTH_LOST : ACCEPTED),
        backend === 'Redis' ? { redisUrl: redis.url } : {},
      );
      const facts = await untilState(scene, id, 'sent', 30_000);
      assert.deepEqual(facts.events, ['held', 'rerouted', 'sent']);
      assert.deepEqual(
        fake.sent.map(({ mailboxId }) => mailboxId),
        [place.mailbox.id, place.other.id],
      );
      assert.match(fake.sent[1]!.text, new RegExp(`^From: .*<${place.other.address}>`, 'm'));
      const [move] = await moves(id);
      const { mailbox, other } = place;
      const said = { from: mailbox.address, to: other.address, reason: 'closed', code: 'upstream.auth_lost' };
      assert.deepEqual(move!.data, { was: 'held', ...said });
      // What comes while it is closed takes the same way, and its own mailbox is not asked.
      const { id: next } = await scene.makeMail(place);
      await untilState(scene, next, 'sent', 30_000);
      assert.equal(fake.sent.filter(({ mailboxId }) => mailboxId === mailbox.id).length, 1);
    });
  });
}

test('mail that may be with somebody never goes another way', async () => {
  const place = await placeWithOther();
  const { id } = await scene.makeMail(place);
  const fake = await work(async () => {
    await close(place.mailbox);
    return { outcome: 'in_doubt', code: 'upstream.in_doubt' };
  });
  await untilState(scene, id, 'held', 30_000);
  const recovered = await scene.makeMail(place, { state: 'held', due_at: null });
  await scene.db.owner.query(`INSERT INTO message_events (message_id, tenant_id, kind) VALUES ($1, $2, 'recovered')`, [
    recovered.id,
    place.tenantId,
  ]);
  await sleep(ROUNDS_MS);
  for (const mail of [id, recovered.id]) {
    assert.equal((await whereIs(mail)).mailbox_id, place.mailbox.id);
    assert.equal((await scene.message(mail)).state, 'held');
  }
  assert.equal(fake.sent.length, 1);
});

test('mailboxes that had no room to go to are passed over without a look at their mail', async () => {
  const [place, another] = [await placeWithOther(), await placeWithOther()];
  for (const { mailbox } of [place, another]) await close(mailbox);
  for (const one of [place, another]) await scene.makeMail(one, { state: 'held', due_at: null });
  const find = async (passedOver: string[]) =>
    (await findReroutes(scene.db.system, 'sandbox', 80, passedOver)).map(({ own }) => own.id);
  assert.deepEqual((await find([])).sort(), [place.mailbox.id, another.mailbox.id].sort());
  assert.deepEqual(await find([place.mailbox.id]), [another.mailbox.id]);
});

test('mail over its account’s day leaves by the other mailbox, as far as that one’s day goes, and its own day is not touched', async () => {
  const place = await placeWithOther();
  const spend = (accountKey: string, sent: number) =>
    scene.db.owner.query(
      `WITH hour AS (SELECT (extract(epoch FROM now())::bigint / 3600)::int AS now)
       INSERT INTO upstream_accounts (account_key, day_hour, day_hours)
       SELECT $1, hour.now, ARRAY(SELECT CASE WHEN slot = hour.now % 25 THEN $2::int ELSE 0 END FROM generate_series(0, 24) AS slot ORDER BY slot) FROM hour`,
      [accountKey, sent],
    );
  await spend(place.mailbox.account_key, 80);
  await spend(place.other.account_key, 77);
  const mails = [];
  for (let n = 0; n < 5; n++) mails.push(await scene.makeMail(place));
  const fake = await work(() => ACCEPTED, { limits: { ...LIMITS, MICROSOFT_365_PER_DAY: 100, OUTLOOK_PER_DAY: 100 } });
  for (const { id } of mails.slice(0, 3)) await untilState(scene, id, 'sent', 30_000);
  await sleep(ROUNDS_MS);
  assert.deepEqual(
    fake.sent.map(({ mailboxId }) => mailboxId),
    Array(3).fill(place.other.id),
  );
  for (const { id } of mails.slice(3)) {
    assert.equal((await whereIs(id)).mailbox_id, place.mailbox.id);
    assert.equal((await scene.message(id)).state, 'queued');
  }
  const [spent] = await scene.db.owner.query<{ sent: number }>(
    'SELECT (SELECT sum(n) FROM unnest(day_hours) AS n)::int AS sent FROM upstream_accounts WHERE account_key = $1',
    [place.mailbox.account_key],
  );
  assert.equal(spent!.sent, 80);
  // Those that stayed are looked at again: a day has passed over the other mailbox.
  await scene.db.owner.query('DELETE FROM upstream_accounts WHERE account_key = $1', [place.other.account_key]);
  for (const { id } of mails.slice(3)) await untilState(scene, id, 'sent');
  assert.deepEqual((await moves(mails[0]!.id))[0]!.data.reason, 'day');
});

test('a mail goes to the other mailbox and home once, whatever is closed next', async () => {
  const place = await placeWithOther();
  const { mailbox, other } = place;
  await close(mailbox);
  const { id } = await scene.makeMail(place);
  // Deferred for long at both: it stays where it is, to be moved.
  await work(() => ({ outcome: 'deferred', code: 'upstream.unavailable', scope: 'message', retryAfterMs: 3_600_000 }), {
    limits: { ...LIMITS, RETRY_PLAN_MS: [3_600_000] },
  });
  const untilAt = async (mailboxId: string) => {
    for (const deadline = Date.now() + 30_000; (await whereIs(id)).mailbox_id !== mailboxId; await sleep(20)) {
      assert.ok(Date.now() < deadline, `the mail is not at ${mailboxId}`);
    }
  };
  await untilAt(other.id);
  await untilState(scene, id, 'deferred', 30_000);
  await close(mailbox, false);
  await close(other);
  // As the turn that finds a closed mailbox does.
  await scene.db.owner.query(`UPDATE messages SET state = 'held', due_at = NULL WHERE id = $1`, [id]);
  await untilAt(mailbox.id);
  await untilState(scene, id, 'deferred', 30_000);
  await close(other, false);
  await close(mailbox);
  await scene.db.owner.query(`UPDATE messages SET state = 'held', due_at = NULL WHERE id = $1`, [id]);
  await sleep(ROUNDS_MS);
  const { mailbox_id, rerouted_from } = await whereIs(id);
  assert.deepEqual([mailbox_id, rerouted_from], [mailbox.id, mailbox.id]);
  assert.equal(
    rerouteTarget({ mailboxId: mailbox_id, reroutedFrom: rerouted_from, fallbackMailboxId: other.id }),
    null,
  );
  assert.equal((await moves(id)).length, 2);
});

test('nothing leaves by a mailbox that is closed itself, is nobody’s choice, or is another tenant’s', async () => {
  const [closed, unchosen, foreign, stranger] = [
    await placeWithOther(),
    await placeWithOther(),
    await placeWithOther(),
    await scene.makePlace(),
  ];
  await close(closed.other);
  await choose(unchosen, null);
  await choose(foreign, stranger.mailbox.id);
  const mails = [];
  for (const place of [closed, unchosen, foreign]) {
    await close(place.mailbox);
    mails.push(await scene.makeMail(place));
  }
  const fake = await work(() => ACCEPTED);
  for (const { id } of mails) await untilState(scene, id, 'held', 30_000);
  await sleep(ROUNDS_MS);
  assert.equal(fake.sent.length, 0);
  for (const { id } of mails) assert.equal((await scene.message(id)).state, 'held');
});

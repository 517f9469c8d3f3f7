import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock } from '@hikyaku/core';
import { countMoves, destroyOverdueContent, findLostMessages, findSilentDevices, followClock } from '@hikyaku/db';
import { outboxReadable } from '@hikyaku/testing';
import { runSteps, type SweepTools } from '../src/sweep/sweep.ts';
import { UPKEEP } from '../src/sweep/upkeep.ts';
import { fakeTransport } from './fake-transport.ts';
import { LIMITS, logger, openScene, type Place, type Scene, startWorker, untilState } from './scene.ts';
import { LONGEST, setAhead as setAheadIn } from './set-clock.ts';

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

const HOUR_MS = 3_600_000;
const follow = () => followClock(scene.db.system, LONGEST);

const setAhead = (ms: number) => setAheadIn(scene, ms);
const setBack = (ms: number) => setAhead(-ms);

const forgetClock = () => scene.db.owner.query(`DELETE FROM instance_settings WHERE key = 'clock'`);
const hoursFromNow = (hours: number): Date => new Date(Date.now() + hours * HOUR_MS);

/** It spoke last that many hours ago, and is told to be silent after 24. */
const spoke = ({ device }: Place, hours: number) =>
  scene.db.owner.query('UPDATE devices SET silence_after_hours = 24, last_message_at = $2 WHERE id = $1', [
    device.id,
    hoursFromNow(-hours),
  ]);

/** Devices of these places that are told to be silent now. */
async function silentOf(places: readonly Place[]): Promise<string[]> {
  await findSilentDevices(scene.db.system, 100);
  const told = await scene.db.owner.query<{ id: string }>(
    `SELECT subject_id AS id FROM alerts WHERE code = 'device.silent' AND subject_id = ANY ($1)`,
    [places.map(({ device }) => device.id)],
  );
  return told.map(({ id }) => id);
}

/** Whole hours until a time of a mail. */
async function hoursLeft(column: string, { id }: { id: string }): Promise<number | null> {
  const [row] = await scene.db.owner.query<{ left: number | null }>(
    `SELECT round(extract(epoch FROM ${column} - now()) / 3600)::int AS left FROM messages WHERE id = $1`,
    [id],
  );
  return row!.left;
}

const busy = () =>
  fakeTransport(async () => ({ outcome: 'deferred', code: 'upstream.unavailable', status: 503, scope: 'message' }));

const LONG = { ...LIMITS, RETRY_PLAN_MS: [3_600_000], EXPIRE_AFTER_MS: 48 * HOUR_MS };

test('content that can be sent again can be for as long as it could, though the clock went ahead by a year, and goes at its time when that is put right', async () => {
  await forgetClock();
  await follow();
  const place = await scene.makePlace();
  const failed = { state: 'failed', due_at: null, state_code: 'upstream.rejected' };
  const year = 365 * 24;
  // By the clock of after the jump all of it is long over.
  const kept = await scene.makeMail(place, { ...failed, content_until: hoursFromNow(70 - year) });
  const over = await scene.makeMail(place, { ...failed, content_until: hoursFromNow(-1 - year) });
  await setAhead(year * HOUR_MS);
  assert.equal(await destroyOverdueContent(scene.db.system, 10), 0, 'by no clock that was not looked at');
  assert.equal(Math.round((await follow()) / HOUR_MS), -year);
  assert.equal(await hoursLeft('content_until', kept), 70);
  assert.equal(await destroyOverdueContent(scene.db.system, 10), 1);
  assert.notEqual((await scene.message(kept.id)).key_sealed, null);
  assert.equal((await scene.message(over.id)).key_sealed, null);

  await scene.db.owner.query(
    `UPDATE messages SET content_until = content_until + $2 * interval '1 hour' WHERE id = $1`,
    [kept.id, year],
  );
  await setBack(year * HOUR_MS);
  await follow();
  assert.equal(await hoursLeft('content_until', kept), 72, 'and not a year and 70 hours');
  // A clock that was ahead between two looks has moved nothing on.
  await setBack(year * HOUR_MS);
  await follow();
  assert.equal(await hoursLeft('content_until', kept), 72);
});

test('whoever is at a mail when the clock jumps ahead has as much time for it as he had, and what a dead one left is missed as soon', async () => {
  await forgetClock();
  await follow();
  const place = await scene.makePlace();
  const sending = { state: 'sending', claimed_from: 'queued', due_at: null, fence: 1, attempt_count: 1 };
  const minutesAgo = (minutes: number) => new Date(Date.now() - 5 * HOUR_MS - minutes * 60_000);
  const alive = await scene.makeMail(place, { ...sending, lease_until: minutesAgo(-8) });
  const dead = await scene.makeMail(place, { ...sending, lease_until: minutesAgo(1) });
  await setAhead(5 * HOUR_MS);
  await follow();
  const lost = (await findLostMessages(scene.db.system, 10)).map(({ messageId }) => messageId);
  assert.deepEqual([lost.includes(alive.id), lost.includes(dead.id)], [false, true]);
});

test('mail that came while a clock was years ahead is of now when it comes back, and the time that nobody saw ends with it', async () => {
  await forgetClock();
  await follow();
  const place = await scene.makePlace();
  await scene.db.owner.query(
    `UPDATE instance_settings SET value = jsonb_build_array(jsonb_build_object('from', extract(epoch FROM now() - interval '1 minute') * 1000, 'to', extract(epoch FROM now() + interval '2 years') * 1000))
     WHERE key = 'clock'`,
  );
  const meanwhile = await scene.makeMail(place, { ingested_at: hoursFromNow(17_000), due_at: hoursFromNow(17_001) });
  await scene.db.owner.query(`UPDATE devices SET last_message_at = $2 WHERE id = $1`, [
    place.device.id,
    hoursFromNow(17_000),
  ]);
  await setBack(17_000 * HOUR_MS);
  await follow();
  assert.deepEqual([await hoursLeft('ingested_at', meanwhile), await hoursLeft('due_at', meanwhile)], [0, 1]);
  const [device] = await scene.db.owner.query<{ is_past: boolean }>(
    'SELECT last_message_at <= now() AS is_past FROM devices WHERE id = $1',
    [place.device.id],
  );
  assert.deepEqual(device, { is_past: true }, 'its silence is noticed');
  // An hour later it has been silent for a day and half an hour, and all of that was heard.
  await scene.db.owner.query(
    `UPDATE instance_settings SET value = jsonb_build_array(jsonb_build_object('from', (value #>> '{0,from}')::float8 - 3600000, 'to', (value #>> '{0,to}')::float8 - 3600000)) WHERE key = 'clock'`,
  );
  await spoke(place, 24.5);
  assert.deepEqual(await silentOf([place]), [place.device.id]);
});

test('what was written by a clock that nobody looked at until it was set back does not wait for it', async () => {
  await forgetClock();
  await follow();
  while ((await countMoves(scene.db.system, 1_000)) > 0);
  const mail = await scene.makeMail(await scene.makePlace(), { due_at: hoursFromNow(3) });
  await scene.db.owner.query(
    `INSERT INTO outbox (tenant_id, kind, subject_id, facts, at) SELECT tenant_id, 'message.told', id, '{}', now() + interval '3 hours' FROM messages WHERE id = $1`,
    [mail.id],
  );
  await outboxReadable(scene.db.owner);
  assert.equal(await follow(), 0);
  await countMoves(scene.db.system, 1_000);
  assert.equal(Math.round((await follow()) / HOUR_MS), 3);
  assert.equal(await hoursLeft('due_at', mail), 0);
});

test('nothing that is kept for days is removed within a day of a jump of more than a day, and all of it after that', async () => {
  await forgetClock();
  await follow();
  const place = await scene.makePlace();
  const none = { key_sealed: null, spool_object: null, spool_offset: null, spool_length: null };
  const sent = { state: 'sent', due_at: null, ...none, content_destroyed_at: new Date() };
  const old = await scene.makeMail(place, { ...sent, ingested_at: hoursFromNow(-100 * 24) });
  await scene.db.owner.query('UPDATE tenants SET retention_days = 30 WHERE id = $1', [place.tenantId]);
  const tools = { database: scene.db.system, stopping: new AbortController().signal, logger } as SweepTools;
  const isThereAfterLook = async () => {
    await scene.db.owner.query('UPDATE tenants SET retention_due_at = now()');
    await runSteps({ retention: UPKEEP.retention! }, tools);
    return (await scene.db.owner.query('SELECT FROM messages WHERE id = $1', [old.id])).length === 1;
  };
  await setAhead(90 * 24 * HOUR_MS);
  assert.ok(await isThereAfterLook(), 'before anybody looked at the clock');
  await follow();
  assert.ok(await isThereAfterLook(), 'and behind that');
  await scene.db.owner.query(
    `UPDATE instance_settings SET value = jsonb_set(value, '{0,to}', to_jsonb((value #>> '{0,to}')::float8 - 86400000)) WHERE key = 'clock'`,
  );
  assert.ok(!(await isThereAfterLook()), 'a day later');
});

test('devices that nobody could hear are not told to be silent', async () => {
  await forgetClock();
  await follow();
  const places = [await scene.makePlace(), await scene.makePlace()] as const;
  await spoke(places[0], 70);
  await spoke(places[1], 90);
  await setAhead(60 * HOUR_MS);
  assert.deepEqual(await silentOf(places), [places[1].device.id]);
});

test('a worker whose own clock was set back by hours still ends what a dead one has left', async (t) => {
  await forgetClock();
  let offMs = 0;
  const clock = { ...systemClock, now: () => Date.now() + offMs };
  const worker = await startWorker(scene, { transports: { microsoft: busy() }, limits: LONG, clock });
  t.after(() => worker.close());
  const place = await scene.makePlace();
  const first = await scene.makeMail(place);
  await untilState(scene, first.id, 'deferred');
  offMs = -9 * HOUR_MS;
  const left = await scene.makeMail(place, {
    ...{ state: 'sending', claimed_from: 'queued', due_at: null, fence: 1, attempt_count: 1 },
    lease_until: new Date(Date.now() - 1_000),
  });
  await untilState(scene, left.id, 'deferred', 20_000);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newId } from '@hikyaku/core';
import { followClock, followOutbox } from '@hikyaku/db';
import { makeDevice, outboxReadable } from '@hikyaku/testing';
import { openScene, type Place, type Scene } from './scene.ts';
import { LONGEST, setAhead } from './set-clock.ts';

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

const HOUR_MS = 3_600_000;
const follow = () => followClock(scene.db.system, LONGEST);

const setBack = (ms: number) => setAhead(scene, -ms);

/** SQL: so many seconds from now. */
const inSeconds = (seconds: number): string => `now() + ${seconds} * interval '1 second'`;
const later = (seconds: number): Date => new Date(Date.now() + seconds * 1_000);

/** Seconds until a time of a row, in whole minutes: a machine may be slow. */
async function secondsLeft(table: string, column: string, where: string): Promise<number | null> {
  const [row] = await scene.db.owner.query<{ left: number | null }>(
    `SELECT round(extract(epoch FROM ${column} - now()) / 60)::int * 60 AS left FROM ${table} WHERE ${where}`,
  );
  return row!.left;
}
const ofMail = (column: string, { id }: { id: string }) => secondsLeft('messages', column, `id = '${id}'`);

async function gathering(place: Place): Promise<Place> {
  const { device } = await makeDevice(scene.db.owner, scene.keys.digester, {
    ...{ tenant_id: place.tenantId, mailbox_id: place.mailbox.id, digest_minutes: 5 },
  });
  return { ...place, device };
}

test('a database whose clock is set back by nine hours keeps no mail, turn or telling waiting for them', async () => {
  await follow();
  const place = await scene.makePlace();
  const ahead = 9 * 3_600;
  const waiting = await scene.makeMail(place, { due_at: later(ahead - 1) });
  const deferred = await scene.makeMail(place, { state: 'deferred', attempt_count: 1, due_at: later(ahead + 600) });
  const due = await scene.makeMail(place);
  const gathered = await scene.makeMail(await gathering(place), {
    digest_at: later(ahead + 240),
    due_at: later(ahead + 240 + 3_600),
  });
  const sending = await scene.makeMail(place, { state: 'sending', due_at: null, lease_until: later(ahead + 590) });
  const account = `account_key = '${place.mailbox.account_key}'`;
  await scene.db.owner.query(
    `INSERT INTO upstream_accounts (account_key, turn_until, not_before, bucket_tokens, bucket_at)
     VALUES ($1, ${inSeconds(ahead + 1_190)}, ${inSeconds(ahead + 120)}, 0, ${inSeconds(ahead)})`,
    [place.mailbox.account_key],
  );
  await setBack(ahead * 1_000);

  assert.equal(Math.round((await follow()) / HOUR_MS), 9);
  assert.equal(await ofMail('due_at', waiting), 0);
  assert.equal(await ofMail('due_at', deferred), 600);
  assert.equal(await ofMail('due_at', due), 0);
  assert.deepEqual([await ofMail('digest_at', gathered), await ofMail('due_at', gathered)], [240, 3_840]);
  assert.equal(await ofMail('lease_until', sending), 600, 'a worker that died is missed');
  assert.equal(await secondsLeft('upstream_accounts', 'turn_until', account), 1_200);
  assert.equal(await secondsLeft('upstream_accounts', 'not_before', account), 120);
  assert.equal(await secondsLeft('upstream_accounts', 'bucket_at', account), 0, 'sends gather again');
  assert.equal(await follow(), 0, 'once');
});

test('mail of quiet hours leaves at their end all the same, and not a day late', async () => {
  await follow();
  const place = await scene.makePlace();
  const tonight = await scene.makeMail(place, { due_at: later(6 * 3_600) });
  const gathered = await scene.makeMail(await gathering(place), {
    digest_at: later(30 * 3_600),
    due_at: later(31 * 3_600),
  });
  for (const { id } of [tonight, gathered]) {
    await scene.db.owner.query(
      `INSERT INTO message_events (message_id, tenant_id, kind) VALUES ($1, $2, 'quiet_hours')`,
      [id, place.tenantId],
    );
  }
  await setBack(2 * HOUR_MS);
  await follow();
  assert.equal(await ofMail('due_at', tonight), 6 * 3_600);
  assert.deepEqual([await ofMail('digest_at', gathered), await ofMail('due_at', gathered)], [6 * 3_600, 7 * 3_600]);
});

test('what is to be told is told at its time, and an alert that began by the clock of then can end', async () => {
  await follow();
  const place = await scene.makePlace();
  await scene.db.owner.query(
    `INSERT INTO alerts (tenant_id, code, subject_id, opened_at, last_at, facts, tell_at)
     VALUES ($1, 'device.refused', $2, ${inSeconds(9 * 3_600)}, ${inSeconds(9 * 3_600)}, '{}', ${inSeconds(9 * 3_600 + 60)})`,
    [place.tenantId, place.device.id],
  );
  await setBack(9 * HOUR_MS);
  await follow();
  const ofAlert = `subject_id = '${place.device.id}'`;
  assert.equal(await secondsLeft('alerts', 'tell_at', ofAlert), 60);
  await scene.db.owner.query(
    `INSERT INTO outbox (tenant_id, kind, subject_id, facts) VALUES ($1, 'message.moved', $2, jsonb_build_object('was', NULL, 'is', 'queued', 'deviceId', $3::text))`,
    [place.tenantId, newId(), place.device.id],
  );
  await outboxReadable(scene.db.owner);
  await followOutbox(scene.db.system, 1_000);
  assert.notEqual(await secondsLeft('alerts', 'ended_at', ofAlert), null);
});

test('a step of network time moves nothing, and a clock that goes on makes no retry later', async () => {
  await follow();
  const mail = await scene.makeMail(await scene.makePlace(), { state: 'deferred', due_at: later(600) });
  await setBack(3_000);
  assert.equal(await follow(), 0);
  await setBack(-48 * HOUR_MS);
  assert.equal(Math.round((await follow()) / HOUR_MS), -48);
  assert.equal(await ofMail('due_at', mail), 600);
});

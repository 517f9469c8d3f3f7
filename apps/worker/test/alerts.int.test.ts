import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newId } from '@hikyaku/core';
import { countRefusals, followOutbox, type NewSession } from '@hikyaku/db';
import { outboxReadable } from '@hikyaku/testing';
import type { Channels } from '@hikyaku/upstreams';
import { addChannelTo, receiver, setMailboxOf, tellRound, titles } from './alert-rounds.ts';
import { arriveAt } from './arrive.ts';
import { LIMITS, NO_CHANNELS, openScene, type Scene, startWorker, until } from './scene.ts';

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

type Rest<F> = F extends (scene: Scene, ...rest: infer R) => unknown ? R : never;
const round = (...rest: Rest<typeof tellRound>) => tellRound(scene, ...rest);
const addChannel = (...rest: Rest<typeof addChannelTo>) => addChannelTo(scene, ...rest);
const setMailbox = (...rest: Rest<typeof setMailboxOf>) => setMailboxOf(scene, ...rest);

const alertsOf = (tenantId: string) =>
  scene.db.owner.query<{ code: string; told: number; ended_at: Date | null; count: number; tell_at: Date | null }>(
    'SELECT code, told, ended_at, count, tell_at FROM alerts WHERE tenant_id = $1 ORDER BY id',
    [tenantId],
  );

test('a mailbox that is lost is told once, reminded of after a day and after six, and its end is told', async () => {
  const place = await scene.makePlace();
  await addChannel(place.tenantId);
  const ours = receiver();
  const go = () => round(ours, place.tenantId);
  await setMailbox(place, 'needs_reconnect', 'upstream.auth_lost');
  await go();
  await go();
  const name = place.mailbox.address;
  assert.deepEqual(titles(ours), [`${name} cannot send any more`]);
  assert.deepEqual(ours.told[0]!.config, { kind: 'slack', url: 'https://hooks.slack.example/secret' });
  const [item] = ours.told[0]!.note.items;
  assert.deepEqual(
    [item!.code, item!.telling, item!.subject],
    ['mailbox.lost', 'began', { kind: 'mailbox', id: place.mailbox.id, name }],
  );

  const daysTo = async () =>
    (((await alertsOf(place.tenantId))[0]!.tell_at!.getTime() - Date.now()) / 86_400_000).toFixed(1);
  const later = () => scene.db.owner.query('UPDATE alerts SET tell_at = now() WHERE tenant_id = $1', [place.tenantId]);
  assert.equal(await daysTo(), '1.0');
  await later();
  await go();
  assert.equal(await daysTo(), '5.0');
  await later();
  await go();
  assert.equal((await alertsOf(place.tenantId))[0]!.tell_at, null, 'and no more');
  await setMailbox(place, 'active', null);
  await go();
  await go();
  assert.deepEqual(titles(ours).slice(1), [
    `Still so: ${name} cannot send any more`,
    `Still so: ${name} cannot send any more`,
    `Over: ${name} cannot send any more`,
  ]);
});

test('what is over before it was told is not told, and neither is its end', async () => {
  const place = await scene.makePlace();
  await addChannel(place.tenantId);
  const ours = receiver();
  await setMailbox(place, 'needs_reconnect', 'upstream.auth_lost');
  await setMailbox(place, 'active', null);
  await round(ours, place.tenantId);
  assert.deepEqual(titles(ours), []);
});

test('what ends in the seconds before it is told is told neither then nor at its end, and an end from before its beginning ends nothing', async () => {
  const place = await scene.makePlace();
  await addChannel(place.tenantId);
  const follow = async () => {
    await outboxReadable(scene.db.owner);
    while ((await followOutbox(scene.db.system, 1_000)) > 0);
    const [alert] = await alertsOf(place.tenantId);
    return { isOver: alert!.ended_at !== null, isToBeTold: alert!.tell_at !== null };
  };
  await setMailbox(place, 'needs_reconnect', 'upstream.auth_lost');
  assert.deepEqual(await follow(), { isOver: false, isToBeTold: true });
  await scene.db.owner.query(
    `INSERT INTO outbox (tenant_id, at, kind, subject_id, facts) VALUES ($1, now() - interval '1 hour', 'mailbox.changed', $2, '{"state": "active"}')`,
    [place.tenantId, place.mailbox.id],
  );
  assert.deepEqual(await follow(), { isOver: false, isToBeTold: true });
  await setMailbox(place, 'active', null);
  assert.deepEqual(await follow(), { isOver: true, isToBeTold: false });
});

test('a refused device is told in the channel’s language, and an accepted mail ends it', async () => {
  const place = await scene.makePlace();
  await addChannel(place.tenantId, 'ja');
  const ours = receiver();
  await scene.makeMail(place);
  await scene.db.owner.query('UPDATE devices SET last_message_at = now() WHERE id = $1', [place.device.id]);
  const session = {
    deviceId: place.device.id,
    endedAt: Date.now(),
    startedAt: Date.now(),
    severity: 'error',
    diagnosis: 'auth.wrong_password',
  };
  await countRefusals(scene.db.system, [session as unknown as NewSession]);
  await round(ours, place.tenantId);
  assert.deepEqual(titles(ours), [`${place.device.name} が接続できなくなりました`]);
  await scene.db.owner.query(
    `INSERT INTO outbox (tenant_id, kind, subject_id, facts) VALUES ($1, 'message.moved', $2, jsonb_build_object('was', NULL, 'is', 'queued', 'deviceId', $3::text))`,
    [place.tenantId, newId(), place.device.id],
  );
  await round(ours, place.tenantId);
  assert.deepEqual(titles(ours).slice(1), [`解決しました：${place.device.name} が接続できなくなりました`]);
});

test('a silent device and a late mailbox are found in the tables; taking them away ends it without a word', async () => {
  const place = await scene.makePlace();
  await addChannel(place.tenantId);
  const ours = receiver();
  await scene.db.owner.query(
    `UPDATE devices SET silence_after_hours = 24, last_message_at = now() - interval '25 hours' WHERE id = $1`,
    [place.device.id],
  );
  const mail = await scene.makeMail(place);
  await scene.db.owner.query(`UPDATE messages SET due_at = now() - interval '11 minutes' WHERE id = $1`, [mail.id]);
  await round(ours, place.tenantId);
  // Both at once, in one message.
  assert.deepEqual(titles(ours), ['Hikyaku: 2 messages about your devices']);
  const { note } = ours.told[0]!;
  assert.deepEqual(note.items.map(({ code }) => code).sort(), ['device.silent', 'mailbox.behind']);
  await scene.db.owner.query(`UPDATE messages SET due_at = now() WHERE id = $1`, [mail.id]);
  await scene.db.owner.query('UPDATE devices SET deleted_at = now() WHERE id = $1', [place.device.id]);
  await round(ours, place.tenantId);
  assert.deepEqual(titles(ours).slice(1), [`Over: Mail of ${place.mailbox.address} is late`]);
  assert.ok((await alertsOf(place.tenantId)).every(({ ended_at }) => ended_at !== null));
});

test('a mailbox whose provider puts a mail off again and again is late too, and not over while it is tried once more', async () => {
  const place = await scene.makePlace();
  await addChannel(place.tenantId);
  const ours = receiver();
  const tried = (count: number) =>
    scene.makeMail(place, {
      ...{ state: 'deferred', state_code: 'upstream.unavailable', attempt_count: count },
      due_at: new Date(Date.now() + 600_000),
    });
  const first = async ({ id }: { id: string }) =>
    scene.db.owner.query(
      `INSERT INTO attempts (message_id, part_number, number, tenant_id, fence, started_at, outcome) VALUES ($1, 1, 1, $2, 1, now() - interval '11 minutes', 'deferred')`,
      [id, place.tenantId],
    );
  await first(await tried(1));
  await tried(2);
  await round(ours, place.tenantId);
  assert.deepEqual(titles(ours), [], 'one refusal is nothing, and neither is what came just now');
  const mail = await tried(3);
  await first(mail);
  await round(ours, place.tenantId);
  assert.deepEqual(titles(ours), [`Mail of ${place.mailbox.address} is late`]);
  assert.match(ours.told[0]!.note.items[0]!.advice, /was tried, and did not get through/);
  await scene.db.owner.query(
    `UPDATE messages SET state = 'sending', due_at = NULL, lease_until = now() + interval '1 minute' WHERE id = $1`,
    [mail.id],
  );
  await round(ours, place.tenantId);
  assert.equal(titles(ours).length, 1);
  await scene.db.owner.query(`DELETE FROM messages WHERE mailbox_id = $1`, [place.mailbox.id]);
  await round(ours, place.tenantId);
  assert.deepEqual(titles(ours).slice(1), [`Over: Mail of ${place.mailbox.address} is late`]);
});

test('a mail that is only a sign of life is left out, ends its device’s silence, and the end is told', async () => {
  const place = await scene.makePlace();
  await addChannel(place.tenantId);
  const ours = receiver();
  await scene.db.owner.query(
    `UPDATE devices SET silence_after_hours = 24, last_message_at = now() - interval '25 hours' WHERE id = $1`,
    [place.device.id],
  );
  await round(ours, place.tenantId);
  const rule = { field: 'subject', matches: 'Motion', action: 'heartbeat' } as const;
  const [id] = await arriveAt(scene, place, 1, { rule: { rule, of: 'device', number: 1 } });
  await round(ours, place.tenantId);
  const [row] = await scene.db.owner.query<{ state: string }>('SELECT state FROM messages WHERE id = $1', [id]);
  assert.equal(row!.state, 'suppressed');
  assert.equal(titles(ours).length, 2);
  assert.match(titles(ours)[0]!, /is silent$/);
  assert.match(titles(ours)[1]!, /^Over: .* is silent$/);
  await round(ours, place.tenantId);
  assert.equal(titles(ours).length, 2, 'it lives');
});

test('a storm of failures is one alert with a count, and a channel is told twelve times an hour at most: the rest together, later', async () => {
  const place = await scene.makePlace();
  await addChannel(place.tenantId);
  const ours = receiver();
  const fail = (device: string, times: number) =>
    scene.db.owner.query(
      `INSERT INTO outbox (tenant_id, kind, subject_id, facts) SELECT $1, 'message.moved', gen_random_uuid(),
         jsonb_build_object('was', 'queued', 'is', 'failed', 'code', 'upstream.rejected', 'deviceId', $2::text) FROM generate_series(1, $3)`,
      [place.tenantId, device, times],
    );
  await fail(place.device.id, 400);
  await round(ours, place.tenantId);
  const [only] = await alertsOf(place.tenantId);
  assert.deepEqual([only!.code, only!.count, ours.told.length], ['mail.failed', 400, 1]);
  for (let more = 0; more < 14; more++) {
    await fail(newId(), 1);
    await round(ours, place.tenantId);
  }
  assert.equal(ours.told.length, 12);
  await scene.db.owner.query(`UPDATE alert_channels SET hour_ends_at = now() WHERE tenant_id = $1`, [place.tenantId]);
  await round(ours, place.tenantId);
  assert.equal(ours.told.length, 13);
  assert.equal(ours.told[12]!.note.items.length, 3);
});

test('what a receiver did not take is told again as the same message, while new things do not join it', async () => {
  const place = await scene.makePlace();
  const channelId = await addChannel(place.tenantId);
  const ours = receiver();
  ours.state.failure = 'failing';
  await setMailbox(place, 'needs_reconnect', 'upstream.auth_lost');
  await round(ours, place.tenantId);
  const [row] = await scene.db.owner.query<{ tries: number; note_id: string; due_at: Date; failure: string }>(
    'SELECT tries, note_id, due_at, failure FROM alert_deliveries WHERE channel_id = $1',
    [channelId],
  );
  assert.deepEqual([row!.tries, row!.failure], [1, 'failing']);
  assert.ok(row!.due_at.getTime() > Date.now() + 50_000, 'not at once');
  const [channel] = await scene.db.owner.query<{ failure: string; failing_since: Date }>(
    'SELECT * FROM alert_channels WHERE id = $1',
    [channelId],
  );
  assert.ok(channel!.failing_since && channel!.failure === 'failing');

  ours.state.failure = null;
  await scene.db.owner.query('UPDATE alert_deliveries SET due_at = now() WHERE channel_id = $1', [channelId]);
  await setMailbox(place, 'active', null);
  await round(ours, place.tenantId);
  assert.deepEqual(
    ours.told.map(({ note }) => [note.id === row!.note_id, note.items.length]),
    [
      [true, 1],
      [false, 1],
    ],
  );
  const [well] = await scene.db.owner.query<{ failing_since: Date | null }>(
    'SELECT * FROM alert_channels WHERE id = $1',
    [channelId],
  );
  assert.equal(well!.failing_since, null);
});

test('what nobody will ever take is given up at once, and a worker that dies while it tells leaves it to another', async () => {
  const place = await scene.makePlace();
  const channelId = await addChannel(place.tenantId);
  const ours = receiver();
  ours.state.failure = 'gone';
  await setMailbox(place, 'needs_reconnect', 'upstream.auth_lost');
  await round(ours, place.tenantId);
  const due = () =>
    scene.db.owner.query<{ due_at: Date | null; lease_until: Date | null }>(
      'SELECT * FROM alert_deliveries WHERE channel_id = $1 ORDER BY id',
      [channelId],
    );
  assert.deepEqual(
    (await due()).map(({ due_at }) => due_at),
    [null],
  );

  await setMailbox(place, 'active', null);
  const dies = { tell: () => Promise.reject(new Error('killed')) };
  await assert.rejects(round(dies, place.tenantId), /killed/);
  ours.state.failure = null;
  await round(ours, place.tenantId);
  assert.deepEqual(titles(ours), [], 'under its lease');
  await scene.db.owner.query('UPDATE alert_deliveries SET lease_until = now() WHERE channel_id = $1', [channelId]);
  await round(ours, place.tenantId);
  assert.equal(ours.told.length, 1);
});

test('who never chose a channel is told by mail at his confirmed address, where the operator can send some; who removed it, never again', async () => {
  const place = await scene.makePlace();
  const { owner } = scene.db;
  const userId = newId();
  await owner.query(
    `INSERT INTO auth_users (id, name, email, email_verified, locale) VALUES ($1, 'Mika', $2, true, 'ja')`,
    [userId, `${userId}@example.jp`],
  );
  await owner.query(`INSERT INTO auth_organizations (id, name, slug) VALUES ($1, 'House', $1)`, [place.tenantId]);
  await owner.query(`INSERT INTO auth_members (id, organization_id, user_id, role) VALUES ($1, $2, $1, 'owner')`, [
    userId,
    place.tenantId,
  ]);
  const ours = receiver();
  await setMailbox(place, 'needs_reconnect', 'upstream.auth_lost');
  await round(ours, place.tenantId, true);
  assert.deepEqual(
    ours.told.map(({ config, note }) => [config, note.title]),
    [[{ kind: 'mail', address: `${userId}@example.jp` }, `${place.mailbox.address} から送信できなくなりました`]],
  );
  await owner.query('UPDATE alert_channels SET deleted_at = now() WHERE tenant_id = $1', [place.tenantId]);
  await setMailbox(place, 'active', null);
  await round(ours, place.tenantId, true);
  await setMailbox(place, 'needs_reconnect', 'upstream.auth_lost');
  await round(ours, place.tenantId, true);
  assert.equal(ours.told.length, 1);
});

test('place and alerts change together: two readers at once count nothing twice', async () => {
  const place = await scene.makePlace();
  await scene.db.owner.query(
    `INSERT INTO outbox (tenant_id, kind, subject_id, facts) SELECT $1, 'message.moved', gen_random_uuid(),
       jsonb_build_object('was', 'queued', 'is', 'failed', 'deviceId', $2::text) FROM generate_series(1, 300)`,
    [place.tenantId, place.device.id],
  );
  await outboxReadable(scene.db.owner);
  const drain = async () => {
    for (let idle = 0; idle < 3; ) idle = (await followOutbox(scene.db.system, 50)) > 0 ? 0 : idle + 1;
  };
  await Promise.all([drain(), drain(), drain()]);
  assert.equal((await alertsOf(place.tenantId))[0]!.count, 300);
});

test('the worker itself does all this: a mailbox lost in a send is told by its job', async () => {
  const place = await scene.makePlace();
  await addChannel(place.tenantId);
  const ours = receiver();
  const worker = await startWorker(scene, {
    transports: {},
    limits: LIMITS,
    channels: { ...NO_CHANNELS, tell: ours.tell },
  });
  try {
    await setMailbox(place, 'needs_reconnect', 'upstream.auth_lost');
    const isTold = async () => {
      await scene.db.owner.query('UPDATE alerts SET tell_at = now() WHERE tenant_id = $1 AND told = 0', [
        place.tenantId,
      ]);
      return ours.told.length > 0;
    };
    await until('it is told', isTold, 20_000);
    assert.deepEqual(titles(ours), [`${place.mailbox.address} cannot send any more`]);
  } finally {
    await worker.close();
  }
});

test('a receiver that hangs holds up nobody else: neither its tenant’s other channel nor another tenant’s', async (t) => {
  const [place, other] = [await scene.makePlace(), await scene.makePlace()];
  const url = (name: string) => `https://hooks.slack.example/${name}`;
  await addChannel(place.tenantId, 'en', { kind: 'slack', url: url('hangs') });
  await addChannel(place.tenantId, 'en', { kind: 'slack', url: url('works') });
  await addChannel(other.tenantId, 'en', { kind: 'slack', url: url('neighbour') });
  const told: string[] = [];
  const ended = Promise.withResolvers<void>();
  const tell: Channels['tell'] = async (config) => {
    const name = 'url' in config ? config.url.split('/').at(-1)! : '';
    told.push(name);
    if (name === 'hangs') await ended.promise;
    return { isTold: true, status: 200 };
  };
  const worker = await startWorker(scene, { transports: {}, limits: LIMITS, channels: { ...NO_CHANNELS, tell } });
  t.after(() => {
    ended.resolve();
    return worker.close();
  });
  const begin = () => scene.db.owner.query('UPDATE alerts SET tell_at = now() WHERE told = 0 AND tell_at IS NOT NULL');
  await setMailbox(place, 'needs_reconnect', 'upstream.auth_lost');
  await until(
    'its own are told',
    async () => {
      await begin();
      return told.includes('hangs') && told.includes('works');
    },
    30_000,
  );
  await setMailbox(other, 'needs_reconnect', 'upstream.auth_lost');
  await until(
    'the neighbour is told',
    async () => {
      await begin();
      return told.includes('neighbour');
    },
    30_000,
  );
  assert.equal(told.filter((name) => name === 'hangs').length, 1, 'it has the one place that it holds');
});

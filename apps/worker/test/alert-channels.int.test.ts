import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { newId, shareOfDay } from '@hikyaku/core';
import { findDueChannels, insertMessages, type NewMessage } from '@hikyaku/db';
import { makeMailbox } from '@hikyaku/testing';
import { type Channels, openUpstreams, writeWebhookSecret } from '@hikyaku/upstreams';
import { addChannelTo, receiver, setMailboxOf, tellRound, titles } from './alert-rounds.ts';
import { LIMITS, openScene, type Scene } from './scene.ts';

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

type Rest<F> = F extends (scene: Scene, ...rest: infer R) => unknown ? R : never;
const round = (...rest: Rest<typeof tellRound>) => tellRound(scene, ...rest);
const addChannel = (...rest: Rest<typeof addChannelTo>) => addChannelTo(scene, ...rest);
const setMailbox = (...rest: Rest<typeof setMailboxOf>) => setMailboxOf(scene, ...rest);

test('a lost mailbox is told by another one of the tenant, once though the worker dies over it; without any it waits', async () => {
  const place = await scene.makePlace({ address: 'gate@outlook.example' });
  const config = { kind: 'mailbox', mailboxId: place.mailbox.id, address: 'me@b.example' } as const;
  await addChannel(place.tenantId, 'ja', config);
  const outside = receiver();
  const mails = () =>
    scene.db.owner.query<{ mailbox_id: string; recipients: string[]; subject: string; state: string; door: string }>(
      'SELECT mailbox_id, recipients, subject, state, door FROM messages WHERE tenant_id = $1',
      [place.tenantId],
    );
  const again = () =>
    scene.db.owner.query(
      'UPDATE alert_deliveries SET due_at = now(), lease_until = NULL WHERE tenant_id = $1 AND sent_at IS NULL',
      [place.tenantId],
    );
  await setMailbox(place, 'needs_reconnect', 'upstream.auth_lost');
  await round(outside, place.tenantId);
  assert.deepEqual(await mails(), [], 'none can send');
  const [channel] = await scene.db.owner.query<{ failure: string }>(
    'SELECT failure FROM alert_channels WHERE tenant_id = $1',
    [place.tenantId],
  );
  assert.equal(channel!.failure, 'no_mailbox');

  const second = await makeMailbox(scene.db.owner, { tenant_id: place.tenantId, address: 'home@gmail.example' });
  await again();
  const dies = async (messages: NewMessage[]) => {
    await insertMessages(scene.db.system, messages, null);
    throw new Error('killed');
  };
  await assert.rejects(round(outside, place.tenantId, false, dies), /killed/);
  await again();
  await round(outside, place.tenantId);
  const [mail, ...more] = await mails();
  assert.deepEqual(more, []);
  assert.deepEqual([mail!.mailbox_id, mail!.recipients, mail!.door], [second.id, ['me@b.example'], 'dashboard']);
  assert.match(mail!.subject, /gate@outlook\.example から送信できなくなりました/);
  assert.deepEqual(outside.told, []);

  // Its end is told too, now by the one that the channel names.
  await setMailbox(place, 'active', null);
  await round(outside, place.tenantId);
  assert.deepEqual((await mails()).map(({ mailbox_id }) => mailbox_id).sort(), [second.id, place.mailbox.id].sort());
});

test('a channel in its quiet hours is told in the morning, all at once; a test and, where wished, a lost mailbox are told at night', async () => {
  const place = await scene.makePlace();
  const channelId = await addChannel(place.tenantId);
  const ours = receiver();
  /** The channel's night begins and ends so many hours from now. */
  const night = (from: number, to: number, exceptLost: boolean) =>
    scene.db.owner.query(
      `UPDATE alert_channels SET quiet_hours = jsonb_build_object('timeZone', 'Asia/Tokyo', 'exceptLost', $4::bool,
         'start', to_char(now() AT TIME ZONE 'Asia/Tokyo' + $2 * interval '1 hour', 'HH24:MI'),
         'end', to_char(now() AT TIME ZONE 'Asia/Tokyo' + $3 * interval '1 hour', 'HH24:MI')) WHERE id = $1`,
      [channelId, from, to, exceptLost],
    );
  await night(-1, 1, false);
  await setMailbox(place, 'needs_reconnect', 'upstream.auth_lost');
  await round(ours, place.tenantId);
  assert.deepEqual(titles(ours), []);
  await scene.db.owner.query(
    `INSERT INTO alert_deliveries (id, tenant_id, channel_id, telling, due_at) VALUES ($1, $2, $3, 'test', now())`,
    [newId(), place.tenantId, channelId],
  );
  await round(ours, place.tenantId);
  assert.deepEqual(titles(ours), ['Hikyaku: a test'], 'whoever tests is awake');
  await setMailbox(place, 'active', null);
  await round(ours, place.tenantId);

  // Over midnight as well as within a day.
  await night(1, 23, false);
  await round(ours, place.tenantId);
  const [, morning] = ours.told;
  assert.deepEqual(
    morning!.note.items.map(({ telling }) => telling),
    ['began', 'ended'],
  );
  await night(-1, 1, true);
  await setMailbox(place, 'needs_reconnect', 'upstream.auth_lost');
  await round(ours, place.tenantId);
  assert.match(titles(ours)[2]!, /cannot send any more/);
});

test('a night is its channel’s own, within a day or over midnight; only a lost mailbox wakes whoever wants that, and the thirteenth telling of an hour waits', async () => {
  const place = await scene.makePlace();
  const channelId = await addChannel(place.tenantId);
  // A zone where it is some minutes past noon.
  const ahead = 12 - new Date().getUTCHours();
  const timeZone = `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
  const tell = async (code: string) => {
    await scene.db.owner.query('DELETE FROM alert_deliveries WHERE channel_id = $1', [channelId]);
    await scene.db.owner.query(
      `WITH a AS (INSERT INTO alerts (tenant_id, code, subject_id, facts, opened_at, last_at) VALUES ($1, $2, $3, '{}', now(), now()) RETURNING id)
       INSERT INTO alert_deliveries (id, tenant_id, channel_id, alert_id, telling, due_at) SELECT $5, $1, $4, a.id, 'began', now() FROM a`,
      [place.tenantId, code, newId(), channelId, newId()],
    );
  };
  const isTold = async (start: string, end: string, exceptLost = false) => {
    const quiet = { timeZone, start, end, exceptLost };
    await scene.db.owner.query('UPDATE alert_channels SET quiet_hours = $2 WHERE id = $1', [channelId, quiet]);
    return (await findDueChannels(scene.db.system, 100)).includes(channelId);
  };
  await tell('device.silent');
  for (const [start, end, told] of [
    ['11:00', '14:00', false],
    ['14:00', '17:00', true],
    ['08:00', '11:00', true],
    ['22:00', '14:00', false],
    ['11:00', '03:00', false],
    ['15:00', '10:00', true],
  ] as const)
    assert.equal(await isTold(start, end), told, `${start} to ${end}`);
  assert.equal(await isTold('11:00', '14:00', true), false, 'no mailbox is lost');
  await tell('mailbox.lost');
  assert.deepEqual([await isTold('11:00', '14:00', true), await isTold('11:00', '14:00')], [true, false]);
  for (const [sent, told] of [
    [11, true],
    [12, false],
  ] as const) {
    await scene.db.owner.query(
      `UPDATE alert_channels SET sent_in_hour = $2, hour_ends_at = now() + interval '1 minute' WHERE id = $1`,
      [channelId, sent],
    );
    assert.equal(await isTold('14:00', '17:00'), told, `${sent} in this hour`);
  }
});

test('a zone that Postgres does not know keeps nobody’s alerts back, not even its own channel’s', async () => {
  const [place, other] = [await scene.makePlace(), await scene.makePlace()];
  const channelId = await addChannel(place.tenantId);
  await addChannel(other.tenantId);
  const quiet = { timeZone: 'AGT', start: '00:00', end: '23:59', exceptLost: false };
  await scene.db.owner.query('UPDATE alert_channels SET quiet_hours = $2 WHERE id = $1', [channelId, quiet]);
  for (const one of [place, other]) {
    const ours = receiver();
    await setMailbox(one, 'needs_reconnect', 'upstream.auth_lost');
    await round(ours, one.tenantId);
    assert.equal(ours.told.length, 1);
  }
});

test('a mailbox whose day is nearly used is told of, once, and again when only first mails leave; old sends do not count', async () => {
  const place = await scene.makePlace();
  await addChannel(place.tenantId);
  const ours = receiver();
  /** Sends of the running hour, and of the one that ends its day next. */
  const sent = (now: number, yesterday: number) =>
    scene.db.owner.query(
      `INSERT INTO upstream_accounts AS a (account_key, day_hour, day_hours)
       SELECT $1, h, ARRAY(SELECT CASE WHEN slot = h % 25 THEN $2::int WHEN slot = (h + 1) % 25 THEN $3::int ELSE 0 END FROM generate_series(0, 24) AS slot)
       FROM (SELECT (extract(epoch FROM now())::bigint / 3600)::int AS h) AS hour
       ON CONFLICT (account_key) DO UPDATE SET day_hour = excluded.day_hour, day_hours = excluded.day_hours`,
      [place.mailbox.account_key, now, yesterday],
    );
  const share = shareOfDay(LIMITS.MICROSOFT_365_PER_DAY, false);
  await sent(Math.floor(0.5 * share), Math.floor(0.2 * share));
  await round(ours, place.tenantId);
  assert.deepEqual(titles(ours), []);
  await sent(Math.floor(0.7 * share), Math.floor(0.2 * share));
  await round(ours, place.tenantId);
  await round(ours, place.tenantId);
  assert.deepEqual(titles(ours), [`${place.mailbox.address} will soon have sent what its provider allows in a day`]);
  await sent(Math.floor(0.9 * share), Math.ceil(0.1 * share));
  await round(ours, place.tenantId);
  await round(ours, place.tenantId);
  assert.match(titles(ours).slice(1).join(), /^\S+ has sent as much as its provider allows in a day$/);
});

test('a webhook that is told again has the same id, and a timestamp and a signature of its own; so has what a person has told again', async (t) => {
  const seen: { id: string; at: number; signature: string; body: string; isSigned: boolean }[] = [];
  const secret = writeWebhookSecret(Buffer.alloc(32, 7));
  let status = 500;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const [id, at, signature] = ['id', 'timestamp', 'signature'].map((name) =>
        String(request.headers[`webhook-${name}`]),
      );
      const signed = createHmac('sha256', Buffer.from(secret.slice(6), 'base64')).update(`${id}.${at}.${body}`);
      const isSigned = signature === `v1,${signed.digest('base64')}`;
      seen.push({ id: id!, at: Number(at), signature: signature!, body, isSigned });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const upstreams = openUpstreams({ isSandbox: true, ALLOW_PRIVATE_UPSTREAMS: true });
  t.after(() => upstreams.close());
  const channels = upstreams.channelsBy(undefined, null);
  const place = await scene.makePlace();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  await addChannel(place.tenantId, 'en', { kind: 'webhook', url, secrets: [{ secret }] });
  /** As time, and then a person, has it told again: `retryDelivery` of the api writes the same. */
  const again = () =>
    scene.db.owner.query('UPDATE alert_deliveries SET due_at = now(), tries = 0 WHERE tenant_id = $1', [
      place.tenantId,
    ]);
  await setMailbox(place, 'needs_reconnect', 'upstream.auth_lost');
  for (const answer of [500, 200, 200]) {
    status = answer;
    await tellRound(scene, channels as Pick<Channels, 'tell'>, place.tenantId);
    await again();
    // Timestamps are seconds.
    await new Promise((done) => setTimeout(done, 1_100));
  }
  assert.equal(seen.length, 3);
  assert.equal(new Set(seen.map(({ id }) => id)).size, 1, 'one event');
  assert.equal(new Set(seen.map(({ at }) => at)).size, 3);
  assert.equal(new Set(seen.map(({ signature }) => signature)).size, 3);
  assert.ok(seen.every(({ isSigned }) => isSigned));
  const [told] = JSON.parse(seen[2]!.body).alerts as { code: string; alertId: string }[];
  assert.deepEqual(told, JSON.parse(seen[0]!.body).alerts[0]);
});

test('a browser whose subscription ended is told no more; what another channel calls gone is tried again', async () => {
  const place = await scene.makePlace();
  const push = { kind: 'push', endpoint: 'https://push.example/x', keys: { p256dh: '', auth: '' } } as const;
  for (const config of [push, undefined]) await addChannel(place.tenantId, 'en', config);
  const ours = receiver();
  ours.state.failure = 'gone';
  await setMailbox(place, 'needs_reconnect', 'upstream.auth_lost');
  await round(ours, place.tenantId);
  ours.state.failure = null;
  await setMailbox(place, 'active', null);
  await round(ours, place.tenantId);
  assert.deepEqual(
    ours.told.map(({ config }) => config.kind),
    ['slack'],
  );
});

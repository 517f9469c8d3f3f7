import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type {
  Alert,
  AlertChannel,
  AlertChannelList,
  AlertChannelMade,
  AlertDelivery,
  Device,
  WebhookSecret,
} from '@hikyaku/contracts';
import { newId } from '@hikyaku/core';
import { makeAlert, makeDevice, makeMailbox, makeMessage, openPushBrowser } from '@hikyaku/testing';
import { type ApiUnderTest, startApi } from './api-under-test.ts';

let api: ApiUnderTest;
before(async () => {
  api = await startApi({
    channels: { kinds: ['mail', 'mailbox', 'webhook', 'slack', 'telegram', 'line', 'mqtt', 'push'], takesHttp: false },
  });
});
after(() => api.close());

const WEBHOOK = {
  kind: 'webhook',
  name: 'Ours',
  language: 'en',
  url: 'https://hooks.example.jp/path-that-is-a-secret',
};

test('a channel is added, shown without its secrets, tested, rotated and removed', async () => {
  const person = await api.owner();
  const { channel, secret } = await person.must<AlertChannelMade>('POST', 'alert-channels', WEBHOOK);
  assert.match(secret!, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.deepEqual([channel.kind, channel.target, channel.failure], ['webhook', 'hooks.example.jp', null]);
  const list = JSON.stringify(await person.must<AlertChannelList>('GET', 'alert-channels'));
  assert.ok(list.includes(channel.id) && !list.includes('path-that-is') && !list.includes(secret!));
  const rows = await api.db.owner.query('SELECT c::text FROM alert_channels c WHERE tenant_id = $1', [person.tenantId]);
  assert.ok(!JSON.stringify(rows).includes('path-that-is'));

  const { id } = await person.must<{ id: string }>('POST', `alert-channels/${channel.id}/test`);
  const { items } = await person.must<{ items: AlertDelivery[] }>('GET', `alert-channels/${channel.id}/deliveries`);
  assert.deepEqual(
    items.map(({ id: one, telling, state, tries }) => [one, telling, state, tries]),
    [[id, 'test', 'waiting', 0]],
  );
  const rotated = await person.must<WebhookSecret>('POST', `alert-channels/${channel.id}/secret`);
  assert.notEqual(rotated.secret, secret);
  assert.ok(Date.parse(rotated.oldUntil) > Date.now());

  await person.must('DELETE', `alert-channels/${channel.id}`);
  assert.deepEqual((await person.must<AlertChannelList>('GET', 'alert-channels')).items, []);
  const [waiting] = await api.db.owner.query<{ due_at: Date | null }>(
    'SELECT due_at FROM alert_deliveries WHERE id = $1',
    [id],
  );
  assert.equal(waiting!.due_at, null, 'nothing more is told by it');
});

test('a secret that was replaced signs for a day, whoever has another one made meanwhile or at once', async () => {
  const person = await api.owner();
  const { channel, secret } = await person.must<AlertChannelMade>('POST', 'alert-channels', WEBHOOK);
  const rotate = () => person.must<WebhookSecret>('POST', `alert-channels/${channel.id}/secret`);
  const made = await Promise.all([rotate(), rotate()]);
  const secrets = async () => {
    const [row] = await api.db.owner.query<{ config_sealed: Buffer }>(
      'SELECT config_sealed FROM alert_channels WHERE id = $1',
      [channel.id],
    );
    const config = JSON.parse(api.tokenBox.open(`alert-channel:${channel.id}`, row!.config_sealed)) as {
      secrets: { secret: string; until?: number }[];
    };
    return config.secrets;
  };
  const kept = await secrets();
  assert.deepEqual(kept.map((one) => one.secret).sort(), [secret, ...made.map((one) => one.secret)].sort());
  assert.deepEqual(
    kept.map(({ until }) => until !== undefined && until > Date.now()),
    [false, true, true],
  );
  for (let count = 0; count < 5; count++) await rotate();
  assert.equal((await secrets()).length, 5, 'there is an end to it');
});

test('a channel’s quiet hours are kept as its owner says, shown, changed and taken away', async () => {
  const person = await api.owner();
  const { channel } = await person.must<AlertChannelMade>('POST', 'alert-channels', WEBHOOK);
  assert.equal(channel.quietHours, null);
  const patch = (quietHours: unknown) =>
    person.api<AlertChannel>('PATCH', `alert-channels/${channel.id}`, { quietHours });
  const night = { start: '22:00', end: '07:00', timeZone: 'Asia/Tokyo', exceptLost: true };
  assert.deepEqual((await patch(night)).body.quietHours, night);
  for (const wrong of [
    { ...night, timeZone: 'Mars/Base' },
    { ...night, end: '22:00' },
    { ...night, start: '25:00' },
  ]) {
    assert.equal((await patch(wrong)).status, 400);
  }
  const renamed = await person.must<AlertChannel>('PATCH', `alert-channels/${channel.id}`, { name: 'Night watch' });
  assert.deepEqual([renamed.name, renamed.quietHours], ['Night watch', night]);
  assert.equal((await patch(null)).body.quietHours, null);
});

test('a mailbox of the tenant’s own tells to its own address where nobody’s is confirmed; another tenant’s is unknown', async () => {
  const [person, other] = [await api.owner(), await api.owner()];
  const mine = await makeMailbox(api.db.owner, { tenant_id: person.tenantId, address: 'gate@outlook.example' });
  const theirs = await makeMailbox(api.db.owner, { tenant_id: other.tenantId });
  const add = (mailboxId: string) =>
    person.api<AlertChannelMade>('POST', 'alert-channels', { kind: 'mailbox', name: 'M', language: 'ja', mailboxId });
  const made = await add(mine.id);
  assert.deepEqual([made.status, made.body.channel.target], [201, 'gate@outlook.example']);
  assert.equal((await add(theirs.id)).status, 400);
  await api.db.owner.query('UPDATE auth_users SET email_verified = true WHERE id = $1', [person.userId]);
  const { email } = (await person.must<{ user: { email: string } }>('GET', 'me')).user;
  assert.equal((await add(mine.id)).body.channel.target, email);
});

test('a device’s pictures go to a channel by its owner’s word alone; taking it back, or the channel away, ends the copies that wait and keeps nothing of them', async () => {
  const person = await api.owner();
  const mailbox = await makeMailbox(api.db.owner, { tenant_id: person.tenantId });
  const { device } = await makeDevice(api.db.owner, api.digester, {
    tenant_id: person.tenantId,
    mailbox_id: mailbox.id,
  });
  const path = `devices/${device.id}`;
  assert.equal((await person.must<Device>('GET', path)).contentChannel, null);
  const { channel, secret } = await person.must<AlertChannelMade>('POST', 'alert-channels', WEBHOOK);
  const choose = (body: object) => person.must<Device>('PUT', `${path}/content-channel`, body);
  const chosen = await choose({ channelId: channel.id });
  assert.deepEqual(chosen.contentChannel, { channelId: channel.id, mode: 'beside' });

  // Its way is a mailbox to the worker, and to nobody else.
  const way = async () =>
    (
      await api.db.owner.query<{ secret_sealed: Buffer | null; display_name: string; account_key: string }>(
        'SELECT * FROM mailboxes WHERE id = $1',
        [channel.id],
      )
    )[0]!;
  const config = async () =>
    JSON.parse(api.tokenBox.open(channel.id, (await way()).secret_sealed!)) as { secrets: { secret: string }[] };
  assert.equal((await config()).secrets[0]!.secret, secret);
  assert.equal((await way()).account_key, `channel:webhook:${channel.id}`);
  const mailboxes = await person.must<{ items: { id: string }[] }>('GET', 'mailboxes');
  assert.deepEqual(
    mailboxes.items.map(({ id }) => id),
    [mailbox.id],
  );
  const moved = await person.api('PATCH', path, { mailboxId: channel.id });
  assert.equal(moved.status, 400);
  const overview = await person.must<{ mailboxes: object }>('GET', 'overview');
  assert.deepEqual(overview.mailboxes, { total: 1, active: 1, stopped: 0 });

  // It follows its channel.
  await person.must('PATCH', `alert-channels/${channel.id}`, { name: 'Family' });
  const rotated = await person.must<WebhookSecret>('POST', `alert-channels/${channel.id}/secret`);
  assert.equal((await way()).display_name, 'Family');
  assert.deepEqual(
    (await config()).secrets.map((one) => one.secret),
    [rotated.secret, secret],
  );

  const copy = async () => {
    const place = { device, mailbox: { ...mailbox, id: channel.id, account_key: `channel:webhook:${channel.id}` } };
    const row = { copy_of: newId(), state: 'deferred', due_at: new Date(Date.now() + 3_600_000) };
    const { id } = await makeMessage(api.db.owner, place, { ...row, key_sealed: Buffer.from('sealed') });
    return async () =>
      (
        await api.db.owner.query<{ state: string; is_over: boolean }>(
          'SELECT state, content_until <= now() AS is_over FROM messages WHERE id = $1',
          [id],
        )
      )[0];
  };
  const first = await copy();
  assert.equal((await choose({ channelId: null })).contentChannel, null);
  assert.deepEqual(await first(), { state: 'cancelled', is_over: true });
  await choose({ channelId: channel.id });
  const second = await copy();
  await person.must('DELETE', `alert-channels/${channel.id}`);
  assert.deepEqual(await second(), { state: 'cancelled', is_over: true });
  assert.equal((await person.must<Device>('GET', path)).contentChannel, null);
  assert.equal((await way()).secret_sealed, null);

  for (const [body, field] of [
    [{ channelId: channel.id }, 'is not one of your channels'],
    [{ channelId: newId() }, 'is not one of your channels'],
  ] as const) {
    const refused = await person.api<{ fields: Record<string, string> }>('PUT', `${path}/content-channel`, body);
    assert.deepEqual([refused.status, refused.body?.fields.channelId], [400, field]);
  }
  const own = await person.must<AlertChannelMade>('POST', 'alert-channels', {
    ...{ kind: 'mailbox', name: 'Mail', language: 'en', mailboxId: mailbox.id },
  });
  const mail = await person.api<{ fields: Record<string, string> }>('PUT', `${path}/content-channel`, {
    channelId: own.channel.id,
  });
  assert.deepEqual([mail.status, mail.body?.fields.channelId], [400, 'takes no pictures']);
});

test('what cannot be told to is refused where it is entered, in words for its field', async () => {
  const person = await api.owner();
  const refused = async (body: object) => {
    const { status, body: answer } = await person.api('POST', 'alert-channels', body);
    return [status, Object.keys((answer as { fields?: object }).fields ?? {})];
  };
  assert.deepEqual(await refused({ ...WEBHOOK, url: 'http://hooks.example.jp/x' }), [400, ['url']]);
  assert.deepEqual(await refused({ ...WEBHOOK, url: 'ftp://hooks.example.jp/x' }), [400, ['url']]);
  assert.deepEqual(await refused({ ...WEBHOOK, kind: 'discord' }), [400, ['kind']], 'this relay has none');
  // Its address is not confirmed.
  assert.deepEqual(await refused({ kind: 'mail', name: 'Me', language: 'ja' }), [400, ['kind']]);
  assert.deepEqual(await refused({ kind: 'telegram', name: 'T', language: 'ja', botToken: 'x', chatId: '1' }), [
    400,
    ['botToken'],
  ]);
  const MQTT = { kind: 'mqtt', name: 'HA', language: 'ja', url: 'mqtts://broker.example.jp' };
  assert.deepEqual(await refused({ ...MQTT, url: 'mqtt://broker.example.jp' }), [400, ['url']], 'in plain');
  assert.deepEqual(await refused({ ...MQTT, url: 'mqtts://u:p@broker.example.jp' }), [400, ['url']]);
  assert.deepEqual(await refused({ ...MQTT, topic: 'home/#' }), [400, ['topic']]);
  assert.deepEqual(await refused({ ...MQTT, topic: '$SYS/x' }), [400, ['topic']]);
  assert.deepEqual(await refused({ ...MQTT, password: 'x' }), [400, ['username']]);
  const broker = await person.must<AlertChannelMade>('POST', 'alert-channels', {
    ...{ ...MQTT, url: 'mqtts://broker.example.jp:8883/', username: 'ha', password: 'never-shown' },
  });
  assert.deepEqual([broker.channel.target, broker.channel.content], ['broker.example.jp:8883', 'pictures']);
  assert.ok(!JSON.stringify(await person.must('GET', 'alert-channels')).includes('never-shown'));
  await api.db.owner.query('UPDATE auth_users SET email_verified = true WHERE id = $1', [person.userId]);
  const mail = await person.must<AlertChannelMade>('POST', 'alert-channels', {
    kind: 'mail',
    name: 'Me',
    language: 'ja',
  });
  assert.match(mail.channel.target, /^owner\d*@example\.com$/);
  assert.equal(mail.secret, null);
});

test('a browser’s subscription is added once, and shown without its address; what is none is refused', async () => {
  const person = await api.owner();
  const { kinds, pushKey } = await person.must<AlertChannelList>('GET', 'alert-channels');
  assert.ok(kinds.includes('push') && pushKey!.length === 87);
  const { keys } = openPushBrowser();
  const body = (more: object = {}) => ({
    ...{ kind: 'push', name: 'Phone', language: 'ja' },
    subscription: { endpoint: 'https://push.example.jp/send/secret-of-it', keys, ...more },
  });
  const { channel } = await person.must<AlertChannelMade>('POST', 'alert-channels', body());
  assert.deepEqual([channel.target, channel.content], ['push.example.jp', null]);
  assert.ok(!JSON.stringify(await person.must('GET', 'alert-channels')).includes('secret-of-it'));
  const statusOf = async (more: object = {}) => (await person.api('POST', 'alert-channels', body(more))).status;
  const again = await person.must<AlertChannelMade>('POST', 'alert-channels', body());
  assert.equal(again.channel.id, channel.id, 'a browser is there once');
  const endpoint = 'https://push.example.jp/send/other';
  assert.equal(await statusOf({ endpoint: 'http://push.example.jp/send/other' }), 400, 'in plain');
  assert.equal(await statusOf({ endpoint, keys: { ...keys, p256dh: `B${'A'.repeat(86)}` } }), 400, 'no point');
  assert.equal(await statusOf({ endpoint, keys: { ...keys, auth: 'x' } }), 400);
});

test('ten channels and twenty tests an hour are the limit', async () => {
  const person = await api.owner();
  const ids: string[] = [];
  for (let count = 0; count < 10; count++) {
    ids.push((await person.must<AlertChannelMade>('POST', 'alert-channels', WEBHOOK)).channel.id);
  }
  const more = await person.api('POST', 'alert-channels', WEBHOOK);
  assert.deepEqual([more.status, (more.body as { code: string }).code], [409, 'limit.alert_channels']);
  for (let count = 0; count < 20; count++) await person.must('POST', `alert-channels/${ids[count % 10]}/test`);
  assert.equal((await person.api('POST', `alert-channels/${ids[0]}/test`)).status, 429);
});

test('what a mailbox tells is told once its mail has left; told again it is another mail', async () => {
  const person = await api.owner();
  const mailbox = await makeMailbox(api.db.owner, { tenant_id: person.tenantId });
  const { device } = await makeDevice(api.db.owner, api.digester, {
    tenant_id: person.tenantId,
    mailbox_id: mailbox.id,
  });
  const body = { kind: 'mailbox', name: 'Mine', language: 'ja', mailboxId: mailbox.id };
  const { channel } = await person.must<AlertChannelMade>('POST', 'alert-channels', body);
  const { deliveryId } = await makeAlert(api.db.owner, device, channel.id);
  const mail = await makeMessage(api.db.owner, { device, mailbox }, { device_id: null });
  await api.db.owner.query(
    'UPDATE alert_deliveries SET due_at = NULL, sent_at = now(), failure = NULL, note_id = $2 WHERE id = $1',
    [...[deliveryId, mail.id]],
  );
  const seen: unknown[] = [];
  for (const state of ['queued', 'held', 'sent', 'failed']) {
    await api.db.owner.query(
      `UPDATE messages SET state = $2::text::message_state, due_at = CASE WHEN $2::text = 'queued' THEN now() END WHERE id = $1`,
      [mail.id, state],
    );
    const { items } = await person.must<{ items: AlertDelivery[] }>('GET', `alert-channels/${channel.id}/deliveries`);
    seen.push([items[0]!.state, items[0]!.failure]);
  }
  assert.deepEqual(seen, [
    ['waiting', null],
    ['waiting', 'no_mailbox'],
    ['told', null],
    ['given_up', null],
  ]);
  await person.must('POST', `alert-deliveries/${deliveryId}/retry`);
  const notes = await api.db.owner.query<{ note_id: string | null; is_due: boolean }>(
    'SELECT note_id, due_at IS NOT NULL AS is_due FROM alert_deliveries WHERE channel_id = $1 ORDER BY id',
    [channel.id],
  );
  assert.deepEqual(notes, [
    { note_id: mail.id, is_due: false },
    { note_id: null, is_due: true },
  ]);
});

test('alerts are listed in the reader’s words, open ones alone where asked, and seen once for everybody', async () => {
  const person = await api.owner();
  const mailbox = await makeMailbox(api.db.owner, { tenant_id: person.tenantId });
  const { device } = await makeDevice(api.db.owner, api.digester, {
    tenant_id: person.tenantId,
    mailbox_id: mailbox.id,
    name: '玄関',
  });
  const { channel } = await person.must<AlertChannelMade>('POST', 'alert-channels', WEBHOOK);
  const old = await makeAlert(api.db.owner, device, channel.id, { ended_at: new Date() });
  const { id, deliveryId } = await makeAlert(api.db.owner, device, channel.id);
  const list = async (query: string, language: string) => {
    const answer = await person.request(`/api/v1/alerts${query}`, { headers: { 'accept-language': language } });
    return ((await answer.json()) as { items: Alert[] }).items;
  };
  assert.deepEqual(
    (await list('', 'ja')).map((alert) => alert.id),
    [id, old.id],
  );
  const [open, ...others] = await list('?state=open', 'ja');
  assert.deepEqual([open!.title, open!.severity, others], ['玄関 が接続できなくなりました', 'error', []]);
  assert.equal((await list('?state=open', 'en'))[0]!.title, '玄関 does not get in any more');
  await person.must('POST', `alerts/${id}/seen`);
  await person.must('POST', `alerts/${id}/seen`);
  assert.ok((await list('?state=open', 'en'))[0]!.seenAt);

  await person.must('POST', `alert-deliveries/${deliveryId}/retry`);
  const { items } = await person.must<{ items: AlertDelivery[] }>('GET', `alert-channels/${channel.id}/deliveries`);
  assert.deepEqual(items.map(({ state }) => state).sort(), ['given_up', 'waiting']);
});

test('times in an alert are those of the account’s zone, which is named; of the reader’s browser, Japan’s or UTC where none was chosen', async () => {
  const person = await api.owner();
  const mailbox = await makeMailbox(api.db.owner, { tenant_id: person.tenantId });
  const of = { tenant_id: person.tenantId, mailbox_id: mailbox.id };
  const { device } = await makeDevice(api.db.owner, api.digester, of);
  const { channel } = await person.must<AlertChannelMade>('POST', 'alert-channels', WEBHOOK);
  const silent = { code: 'device.silent', facts: JSON.stringify({ since: '2026-11-28T20:05:00.000Z' }) };
  await makeAlert(api.db.owner, device, channel.id, silent);
  const advice = async (language: string, zone?: string) => {
    const headers = { 'accept-language': language, ...(zone ? { 'x-time-zone': zone } : {}) };
    const answer = await person.request('/api/v1/alerts', { headers });
    return ((await answer.json()) as { items: Alert[] }).items[0]!.advice;
  };
  assert.match(await advice('en'), /Nov 28, 20:05 UTC/);
  assert.match(await advice('ja'), /11月29日 05:05 JST/);
  assert.match(await advice('en', 'Europe/Berlin'), /Nov 28, 21:05 GMT\+1/);
  for (const odd of ['Mars/Base', 'x'.repeat(5_000)]) assert.match(await advice('en', odd), /20:05 UTC/);
  await person.must('PATCH', 'tenant', { timeZone: 'Asia/Tokyo' });
  assert.match(await advice('en', 'Europe/Berlin'), /Nov 29, 05:05 GMT\+9/);
  assert.match(await advice('ja'), /11月29日 05:05 JST/);
});

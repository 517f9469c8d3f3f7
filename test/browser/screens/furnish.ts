import { randomUUID } from 'node:crypto';
import {
  type DashboardClient,
  makeAlert,
  makeMessage,
  makeSender,
  makeSession,
  type openOwner,
  type RunningHikyaku,
  sandboxClient,
} from '@hikyaku/testing';
import type { Words } from './words.ts';

/** Ids that pages have in their addresses. */
export interface Furnished {
  devices: string[];
  /** Of the first devices, with rules of its own. */
  site: string;
  /** By the state of the mail. */
  stories: Record<string, string>;
  refusal: string;
  /** One that can send. */
  mailbox: string;
}

type Database = Awaited<ReturnType<typeof openOwner>>;

const DAY_MS = 24 * 3_600_000;
/** Signs that turn the direction of what stands behind them. */
const TURNING = /[\u202a-\u202e\u2066-\u2069]+/;

/** The newest first: states of mails as a log has them, and what their stories need. */
const MAILS = [
  { state: 'sent', minutes: 1, isTest: true },
  { state: 'queued', minutes: 2 },
  { state: 'in_doubt', minutes: 4, outcome: 'in_doubt', status: 504 },
  { state: 'sent', minutes: 8 },
  { state: 'sent', minutes: 9 },
  { state: 'sent', minutes: 10 },
  { state: 'deferred', minutes: 15, code: 'upstream.throttled', outcome: 'deferred', status: 429 },
  { state: 'held', minutes: 25, code: 'upstream.auth_lost', outcome: 'auth_lost', status: 401 },
  { state: 'failed', minutes: 70, code: 'upstream.rejected', outcome: 'rejected', status: 400 },
  { state: 'digested', minutes: 95 },
  { state: 'digested', minutes: 96 },
  { state: 'suppressed', minutes: 150 },
  { state: 'expired', minutes: 60 * 26, code: 'upstream.unavailable', outcome: 'deferred', status: 503 },
  { state: 'quarantined', minutes: 60 * 27 },
  { state: 'cancelled', minutes: 60 * 28 },
] as const;

/**
 * Puts into a tenant what every page can show: mailboxes in each state, sites, devices in each condition, a mail of each state with its story, a refused
 * device, alerts, arrivals, thirty days. Texts of strangers are `words`. What an API can make it makes; what takes days is written into the tables.
 */
export async function furnish(
  hikyaku: RunningHikyaku,
  owner: Database,
  person: DashboardClient,
  words: Words,
): Promise<Furnished> {
  const tag = randomUUID().slice(0, 8);
  const addresses = [`office-${tag}@outlook.test`, `shop-${tag}@gmail.test`, `lost-${tag}@outlook.test`] as const;
  await sandboxClient(hikyaku.sandboxUrl).knobs({
    accounts: Object.fromEntries(addresses.map((address) => [address, { consent: 'auto' }])),
  });
  const office = await person.connectMailbox('microsoft', addresses[0]);
  const shop = await person.connectMailbox('google', addresses[1]);
  const lost = await person.connectMailbox('microsoft', addresses[2]);
  const { id: tenantId } = await person.must<{ id: string }>('GET', 'tenant');
  await owner.query(`UPDATE mailboxes SET state = 'needs_reconnect', state_code = 'upstream.auth_lost' WHERE id = $1`, [
    lost,
  ]);
  await makeSender(owner, { id: office, tenant_id: tenantId }, { address: words.recipient.replace('@', '+alias@') });
  await makeSender(
    owner,
    { id: office, tenant_id: tenantId },
    { state: 'refused', state_code: 'upstream.sender_refused' },
  );

  const groups: string[] = [];
  for (const site of words.sites) {
    const name = site.slice(0, 80);
    groups.push((await person.must<{ id: string }>('POST', 'groups', { name })).id);
  }
  const devices: string[] = [];
  for (const [at, name] of words.devices.entries()) {
    const { device } = await person.createDevice(at === 2 ? shop : at === 4 ? lost : office, {
      name: name.slice(0, 80).split(TURNING).join(''),
      groupId: at < 3 ? groups[0] : at < 5 ? groups[1] : null,
      ...(at === 1 ? { recipientsMode: 'allow', recipients: [words.recipient] } : {}),
      ...(at === 0 ? { family: 'hikvision', digestMinutes: 5 } : {}),
    });
    devices.push(device.id);
    // As one that was named before the api refused such names.
    if (TURNING.test(name)) await owner.query('UPDATE devices SET name = $2 WHERE id = $1', [device.id, name]);
  }
  const rules = [
    { field: 'subject', matches: words.subjects[0]!.slice(0, 60), action: 'digest', digestMinutes: 60 },
    { field: 'recipient', matches: words.recipient, action: 'mailbox', mailboxId: shop },
  ];
  await person.must('PUT', `devices/${devices[0]}/rules`, { rules });
  await person.must('PUT', `groups/${groups[0]}/rules`, {
    rules: [{ field: 'subject', matches: 'alive', action: 'heartbeat' }],
  });
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  const set = (device: number, assignments: string, values: unknown[] = []) =>
    owner.query(`UPDATE devices SET ${assignments} WHERE id = $1`, [devices[device], ...values]);
  await set(0, 'last_message_at = $2, learnt_recipients = $3, unconfirmed_recipients = $4', [
    minutesAgo(1),
    [words.recipient],
    [`new.${words.recipient}`],
  ]);
  for (const at of [1, 2]) await set(at, 'last_message_at = $2', [minutesAgo(10 * at)]);
  await set(3, 'last_message_at = $2, silence_after_hours = 24', [minutesAgo(60 * 50)]);
  await set(1, `refused_since = $2, refused_at = $3, refused_count = 7, refused_code = 'auth.wrong_password'`, [
    minutesAgo(60),
    minutesAgo(1),
  ]);
  await set(3, 'quiet_hours = $2, time_zone = $3', [JSON.stringify({ start: '22:00', end: '07:00' }), 'Asia/Tokyo']);
  await set(5, 'disabled_at = now()');

  const stories: Record<string, string> = {};
  const accounts = await owner.query<{ id: string; account_key: string }>(
    'SELECT id, account_key FROM mailboxes WHERE tenant_id = $1',
    [tenantId],
  );
  const mailbox = (id: string) => accounts.find((account) => account.id === id)!;
  for (const [at, mail] of [...MAILS.entries()].reverse()) {
    const { state, minutes } = mail;
    const isOwn = at === 7;
    const device = devices[isOwn ? 4 : at === 3 || at > 5 ? 0 : at % 3]!;
    const acceptedAt = minutesAgo(minutes);
    const sentAt = state === 'sent' ? new Date(acceptedAt.getTime() + 1400) : null;
    const waits = ['queued', 'in_doubt', 'deferred'].includes(state);
    const { id } = await makeMessage(
      owner,
      { device: { id: device, tenant_id: tenantId }, mailbox: mailbox(isOwn ? lost : office) },
      {
        state,
        state_code: 'code' in mail ? mail.code : null,
        is_test: 'isTest' in mail,
        subject: words.subjects[at % words.subjects.length],
        size_bytes: 184_320 + 71_003 * at,
        mail_from: words.mailFrom,
        recipients: at % 4 === 0 ? [words.recipient, 'suzuki@example.co.jp', 'sato@example.co.jp'] : [words.recipient],
        accepted_at: acceptedAt,
        ingested_at: acceptedAt,
        sent_at: sentAt,
        // Far away: nobody sends what has no content.
        due_at: waits ? new Date(Date.now() + DAY_MS) : null,
        attempt_count: 'outcome' in mail || sentAt ? 1 : 0,
        content_destroyed_at: ['sent', 'digested', 'suppressed', 'cancelled'].includes(state) ? acceptedAt : null,
        content_until: ['failed', 'expired', 'quarantined'].includes(state) ? new Date(Date.now() + DAY_MS) : null,
      },
    );
    stories[state] = id;
    await tell(owner, tenantId, id, { mail, acceptedAt, sentAt, words });
  }
  await owner.query(
    `INSERT INTO arrivals (message_id, recipient, tenant_id, device_id, mailbox_id, asked_at, token_hash, confirmed_at, confirmed_by)
     VALUES ($1, $2, $3, $4, $5, now() - interval '1 day', NULL, now() - interval '1 day', 'member')`,
    [stories.sent, words.recipient.toLowerCase(), tenantId, devices[0], office],
  );
  await rememberWeek(owner, { id: devices[0]!, tenant_id: tenantId }, mailbox(office));
  const refused = { id: devices[1]!, tenant_id: tenantId };
  const { id: refusal } = await makeSession(owner, refused, {
    diagnosis: 'auth.wrong_password',
    severity: 'error',
    hello: words.hello,
    username: await usernameOf(owner, refused.id),
    facts: JSON.stringify({ oddities: ['too_short'], passwordLength: 8 }),
    started_at: minutesAgo(1),
    ended_at: minutesAgo(1),
    steps: JSON.stringify([
      { step: 'connected', at: 0 },
      { step: 'encrypted', at: 40 },
      { step: 'user_tried', at: 90 },
    ]),
    lines: JSON.stringify([
      { at: 0, by: 'server', text: '220 relay.example ESMTP Hikyaku' },
      { at: 12, by: 'device', text: words.line },
      { at: 90, by: 'server', text: '535 5.7.8 Authentication failed' },
    ]),
  });
  await makeSession(owner, refused, {
    diagnosis: 'rcpt.not_allowed',
    severity: 'error',
    hello: words.hello,
    facts: JSON.stringify({ seen: `x${words.recipient}` }),
    started_at: minutesAgo(30),
    ended_at: minutesAgo(30),
  });
  await owner.query(
    `INSERT INTO auth_passkeys (id, name, public_key, user_id, credential_id, counter, device_type, backed_up, created_at, last_used_at)
     SELECT gen_random_uuid()::text, name, '', m.user_id, gen_random_uuid()::text, 0, 'multiDevice', true, now() - days * interval '1 day',
       CASE WHEN days > 1 THEN now() - interval '3 hours' END
     FROM auth_members m, (VALUES ($2, 40), ('iPad', 1)) AS key (name, days) WHERE m.organization_id = $1`,
    [tenantId, words.devices[0]!.slice(0, 60)],
  );
  await owner.query(
    `INSERT INTO api_keys (id, tenant_id, user_id, name, scope, hint, secret_hash, created_at, last_used_at, expires_at)
     SELECT gen_random_uuid(), m.organization_id::uuid, CASE key.name WHEN 'NAS' THEN 'gone' ELSE m.user_id END, key.name, scope, 'hky_' || left(md5(key.name), 4), sha256(key.name::bytea),
       now() - interval '40 days', used, now() + days * interval '1 day'
     FROM auth_members m, (VALUES ($2, 'read', now() - interval '5 minutes', 325), ('Zabbix', 'change', NULL, NULL), ('CSV', 'read', now() - interval '12 days', -10), ('NAS', 'read', NULL, 80))
       AS key (name, scope, used, days) WHERE m.organization_id = $1`,
    [tenantId, words.devices[0]!.slice(0, 80)],
  );
  const onDuty = await tellAlerts(owner, person, { tenantId, device: refused.id });
  await person.must('PUT', `devices/${devices[0]}/content-channel`, { channelId: onDuty });
  stories.copy = await makeCopy(owner, { id: devices[0]!, tenant_id: tenantId }, stories.sent!);
  await countDays(owner, tenantId, devices);
  return { devices, site: groups[0]!, stories, refusal, mailbox: office };
}

interface Told {
  mail: (typeof MAILS)[number];
  acceptedAt: Date;
  sentAt: Date | null;
  words: Words;
}

/** A mail's attempts and events. */
async function tell(
  owner: Database,
  tenantId: string,
  id: string,
  { mail, acceptedAt, sentAt, words }: Told,
): Promise<void> {
  const outcome = sentAt ? 'accepted' : 'outcome' in mail ? mail.outcome : null;
  if (outcome) {
    await owner.query(
      `INSERT INTO attempts (message_id, part_number, number, tenant_id, fence, started_at, finished_at, outcome, status, code, text)
       VALUES ($1, 1, 1, $2, 1, $3, $4, $5, $6, $7, $8)`,
      [
        ...[id, tenantId, new Date(acceptedAt.getTime() + 50), new Date(acceptedAt.getTime() + 1400), outcome],
        ...['status' in mail ? mail.status : 202, 'code' in mail ? mail.code : null, sentAt ? null : words.said],
      ],
    );
  }
  const changes = sentAt ? { changes: ['from.replaced', 'date.zone_added', 'pictures.smaller'] } : {};
  const fitting = sentAt ? { fitting: { fromBytes: 4_900_000, toBytes: 2_800_000, pictures: 2, slice: null } } : {};
  for (const [kind, data, afterMs] of [
    ['accepted', { door: 'submission', tls: 'TLSv1.3 TLS_AES_128_GCM_SHA256' }, 0],
    [mail.state, { ...changes, ...fitting }, 1400],
  ] as const) {
    await owner.query(
      `INSERT INTO message_events (message_id, tenant_id, at, kind, data) VALUES ($1, $2, $3, $4, $5)`,
      [...[id, tenantId, new Date(acceptedAt.getTime() + afterMs), kind, JSON.stringify(data)]],
    );
  }
  if (mail.state === 'failed') {
    await owner.query(`UPDATE parts SET results = $2 WHERE message_id = $1`, [
      id,
      JSON.stringify([
        { recipient: words.recipient, outcome: 'rejected', code: 'upstream.rejected', status: 550, text: words.said },
      ]),
    ]);
  }
}

async function usernameOf(owner: Database, deviceId: string): Promise<string> {
  const [row] = await owner.query<{ username: string }>('SELECT username FROM credentials WHERE device_id = $1', [
    deviceId,
  ]);
  return row!.username;
}

/** Two channels, one of which fails, and what was told. The id of the other. */
async function tellAlerts(
  owner: Database,
  person: DashboardClient,
  { tenantId, device }: { tenantId: string; device: string },
): Promise<string> {
  const channel = (name: string, url: string) =>
    person.must<{ channel: { id: string } }>('POST', 'alert-channels', {
      kind: 'webhook',
      name,
      language: 'ja',
      url,
    });
  const { channel: works } = await channel('当番', 'https://hooks.example.jp/on-duty');
  const { channel: fails } = await channel('Webhook', 'https://old.example.jp/gone');
  await owner.query(
    `UPDATE alert_channels SET last_sent_at = now() - interval '3 hours', quiet_hours = '{"start": "22:00", "end": "07:00", "timeZone": "Asia/Tokyo", "exceptLost": true}' WHERE id = $1`,
    [works.id],
  );
  await owner.query(
    `UPDATE alert_channels SET failing_since = now() - interval '1 day', failure = 'unreachable' WHERE id = $1`,
    [fails.id],
  );
  await makeAlert(owner, { id: device, tenant_id: tenantId }, works.id);
  // That the mailbox is lost, the worker tells by itself.
  await makeAlert(owner, { id: device, tenant_id: tenantId }, works.id, {
    code: 'device.silent',
    facts: '{}',
    opened_at: new Date(Date.now() - 3 * DAY_MS),
    ended_at: new Date(Date.now() - 2 * DAY_MS),
  });
  return works.id;
}

/** A device that has been there for long, and writes in the morning and in the evening. */
async function rememberWeek(
  owner: Database,
  device: { id: string; tenant_id: string },
  mailbox: { id: string; account_key: string },
): Promise<void> {
  await owner.query(`UPDATE devices SET created_at = now() - interval '60 days' WHERE id = $1`, [device.id]);
  for (let day = 2; day < 7; day++) {
    for (const hour of [0, 0, 11]) {
      const at = new Date(Date.now() - day * DAY_MS - hour * 3_600_000);
      const times = { accepted_at: at, ingested_at: at, sent_at: at, due_at: null, content_destroyed_at: at };
      await makeMessage(owner, { device, mailbox }, { state: 'sent', ...times });
    }
  }
}

/** The copy of a mail that the device's channel got. */
async function makeCopy(owner: Database, device: { id: string; tenant_id: string }, of: string): Promise<string> {
  const [channel] = await owner.query<{ id: string; account_key: string }>(
    `SELECT id, account_key FROM mailboxes WHERE tenant_id = $1 AND provider = 'channel'`,
    [device.tenant_id],
  );
  const at = new Date(Date.now() - 8 * 60_000);
  const { id } = await makeMessage(
    owner,
    { device, mailbox: channel! },
    {
      state: 'sent',
      copy_of: of,
      accepted_at: at,
      ingested_at: at,
      sent_at: at,
      due_at: null,
      content_destroyed_at: at,
    },
  );
  await owner.query(
    `INSERT INTO message_events (message_id, tenant_id, at, kind, data) VALUES ($1, $2, $3, 'accepted', '{"door": "submission"}'), ($1, $2, $3, 'sent', '{}')`,
    [id, device.tenant_id, at],
  );
  return id;
}

/** The numbers of home, as far as nothing counts them. */
async function countDays(owner: Database, tenantId: string, devices: readonly string[]): Promise<void> {
  await owner.query(
    `INSERT INTO mail_hours (tenant_id, hour, accepted, sent, failed)
     SELECT $1, date_trunc('hour', now()) - n * interval '4 hours', 20 + (n * 37) % 90, 18 + (n * 37) % 90, CASE WHEN n % 29 = 0 THEN 9 ELSE 0 END
     FROM generate_series(0, 170) n ON CONFLICT DO NOTHING`,
    [tenantId],
  );
  await owner.query(
    `INSERT INTO mail_states (tenant_id, state, count) VALUES ($1, 'queued', 14), ($1, 'deferred', 1), ($1, 'held', 1), ($1, 'in_doubt', 1), ($1, 'sent', 9000)
     ON CONFLICT (tenant_id, state) DO UPDATE SET count = excluded.count`,
    [tenantId],
  );
  await owner.query(
    `INSERT INTO device_ends (device_id, tenant_id, state, at) VALUES ($1, $3, 'sent', now()), ($2, $3, 'failed', now()) ON CONFLICT DO NOTHING`,
    [devices[0], devices[2], tenantId],
  );
}

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type MailRule, newId } from '@hikyaku/core';
import { makeMailbox, SmtpLine, type TestCredential } from '@hikyaku/testing';
import { type RunningEdge, startEdge } from './harness/start-edge.ts';
import {
  addDevice,
  contentOf,
  eventually,
  type MessageRow,
  makeWorld,
  messageOf,
  queueIdOf,
  sendMail,
  signIn,
  type World,
} from './harness/world.ts';

let world: World;
let edge: RunningEdge;
let credential: TestCredential;

before(async () => {
  world = await makeWorld();
  ({ credential } = await addDevice(world));
  edge = await startEdge({ databaseUrl: world.database.url, masterKey: world.keys.masterKey });
});
after(async () => {
  await edge?.dispose();
  await world?.database.close();
});

async function open(who: TestCredential = credential): Promise<SmtpLine> {
  const line = await SmtpLine.open({ port: edge.doors.smtps, tls: {} });
  await signIn(line, who);
  return line;
}

/** Sends one mail under this envelope; every command must be taken. */
async function send(line: SmtpLine, mailFrom: string, ...rcptTo: string[]): Promise<MessageRow> {
  for (const command of [mailFrom, ...rcptTo]) {
    const reply = await line.say(command);
    assert.match(reply, /^250 2\.1\.[05] Ok$/, `${command} → ${reply}`);
  }
  assert.match(await line.say('DATA'), /^354 /);
  line.send('Subject: envelope\r\n\r\nbody\r\n.\r\n');
  return messageOf(world.database.owner, queueIdOf(await line.reply()));
}

test('E1–E6, E8, E9: every form of a sender is taken, and kept as it was meant', async () => {
  const line = await open();
  const forms: [string, string][] = [
    ['MAIL FROM:cam@x.example', 'cam@x.example'],
    ['MAIL FROM: <cam@x.example>', 'cam@x.example'],
    ['MAIL FROM:<Cam <cam@x.example>>', 'cam@x.example'],
    ['MAIL FROM:<camera1>', 'camera1'],
    ['MAIL FROM:<a@my_cam>', 'a@my_cam'],
    ['MAIL FROM:<>', ''],
    ['MAIL FROM:<somebody@else.example> SIZE= BODY=8BIT X=1', 'somebody@else.example'],
    ['MAIL FROM:<a@b.example > SIZE=100', 'a@b.example'],
  ];
  for (const [command, expected] of forms) {
    assert.equal((await send(line, command, 'RCPT TO:<owner@example.com>')).mail_from, expected);
  }
  line.close();
});

test('E2, E3, E4, E7, E8, E11: lists, names and blanks in RCPT; dotted mailboxes pass; duplicates are one', async () => {
  const line = await open();
  const { recipients } = await send(
    line,
    'MAIL FROM:<a@b.example>',
    'RCPT TO: <one@b.example>,<two@b.example>',
    'RCPT TO:<user.@docomo.example>;<u..v@docomo.example>',
    'RCPT TO:<Name <three@b.example >>',
    'RCPT TO:<ONE@b.example>',
    'RCPT TO:<one@b.example> NOTIFY=NEVER',
  );
  assert.deepEqual(recipients, [
    'one@b.example',
    'two@b.example',
    'user.@docomo.example',
    'u..v@docomo.example',
    'three@b.example',
  ]);
  line.close();
});

test('E10: a second MAIL begins anew; RSET forgets; commands out of order are told what is missing', async () => {
  const line = await open();
  assert.match(await line.say('RCPT TO:<a@b.example>'), /^503 5\.5\.1 /);
  await line.say('MAIL FROM:<first@b.example>');
  await line.say('RCPT TO:<first@b.example>');
  const row = await send(line, 'MAIL FROM:<second@b.example>', 'RCPT TO:<owner@example.com>');
  assert.deepEqual([row.mail_from, row.recipients], ['second@b.example', ['owner@example.com']]);
  await line.say('MAIL FROM:<a@b.example>');
  assert.equal(await line.say('RSET'), '250 2.0.0 Ok');
  assert.match(await line.say('DATA'), /^503 /);
  await line.say('MAIL FROM:<a@b.example>');
  assert.match(await line.say('DATA'), /^554 5\.5\.1 Error: no valid recipients$/);
  for (const bad of ['RCPT TO:<camera1>', 'RCPT TO:<>', 'RCPT TO:<a@>', 'RCPT TO:<玄関@b.example>', 'RCPT']) {
    assert.match(await line.say(bad), /^501 5\./, bad);
  }
  line.close();
});

test('without a login nothing goes: no relaying', async () => {
  const line = await SmtpLine.open({ port: edge.doors.submission });
  await line.say('EHLO x');
  for (const command of ['MAIL FROM:<a@b.example>', 'RCPT TO:<a@b.example>', 'DATA']) {
    assert.match(await line.say(command), /^530 5\.7\.0 /, command);
  }
  line.close();
});

const listsOf = async (id: string) =>
  (
    await world.database.owner.query<{ learnt: string[]; unconfirmed: string[]; mails: number }>(
      `SELECT learnt_recipients AS learnt, unconfirmed_recipients AS unconfirmed,
         (SELECT count(*)::int FROM messages m WHERE m.device_id = d.id) AS mails FROM devices d WHERE id = $1`,
      [id],
    )
  )[0]!;
const thirty = (prefix: string) => Array.from({ length: 30 }, (_, count) => `${prefix}-${count}@b.example`);
/** Ten to a command. */
async function nameAll(line: SmtpLine, addresses: string[]): Promise<void> {
  await line.say('MAIL FROM:<a@b.example>');
  for (let from = 0; from < addresses.length; from += 10) {
    const list = addresses.slice(from, from + 10).map((address) => `<${address}>`);
    assert.match(await line.say(`RCPT TO:${list.join(',')}`), /^250/);
  }
}

test('mode device: ten recipients are learnt, twenty more are taken and wait for the owner, further ones are refused; known ones pass for ever', async () => {
  const { device, credential: who } = await addDevice(world);
  const line = await open(who);
  const all = thirty('r');
  const row = await send(line, 'MAIL FROM:<a@b.example>', ...all.map((address) => `RCPT TO:<${address}>`));
  assert.deepEqual(row.recipients, all);
  await line.say('MAIL FROM:<a@b.example>');
  assert.equal(await line.say('RCPT TO:<more@b.example>'), '550 5.7.1 Recipient not allowed for this device');
  assert.match(await line.say('RCPT TO:<R-3@B.example>'), /^250 /);
  assert.match(await line.say('RCPT TO:<R-29@B.example>'), /^250 /, 'one that waits');
  const lists = await listsOf(device.id);
  assert.deepEqual([lists.learnt, lists.unconfirmed], [all.slice(0, 10), all.slice(10)]);
  await world.database.owner.query(
    `UPDATE devices SET learnt_recipients = array_append(learnt_recipients, 'r-10@b.example'), unconfirmed_recipients = '{}', refused_recipients = $2 WHERE id = $1`,
    [device.id, all.slice(11)],
  );
  await eventually(async () => (await line.say('RCPT TO:<more@b.example>')).startsWith('250'));
  assert.match(
    await line.say('RCPT TO:<r-29@b.example>'),
    /^250 /,
    'one that the owner refused is taken, and left out',
  );
  line.close();
});

test('twenty sessions at once with thirty new recipients each teach a device thirty, and a mail that is broken off gives its places back', async () => {
  const { device, credential: who } = await addDevice(world);
  const broken = await open(who);
  await nameAll(broken, thirty('broken'));
  assert.match(await broken.say('DATA'), /^354/);
  const lines = await Promise.all(Array.from({ length: 20 }, () => open(who)));
  const askAll = async (round: string) => {
    // Nothing is learnt yet: each is taken at RCPT.
    for (const [index, line] of lines.entries()) await nameAll(line, thirty(`${round}${index}`));
    return Promise.all(lines.map((line) => line.say('DATA')));
  };
  assert.ok(
    (await askAll('early')).every((reply) => reply.startsWith('550 5.7.1')),
    'a mail under way has the places',
  );
  broken.close();
  await eventually(async () => {
    const goes = await askAll('late');
    const taken = goes.filter((reply) => reply.startsWith('354')).length;
    assert.ok(taken <= 1, `${taken} of twenty`);
    if (taken === 0) return false;
    const winner = lines[goes.findIndex((reply) => reply.startsWith('354'))]!;
    winner.send('Subject: x\r\n\r\n\r\n.\r\n');
    queueIdOf(await winner.reply());
    return true;
  });
  await eventually(async () => {
    const { learnt, unconfirmed, mails } = await listsOf(device.id);
    return (
      learnt.length === 10 &&
      unconfirmed.length === 20 &&
      mails === 1 &&
      learnt.every((address) => address.startsWith('late'))
    );
  });
  for (const line of lines) line.close();
});

test('mode allow: only the owner’s list; mode domains: anyone there; mode replace: the owner’s list whatever the device says', async () => {
  const listed = await addDevice(world, {
    recipients_mode: 'allow',
    recipients: ['owner@example.com', 'guard@example.com'],
  });
  const line = await open(listed.credential);
  await line.say('MAIL FROM:<a@b.example>');
  assert.match(await line.say('RCPT TO:<stranger@b.example>'), /^550 5\.7\.1 /);
  assert.match(await line.say('RCPT TO:<owner@example.com>,<stranger@b.example>'), /^550 5\.7\.1 /);
  const allowed = await send(line, 'MAIL FROM:<a@b.example>', 'RCPT TO:<GUARD@example.com>');
  assert.deepEqual(allowed.recipients, ['GUARD@example.com']);
  line.close();

  const copier = await addDevice(world, { recipients_mode: 'domains', recipient_domains: ['office.example'] });
  const scans = await open(copier.credential);
  await scans.say('MAIL FROM:<a@b.example>');
  assert.match(await scans.say('RCPT TO:<stranger@b.example>'), /^550 5\.7\.1 /);
  const scanned = await send(scans, 'MAIL FROM:<a@b.example>', 'RCPT TO:<sato@OFFICE.example>');
  assert.deepEqual(scanned.recipients, ['sato@office.example']);
  scans.close();

  const fixed = await addDevice(world, {
    recipients_mode: 'replace',
    recipients: ['owner@example.com', 'guard@example.com'],
  });
  const other = await open(fixed.credential);
  const replaced = await send(other, 'MAIL FROM:<a@b.example>', 'RCPT TO:<camera1>', 'RCPT TO:<x@y.example>');
  assert.deepEqual(replaced.recipients, ['owner@example.com', 'guard@example.com']);
  other.close();
});

test('a device switched off signs in and is told so at MAIL; switched on again it sends, in the same dialogue', async () => {
  const { device, credential: who } = await addDevice(world, { disabled_at: new Date() });
  const line = await open(who);
  assert.equal(await line.say('MAIL FROM:<a@b.example>'), '550 5.7.1 This device is switched off by its owner');
  await world.database.owner.query('UPDATE devices SET disabled_at = NULL WHERE id = $1', [device.id]);
  await eventually(async () => (await line.say('MAIL FROM:<a@b.example>')).startsWith('250'));
  line.close();
});

test('a declared size over the device’s limit is refused at MAIL, and EHLO tells the limit after signing in', async () => {
  const { credential: who } = await addDevice(world, { max_size_bytes: 5000 });
  const line = await open(who);
  assert.match(await line.say('EHLO x'), /SIZE 5000\r\n/);
  assert.equal(await line.say('MAIL FROM:<a@b.example> SIZE=5001'), '552 5.3.4 Message is too large');
  assert.match(await line.say('MAIL FROM:<a@b.example> SIZE=5000'), /^250 /);
  line.close();
});

test('the owner’s rules by subject and recipient are followed: left out, gathered, by another mailbox, to others, and none of it is learnt', async () => {
  const { owner } = world.database;
  const other = await makeMailbox(owner, { tenant_id: world.tenantId });
  const groupId = newId();
  const groupRules: MailRule[] = [{ field: 'subject', matches: 'nobody reads', action: 'drop' }];
  await owner.query('INSERT INTO device_groups (id, tenant_id, name, rules) VALUES ($1, $2, $3, $4)', [
    ...[groupId, world.tenantId, 'Shop', JSON.stringify(groupRules)],
  ]);
  const rules: MailRule[] = [
    { field: 'subject', matches: 'alive', action: 'heartbeat' },
    { field: 'subject', matches: 'hourly*report', action: 'digest', digestMinutes: 60 },
    { field: 'subject', matches: 'door', action: 'recipients', recipients: ['guard@example.com'] },
    { field: 'recipient', matches: '*@office.example', action: 'mailbox', mailboxId: other.id },
  ];
  const { credential: own, device } = await addDevice(world, { group_id: groupId, rules: JSON.stringify(rules) });
  const line = await open(own);
  const mail = async (subject: string, to = 'owner@example.com') =>
    messageOf(owner, await sendMail(line, `Subject: ${subject}\r\n\r\nbody`, to));
  const eventOf = async ({ id }: MessageRow) => {
    const [, event] = await owner.query<{ kind: string; data: Record<string, unknown> }>(
      'SELECT kind, data FROM message_events WHERE message_id = $1 ORDER BY number',
      [id],
    );
    return event;
  };

  for (const subject of ['I am ALIVE', 'Nobody reads this']) {
    const row = await mail(subject, 'stranger@example.com');
    const gone = await owner.query(
      'SELECT FROM messages WHERE id = $1 AND content_destroyed_at IS NOT NULL AND due_at IS NULL',
      [row.id],
    );
    assert.deepEqual([row.state, row.key_sealed, gone.length], ['suppressed', null, 1]);
    const { kind, data } = (await eventOf(row))!;
    const [of, action] = subject === 'I am ALIVE' ? ['device', 'heartbeat'] : ['group', 'drop'];
    assert.deepEqual([kind, data.of, data.number, data.action], ['suppressed', of, 1, action]);
  }

  const gathered = [await mail('Hourly (1) report'), await mail('Hourly (2) report')];
  const times = await owner.query<{ at: Date; minutes: number }>(
    `SELECT digest_at AS at, (extract(epoch FROM digest_at - ingested_at) / 60)::float8 AS minutes FROM messages WHERE id = ANY ($1) ORDER BY seq`,
    [gathered.map(({ id }) => id)],
  );
  assert.equal(times[0]!.at.getTime(), times[1]!.at.getTime(), 'together');
  assert.equal(times[0]!.minutes, 60);
  assert.equal((await mail('Motion')).state, 'queued', 'others do not wait for them');

  const redirected = await mail('Door open', 'stranger@example.com');
  assert.deepEqual(redirected.recipients, ['guard@example.com']);
  assert.match((await contentOf(world, edge.dataDir, redirected)).toString(), /Door open/);
  assert.deepEqual((await eventOf(redirected))!.data.insteadOf, ['stranger@example.com']);

  assert.equal((await mail('Motion', 'desk@office.example')).account_key, other.account_key);
  const [{ learnt_recipients: learnt } = {}] = await owner.query<{ learnt_recipients: string[] }>(
    'SELECT learnt_recipients FROM devices WHERE id = $1',
    [device.id],
  );
  assert.deepEqual(learnt?.sort(), ['desk@office.example', 'owner@example.com']);
  line.close();
});

test('in a device’s quiet hours mail waits for their end, together; a test and what a rule sends at once do not', async () => {
  const { owner } = world.database;
  const now = Date.now();
  const clock = (ms: number) => new Date(ms).toISOString().slice(11, 16);
  const rules: MailRule[] = [{ field: 'subject', matches: 'alarm', action: 'send' }];
  const { credential: own, device } = await addDevice(world, {
    quiet_hours: JSON.stringify({ start: clock(now - 3_600_000), end: clock(now + 3_600_000) }),
    time_zone: 'UTC',
    rules: JSON.stringify(rules),
  });
  const line = await open(own);
  for (const subject of ['Motion', 'Motion', 'Alarm', 'Test mail']) {
    await messageOf(owner, await sendMail(line, `Subject: ${subject}\r\n\r\nbody`));
  }
  const rows = await owner.query<{ subject: string; minutes: number | null; at: string | null; kinds: string[] }>(
    `SELECT subject, (extract(epoch FROM digest_at - now()) / 60)::float8 AS minutes, digest_at::text AS at,
       ARRAY(SELECT kind FROM message_events e WHERE e.message_id = m.id ORDER BY number) AS kinds
     FROM messages m WHERE device_id = $1 ORDER BY seq`,
    [device.id],
  );
  const [first, second, ...others] = rows;
  assert.ok(first!.minutes! > 50 && first!.minutes! <= 61, `${first!.minutes}`);
  assert.equal(first!.at, second!.at);
  assert.deepEqual(first!.kinds, ['accepted', 'quiet_hours']);
  assert.deepEqual(
    others.map(({ subject, at, kinds }) => [subject, at, kinds.at(-1)]),
    [
      ['Alarm', null, 'rule_applied'],
      ['Test mail', null, 'accepted'],
    ],
  );
  line.close();
});

test('what is over a device’s rate is gathered, and not left out', async () => {
  const { owner } = world.database;
  const { credential: own, device } = await addDevice(world, { rate_per_minute: 2 });
  const line = await open(own);
  for (let n = 0; n < 5; n++) await messageOf(owner, await sendMail(line, `Subject: ${n}\r\n\r\nbody`));
  const rows = await owner.query<{ alone: boolean; state: string }>(
    'SELECT digest_at IS NULL AS alone, state FROM messages WHERE device_id = $1 ORDER BY seq',
    [device.id],
  );
  assert.deepEqual(
    rows.map(({ alone }) => alone),
    [true, true, false, false, false],
  );
  assert.ok(rows.every(({ state }) => state === 'queued'));
  line.close();
});

test('a rule by subject is followed where subjects are not kept', async () => {
  const { owner } = world.database;
  const rules: MailRule[] = [{ field: 'subject', matches: 'secret', action: 'drop' }];
  const { credential: own } = await addDevice(world, { rules: JSON.stringify(rules) });
  await owner.query('UPDATE tenants SET hide_subjects = true WHERE id = $1', [world.tenantId]);
  const line = await open(own);
  const row = await eventually(async () => {
    const sent = await messageOf(owner, await sendMail(line, 'Subject: a secret\r\n\r\nbody'));
    return sent.subject === null && sent;
  });
  assert.equal(row.state, 'suppressed');
  line.close();
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeMailbox, makeTenant, SmtpLine, type TestCredential } from '@hikyaku/testing';
import { Pop3Line } from './harness/pop3-line.ts';
import { type RunningEdge, startEdge } from './harness/start-edge.ts';
import { addDevice, base64, eventually, makeWorld, sendMail, signIn, type World } from './harness/world.ts';

const MAILS_PER_MINUTE = 3;
const CONNECTIONS_PER_TENANT = 2;
const POP_WINDOW_MS = 300;
const LISTED = { recipients_mode: 'allow', recipients: ['owner@example.com'] };

let world: World;
let edge: RunningEdge;

before(async () => {
  world = await makeWorld();
  edge = await startEdge({
    databaseUrl: world.database.url,
    masterKey: world.keys.masterKey,
    env: {
      MAX_MAILS_PER_MINUTE: String(MAILS_PER_MINUTE),
      MAX_CONNECTIONS_PER_TENANT: String(CONNECTIONS_PER_TENANT),
      POP_WINDOW_MS: String(POP_WINDOW_MS),
    },
  });
});
after(async () => {
  await edge?.dispose();
  await world?.database.close();
});

interface Told {
  diagnosis: string;
  severity: string;
  username: string | null;
  facts: { seen: string | null; right: string | null };
}

/** What the device's owner reads of its sessions that came to an end, oldest first, once there are so many. */
const toldOf = (deviceId: string, sessions: number): Promise<Told[]> =>
  eventually(async () => {
    const rows = await world.database.owner.query<Told>(
      'SELECT diagnosis, severity, username, facts FROM smtp_sessions WHERE device_id = $1 AND ended_at IS NOT NULL ORDER BY id',
      [deviceId],
    );
    return rows.length >= sessions && rows;
  });

/** A session without AUTH, and the reply to its MAIL. */
async function mailFrom(sender: string): Promise<string> {
  const line = await SmtpLine.open({ port: edge.doors.submission });
  await line.say('EHLO mopier');
  const reply = await line.say(`MAIL FROM:<${sender}>`);
  await line.say('QUIT');
  return reply;
}

async function popLogin({ username, password }: TestCredential): Promise<void> {
  const line = await Pop3Line.open(edge.doors.pop3);
  await line.say(`USER ${username}`);
  assert.match(await line.say(`PASS ${password}`), /^\+OK /);
  await line.say('QUIT');
}

test('who is not known by POP or address is refused in one form of words, and the owner of the name reads which of the four it was', async () => {
  const plain = { ...LISTED, allow_plain_auth: true };
  const late = await addDevice(world, { ...plain, pop_before_smtp: true });
  const off = await addDevice(world, plain);
  const elsewhere = await addDevice(world, { ...LISTED, allowed_addresses: ['192.0.2.0/24'] });
  await popLogin(late.credential);
  await popLogin(off.credential);
  await sleep(POP_WINDOW_MS + 50);
  for (const [{ device, credential }, code, sessions] of [
    [late, 'pop.expired', 2],
    [off, 'pop.off', 2],
    [elsewhere, 'address.not_allowed', 1],
  ] as const) {
    assert.match(await mailFrom(`${credential.username}@office.example`), /^530 5\.7\.0 Authentication required$/);
    const told = (await toldOf(device.id, sessions)).at(-1)!;
    assert.deepEqual([told.diagnosis, told.severity, told.username], [code, 'error', credential.username]);
    if (code === 'address.not_allowed') assert.equal(told.facts.seen, '127.0.0.1');
  }
});

test('a device that is switched off signs in and sends nothing', async () => {
  const { device, credential } = await addDevice(world, { disabled_at: new Date() });
  const line = await SmtpLine.open({ port: edge.doors.smtps, tls: {} });
  await signIn(line, credential);
  assert.match(await line.say('MAIL FROM:<a@example.com>'), /^550 5\.7\.1 This device is switched off by its owner$/);
  await line.say('QUIT');
  assert.equal((await toldOf(device.id, 1))[0]!.diagnosis, 'auth.device_disabled');
});

test('a mail to more than 500 leaves to 500, and the owner reads from which recipient on they were refused', async () => {
  const { device, credential } = await addDevice(world, {
    recipients_mode: 'domains',
    recipient_domains: ['example.com'],
  });
  const line = await SmtpLine.open({ port: edge.doors.smtps, tls: {} });
  await signIn(line, credential);
  await line.say('MAIL FROM:<a@example.com>');
  line.send(Array.from({ length: 501 }, (_, index) => `RCPT TO:<to${index}@example.com>\r\n`).join(''));
  for (let count = 0; count < 500; count++) assert.match(await line.reply(), /^250 /);
  assert.match(await line.reply(), /^452 /);
  assert.match(await line.say('DATA'), /^354 /);
  assert.match(await line.say('Subject: to all\r\n\r\nx\r\n.'), /^250 /);
  await line.say('QUIT');
  const told = (await toldOf(device.id, 1))[0]!;
  assert.deepEqual(
    [told.diagnosis, told.severity, told.facts.seen, told.facts.right],
    ['rcpt.too_many', 'warning', 'to500@example.com', '500'],
  );
});

test('a device in a loop is stopped at its number of a minute; its neighbour at the same mailbox goes on', async () => {
  const mad = await addDevice(world);
  const line = await SmtpLine.open({ port: edge.doors.smtps, tls: {} });
  await signIn(line, mad.credential);
  for (let count = 0; count < MAILS_PER_MINUTE; count++) await sendMail(line, 'Subject: again\r\n\r\nx');
  await assert.rejects(sendMail(line, 'Subject: again\r\n\r\nx'), /452 4\.5\.3 Too much mail in a minute/);
  await line.say('QUIT');
  const told = (await toldOf(mad.device.id, 1))[0]!;
  assert.deepEqual(
    [told.diagnosis, told.severity, told.facts.right],
    ['limit.rate', 'warning', String(MAILS_PER_MINUTE)],
  );
  const neighbour = await SmtpLine.open({ port: edge.doors.smtps, tls: {} });
  await signIn(neighbour, (await addDevice(world)).credential);
  await sendMail(neighbour, 'Subject: door\r\n\r\nx');
  await neighbour.say('QUIT');
});

test('a tenant with as many connections as it may have reads so at the device that found no room', async () => {
  const { id: tenantId } = await makeTenant(world.database.owner);
  const { id: mailboxId } = await makeMailbox(world.database.owner, { tenant_id: tenantId });
  const theirs = { ...world, tenantId, mailboxId };
  const open = () => SmtpLine.open({ port: edge.doors.smtps, tls: {} });
  const busy = await addDevice(theirs);
  const lines = await Promise.all(Array.from({ length: CONNECTIONS_PER_TENANT }, open));
  for (const line of lines) await signIn(line, busy.credential);
  const { device, credential } = await addDevice(theirs);
  const late = await open();
  await late.say('EHLO x');
  assert.match(
    await late.say(`AUTH PLAIN ${base64(`\0${credential.username}\0${credential.password}`)}`),
    /^421 4\.3\.2 Too many connections/,
  );
  late.close();
  const told = (await toldOf(device.id, 1))[0]!;
  assert.deepEqual([told.diagnosis, told.username], ['limit.connections', credential.username]);
  for (const line of lines) line.close();
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newBounceToken } from '@hikyaku/core';
import {
  makeDevice,
  makeMailbox,
  makeMessage,
  makeTenant,
  reservePort,
  SmtpLine,
  type TestCredential,
  type TestMessage,
} from '@hikyaku/testing';
import { type RunningEdge, startEdge } from './harness/start-edge.ts';
import { addDevice, makeWorld, messagesOf, signIn, type World } from './harness/world.ts';

let world: World;
let edge: RunningEdge;
let port: number;
let mail: TestMessage;
let credential: TestCredential;
const token = newBounceToken();
const address = (of = token) => `bounce+${of}@reports.example`;

before(async () => {
  world = await makeWorld();
  port = await reservePort();
  const { device, credential: made } = await addDevice(world, { allow_plain_auth: true });
  credential = made;
  mail = await sentMail(device, { id: world.mailboxId, account_key: world.accountKey });
  await addAddress(world.tenantId, token);
  edge = await startEdge({
    databaseUrl: world.database.url,
    masterKey: world.keys.masterKey,
    env: { SMTP_25_PORT: String(port), BOUNCE_DOMAIN: 'Reports.example', MAX_SIZE_BYTES: '2000000' },
  });
});
after(async () => {
  await edge?.dispose();
  await world?.database.close();
});

const sentMail = (device: { id: string; tenant_id: string }, mailbox: { id: string; account_key: string | null }) =>
  makeMessage(
    world.database.owner,
    { device, mailbox },
    { state: 'sent', due_at: null, recipients: ['Taro@example.jp'] },
  );
const addAddress = (tenantId: string, of: string) =>
  world.database.owner.query('INSERT INTO bounce_addresses (tenant_id, token) VALUES ($1, $2)', [tenantId, of]);

const reportOf = (
  queueId: string,
  filler = 'A picture that must be nowhere.',
  status = '5.1.1',
) => `From: MAILER-DAEMON@mx.example
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b

${filler}
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; taro@example.jp
Action: failed
Status: ${status}
Diagnostic-Code: smtp; 550 ${status} no such user

--b
Content-Type: message/rfc822

Received: from device by relay (Hikyaku) with ESMTP id ${queueId}; Sat, 28 Nov 2026 10:00:00 +0000
Subject: A subject that must be nowhere

${filler}
--b--
`;

async function stranger(to = port): Promise<SmtpLine> {
  const line = await SmtpLine.open({ port: to });
  await line.say('EHLO mx.example');
  return line;
}

/** The replies to MAIL and RCPT, and to the content where RCPT was taken. */
async function give(line: SmtpLine, to: string, content: string): Promise<string[]> {
  const replies = [await line.say('MAIL FROM:<>'), await line.say(`RCPT TO:<${to}>`)];
  if (!replies[1]!.startsWith('250')) return replies;
  assert.match(await line.say('DATA'), /^354/);
  line.send(`${content.replaceAll('\n', '\r\n')}\r\n.\r\n`);
  return [...replies, await line.reply()];
}

const storyOf = (id: string) =>
  world.database.owner.query<{ kind: string; data: Record<string, unknown> }>(
    `SELECT kind, data FROM message_events WHERE message_id = $1 AND kind = 'bounced'`,
    [id],
  );

test('a report that a stranger’s server brings stands in the story of its mail once, is told once, and is nowhere else', async () => {
  const line = await stranger();
  for (let copy = 0; copy < 2; copy++) {
    assert.deepEqual(await give(line, address().toUpperCase(), reportOf(mail.queue_id)), [
      '250 2.1.0 Ok',
      '250 2.1.5 Ok',
      '250 2.0.0 Ok',
    ]);
  }
  const data = { address: 'Taro@example.jp', action: 'failed', status: '5.1.1', reason: 'unknown_recipient' };
  assert.deepEqual(await storyOf(mail.id), [{ kind: 'bounced', data: { ...data, text: '550 5.1.1 no such user' } }]);
  const told = await world.database.owner.query<{ facts: Record<string, unknown> }>(
    `SELECT facts FROM outbox WHERE kind = 'message.bounced' AND subject_id = $1`,
    [mail.id],
  );
  assert.deepEqual(
    told.map(({ facts }) => [facts.reason, facts.status]),
    [['unknown_recipient', '5.1.1']],
  );
  assert.equal((await messagesOf(world.database.owner)).length, 1, 'no mail was accepted');
  assert.ok(!JSON.stringify(edge.log).includes('must be nowhere'));
  line.close();
});

test('a report reaches mail of its own tenant alone, and what is no report is taken and noted nowhere', async () => {
  const other = await makeTenant(world.database.owner);
  const mailbox = await makeMailbox(world.database.owner, { tenant_id: other.id });
  const { device } = await makeDevice(world.database.owner, world.keys.digester, {
    tenant_id: other.id,
    mailbox_id: mailbox.id,
  });
  const foreign = await sentMail(device, mailbox);
  const line = await stranger();
  assert.equal((await give(line, address(), reportOf(foreign.queue_id)))[2], '250 2.0.0 Ok');
  assert.deepEqual(await storyOf(foreign.id), []);
  assert.equal((await give(line, address(), 'Subject: Hello\n\nAn advertisement'))[2], '250 2.0.0 Ok');
  line.close();
});

test('any other address is refused to a stranger as before: unknown tokens, other domains, other doors', async () => {
  const line = await stranger();
  const refused = '530 5.7.0 Authentication required';
  for (const to of [
    address(newBounceToken()),
    `bounce+${token}@example.com`,
    `x${address()}`,
    'taro@example.jp',
    `postmaster@reports.example`,
    'bounce@reports.example',
  ]) {
    assert.equal((await give(line, to, ''))[1], refused, to);
  }
  assert.match(await line.say('DATA'), /^554/);
  line.close();
  const submission = await stranger(edge.doors.submission);
  assert.equal(await submission.say('MAIL FROM:<>'), refused);
  submission.close();
  // A second one in the same mail, and one beside a person.
  const two = await stranger();
  await two.say('MAIL FROM:<>');
  assert.match(await two.say(`RCPT TO:<${address()}>,<taro@example.jp>`), /^530/);
  assert.match(await two.say(`RCPT TO:<${address()}>`), /^250/);
  assert.match(await two.say(`RCPT TO:<taro@example.jp>`), /^530/);
  assert.match(await two.say(`RCPT TO:<${address()}>`), /^452/);
  two.close();
});

test('a device that has signed in at that door sends as ever', async () => {
  const line = await stranger();
  await signIn(line, credential);
  assert.match(await line.say('MAIL FROM:<camera@example.com>'), /^250/);
  assert.match(await line.say('RCPT TO:<owner@example.com>'), /^250/);
  line.close();
});

test('a report with a large copy of the mail is read by its beginning; one over the limit is refused', async () => {
  const { device } = await addDevice(world);
  const large = await sentMail(device, { id: world.mailboxId, account_key: world.accountKey });
  const line = await stranger();
  const [head, tail] = reportOf(large.queue_id).split('\n--b--');
  const filled = `${head}\n${`${'x'.repeat(70)}\n`.repeat(10_000)}--b--${tail}`;
  assert.equal((await give(line, address(), filled))[2], '250 2.0.0 Ok');
  assert.equal((await storyOf(large.id)).length, 1);
  assert.match((await give(line, address(), 'y'.repeat(2_100_000)))[2]!, /^552/);
  line.close();
});

test('Gmail’s code is kept for its owner; beyond two hundred mails an hour senders are asked to come later', async () => {
  const line = await stranger();
  const code = `From: <forwarding-noreply@google.com>\nSubject: (#987654321) Gmail Forwarding Confirmation - Receive Mail from gate@gmail.example\n\nx`;
  assert.equal((await give(line, address(), code))[2], '250 2.0.0 Ok');
  const [row] = await world.database.owner.query<Record<string, unknown>>(
    'SELECT forward_code, forward_for FROM bounce_addresses WHERE token = $1',
    [token],
  );
  assert.deepEqual(row, { forward_code: '987654321', forward_for: 'gate@gmail.example' });
  await world.database.owner.query(
    `UPDATE bounce_addresses SET taken_in_hour = 200, hour_ends_at = now() + interval '1 hour' WHERE token = $1`,
    [token],
  );
  assert.equal((await give(line, address(), ''))[1], '452 4.3.2 Too many reports, try again later');
  await world.database.owner.query(`UPDATE bounce_addresses SET hour_ends_at = now() WHERE token = $1`, [token]);
  assert.equal((await give(line, address(), code))[2], '250 2.0.0 Ok');
  line.close();
});

import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import type { ArrivalList, Problem, TestMailAnswer } from '@hikyaku/contracts';
import { pruneArrivals } from '@hikyaku/db';
import { decryptContent } from '@hikyaku/spool';
import { makeMailbox } from '@hikyaku/testing';
import type { ContentSealer } from '@hikyaku/vault';
import { type ApiUnderTest, type Person, startApi } from './api-under-test.ts';

let api: ApiUnderTest;
let owner: Person & { tenantId: string };
let mailboxId: string;
/** Content keys, as the worker would open them. */
const contentKeys = new Map<string, Buffer>();

before(async () => {
  api = await startApi(
    {},
    undefined,
    (sealer): ContentSealer => ({
      seal(messageId, envelope) {
        const made = sealer.seal(messageId, envelope);
        contentKeys.set(messageId, made.contentKey);
        return made;
      },
    }),
  );
  owner = await api.owner();
  mailboxId = (await makeMailbox(api.db.owner, { tenant_id: owner.tenantId, address: 'home@outlook.example' })).id;
});
after(() => api.close());

/** Sends a test to each; answers the mails with the tokens in them. */
async function sendTests(deviceId: string, recipients: string[]) {
  const before = api.spooled.length;
  const { mails } = await owner.must<TestMailAnswer>('POST', `devices/${deviceId}/test`, { recipients });
  // A mail is known as sent from here on.
  await api.db.owner.query(`UPDATE messages SET state = 'sent', sent_at = now(), due_at = NULL WHERE id = ANY ($1)`, [
    mails.map(({ messageId }) => messageId),
  ]);
  const texts = await Promise.all(
    mails.map(({ messageId }, index) => textOf(messageId, api.spooled[before + index]![0]!)),
  );
  return mails.map((mail, index) => {
    const links = [...texts[index]!.matchAll(/^(.*)\/arrived#token=([0-9a-f]{40})$/gm)];
    assert.ok(links.length > 0 && links.every(([, origin]) => origin === api.url), texts[index]);
    return { ...mail, token: links[0]![2]! };
  });
}

async function textOf(messageId: string, sealed: Buffer): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of decryptContent(contentKeys.get(messageId)!, messageId, Readable.from([sealed])))
    chunks.push(chunk);
  const mail = Buffer.concat(chunks).toString('latin1');
  return Buffer.from(mail.slice(mail.indexOf('\r\n\r\n')), 'base64').toString('utf8');
}

const press = (token: string, person = api.person()) => person.api<Problem>('POST', '/api/arrivals', { token });
const listOf = async (deviceId: string) =>
  (await owner.must<ArrivalList>('GET', `arrivals?deviceId=${deviceId}`)).items;

test('each recipient of a test has a link of his own, which says for him alone, without a login, that it arrived', async () => {
  const { device } = await owner.createDevice(mailboxId);
  const [mine, yours] = await sendTests(device.id, ['Me@b.example', 'you@b.example']);
  assert.notEqual(mine!.token, yours!.token);
  assert.deepEqual((await listOf(device.id)).map(({ recipient, confirmedAt }) => [recipient, confirmedAt]).sort(), [
    ['me@b.example', null],
    ['you@b.example', null],
  ]);

  const answer = await press(mine!.token);
  assert.deepEqual([answer.status, answer.body], [204, ''], 'it tells nothing of whose mail it was');
  assert.equal((await press(mine!.token)).status, 204, 'twice does no harm');
  const [confirmed, open] = (await listOf(device.id)).sort((a, b) => a.recipient.localeCompare(b.recipient));
  assert.deepEqual(
    [confirmed!.recipient, confirmed!.confirmedBy, confirmed!.messageId],
    ['me@b.example', 'recipient', mine!.messageId],
  );
  assert.equal(open!.confirmedAt, null);

  // A newer test that nobody has confirmed yet does not take away what is known.
  const [again] = await sendTests(device.id, ['me@b.example']);
  const now = (await listOf(device.id)).find(({ recipient }) => recipient === 'me@b.example')!;
  assert.deepEqual([now.messageId, now.confirmedAt], [again!.messageId, confirmed!.confirmedAt]);
});

test('a link that is unknown, ended or no token confirms nothing; the row holds only its hash', async () => {
  const { device } = await owner.createDevice(mailboxId);
  const [mail] = await sendTests(device.id, ['late@b.example']);
  const unknown = await press('0'.repeat(40));
  assert.deepEqual([unknown.status, unknown.body.code], [400, 'auth.link_ended']);
  assert.equal((await press('x')).status, 400);
  const rows = await api.db.owner.query('SELECT * FROM arrivals WHERE message_id = $1', [mail!.messageId]);
  assert.equal(JSON.stringify(rows).includes(mail!.token), false);
  await api.db.owner.query(`UPDATE arrivals SET expires_at = now() - interval '1 second' WHERE message_id = $1`, [
    mail!.messageId,
  ]);
  const ended = await press(mail!.token);
  assert.deepEqual([ended.status, ended.body], [unknown.status, unknown.body], 'ended is told as unknown');
  assert.equal((await listOf(device.id))[0]!.confirmedAt, null);
});

test('presses from one network are limited, and those from elsewhere go on', async () => {
  const person = api.person();
  const statuses = [];
  for (let count = 0; count < 31; count++) statuses.push((await press('1'.repeat(40), person)).status);
  assert.deepEqual(statuses, [...Array(30).fill(400), 429]);
  assert.equal((await press('1'.repeat(40))).status, 400);
});

test('a member says of any sent mail whether it arrived; the last word counts, and it is in the audit log', async () => {
  const { device } = await owner.createDevice(mailboxId);
  const [mail] = await sendTests(device.id, ['home@outlook.example']);
  const say = (hasArrived: boolean, recipient = 'HOME@outlook.example') =>
    owner.api<Problem>('POST', `messages/${mail!.messageId}/arrival`, { recipient, hasArrived });
  assert.equal((await say(false)).status, 204);
  assert.ok((await listOf(device.id))[0]!.deniedAt);
  assert.equal((await say(true)).status, 204);
  const [said] = await listOf(device.id);
  assert.deepEqual([said!.confirmedBy, said!.deniedAt], ['member', null]);
  // Found in the junk folder after a "no".
  await say(false);
  assert.equal((await press(mail!.token)).status, 204);
  const [found] = await listOf(device.id);
  assert.deepEqual([found!.confirmedBy, found!.deniedAt], ['recipient', null]);

  const stranger = await say(true, 'stranger@b.example');
  assert.deepEqual([stranger.status, Object.keys(stranger.body.fields ?? {})], [400, ['recipient']]);
  const audit = await api.db.owner.query<{ data: unknown }>(
    `SELECT data FROM audit_entries WHERE target = $1 AND action = 'message.arrival_answered'`,
    [mail!.messageId],
  );
  assert.equal(audit.length, 3);
});

test('old questions that nobody answered go, and the last confirmation of a recipient stays', async () => {
  const { device } = await owner.createDevice(mailboxId);
  const [first] = await sendTests(device.id, ['old@b.example']);
  const [second] = await sendTests(device.id, ['old@b.example', 'never@b.example']);
  await press(first!.token);
  await press(second!.token);
  await api.db.owner.query(`UPDATE arrivals SET asked_at = asked_at - interval '91 days' WHERE device_id = $1`, [
    device.id,
  ]);
  assert.equal(await pruneArrivals(api.db.system, 100), 2);
  assert.deepEqual(
    (await listOf(device.id)).map(({ messageId }) => messageId),
    [second!.messageId],
  );
});

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { PLANS } from '@hikyaku/core';
import {
  findReleasable,
  holdStranded,
  insertMessages,
  type NewMessage,
  readBacklogs,
  releaseHeld,
  retryMessage,
} from '@hikyaku/db';
import { ACCEPTED, fakeTransport } from './fake-transport.ts';
import { openScene, type Place, type Scene, startWorker, until, untilState } from './scene.ts';

let scene: Scene;
let worker: { close(): Promise<void> } | undefined;
/** Recipients of each call of the provider. */
let got: string[][] = [];
before(async () => {
  scene = await openScene();
});
afterEach(async () => {
  await worker?.close();
  worker = undefined;
  got = [];
});
after(() => scene.close());

const TEN = Array.from({ length: 10 }, (_, index) => `known${index}@example.com`);
const CODE = 'recipient.unconfirmed';

async function startSending(): Promise<void> {
  const fake = fakeTransport(({ mail }) => {
    got.push(mail.recipients);
    return ACCEPTED;
  });
  worker = await startWorker(scene, { transports: { microsoft: fake } });
}

/** A place whose device knows ten recipients. */
async function placeOfTen(): Promise<Place> {
  const place = await scene.makePlace();
  await say(place, { learnt: TEN });
  return place;
}

/** The lists of the device, as its owner's word or hand-off left them. */
async function say(place: Place, { learnt = TEN, unconfirmed = [] as string[], refused = [] as string[] }) {
  await scene.db.owner.query(
    'UPDATE devices SET learnt_recipients = $2, unconfirmed_recipients = $3, refused_recipients = $4 WHERE id = $1',
    [place.device.id, learnt, unconfirmed, refused],
  );
}

/** A mail to these, sealed and spooled, handed off as the edge does. */
async function handOff(place: Place, recipients: string[], plan = PLANS['self-hosted']): Promise<string> {
  const { id } = await scene.makeMail(place, { recipients });
  const [row] = await scene.db.owner.query<Record<string, never> & { key_sealed: Buffer; spool_offset: string }>(
    'DELETE FROM messages WHERE id = $1 RETURNING *',
    [id],
  );
  await scene.db.owner.query('DELETE FROM parts WHERE message_id = $1', [id]);
  const mail: NewMessage = {
    messageId: id,
    queueId: row!.queue_id!,
    tenantId: place.tenantId,
    deviceId: place.device.id,
    mailboxId: place.mailbox.id,
    acceptedAt: Date.now(),
    mailFrom: row!.mail_from!,
    recipients,
    subject: null,
    messageIdHeader: row!.message_id_header!,
    isTest: false,
    sizeBytes: row!.size_bytes!,
    door: 'smtps',
    clientAddress: '127.0.0.1',
    tls: null,
    keySealed: row!.key_sealed.toString('base64'),
    spool: { object: row!.spool_object!, offset: Number(row!.spool_offset), length: Number(row!.spool_length) },
  };
  const inserted = await insertMessages(scene.db.system, [mail], plan);
  assert.equal(inserted.length, 1);
  return id;
}

const partsOf = async (id: string) =>
  (
    await scene.db.owner.query<{ state: string; code: string | null; places: number[] }>(
      'SELECT state::text, state_code AS code, places FROM parts WHERE message_id = $1 ORDER BY number',
      [id],
    )
  ).map(({ state, code, places }) => [state, code, places]);

const retry = (place: Place, id: string) =>
  scene.db.tenant.forTenant(place.tenantId).tx((tx) => retryMessage({ tx, tenantId: place.tenantId }, id));

const devicesOf = async (place: Place) =>
  (
    await scene.db.owner.query<{ learnt: string[]; unconfirmed: string[] }>(
      'SELECT learnt_recipients AS learnt, unconfirmed_recipients AS unconfirmed FROM devices WHERE id = $1',
      [place.device.id],
    )
  )[0]!;

test('recipients beyond the ten: the others get the mail at once, they get it when the owner says yes, and never when he says no', async () => {
  const place = await placeOfTen();
  const id = await handOff(place, [TEN[3]!, 'New@example.com', 'other@example.com', TEN[0]!.toUpperCase()]);
  assert.deepEqual(await partsOf(id), [
    ['queued', null, [1, 4]],
    ['held', CODE, [2, 3]],
  ]);
  assert.deepEqual(await devicesOf(place), { learnt: TEN, unconfirmed: ['new@example.com', 'other@example.com'] });
  const told = await scene.db.owner.query<{ facts: unknown }>(
    `SELECT facts FROM outbox WHERE kind = 'device.asked' AND subject_id = $1`,
    [place.device.id],
  );
  assert.deepEqual(told, [{ facts: { waiting: 2 } }]);

  await startSending();
  const held = await untilState(scene, id, 'held');
  assert.deepEqual(got, [[TEN[3], TEN[0]!.toUpperCase()]]);
  assert.deepEqual([held.state_code, held.key_sealed !== null, held.due_at], [CODE, true, null]);
  assert.equal(await retry(place, id), null);
  assert.equal(await releaseHeld(scene.db.system, place.mailbox.id), null);
  assert.deepEqual(await findReleasable(scene.db.system, 'sandbox', 100), []);
  const [backlog] = await readBacklogs(scene.db.system, [place.mailbox.id], 100);
  assert.deepEqual([backlog?.mails, backlog?.unconfirmedMails], [0, 1]);

  await say(place, { learnt: [...TEN, 'new@example.com'], refused: ['other@example.com'] });
  const sent = await untilState(scene, id, 'sent');
  assert.deepEqual(got.slice(1), [['New@example.com']]);
  assert.deepEqual([sent.key_sealed, sent.content_until], [null, null]);
  assert.deepEqual(await partsOf(id), [
    ['sent', null, [1, 4]],
    ['sent', null, [2]],
    ['suppressed', 'recipient.refused', [3]],
  ]);
  assert.deepEqual(
    sent.events.filter((kind) => kind.startsWith('recipients_')),
    ['recipients_unconfirmed', 'recipients_allowed', 'recipients_refused'],
  );
});

test('a mail to nobody but refused ones is left out unsent, its content destroyed', async () => {
  const place = await placeOfTen();
  await say(place, { refused: ['no@example.com'] });
  await startSending();
  const id = await handOff(place, ['no@example.com']);
  const facts = await untilState(scene, id, 'suppressed');
  assert.deepEqual([facts.key_sealed, facts.attempts, got], [null, [], []]);
});

test('seven days without a word, in which one could be said, end it, its content kept for a while; sent again by hand it goes', async () => {
  const place = await placeOfTen();
  const id = await handOff(place, ['late@example.com']);
  assert.deepEqual(await partsOf(id), [['held', CODE, [1]]]);
  // For two hours of them the relay was off.
  await scene.db.owner.query(
    `INSERT INTO instance_settings (key, value, updated_at) VALUES ('clock', jsonb_build_array(jsonb_build_object(
       'from', extract(epoch FROM now() - interval '3 days') * 1000, 'to', extract(epoch FROM now() - interval '3 days' + interval '2 hours') * 1000)), now())
     ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
  );
  await startSending();
  await scene.db.owner.query(`UPDATE messages SET ingested_at = now() - interval '7 days 1 hour' WHERE id = $1`, [id]);
  await handOff(place, [TEN[0]!]);
  await until('another mail is sent', () => got.length === 1);
  assert.equal((await scene.message(id)).state, 'held');
  await scene.db.owner.query(`UPDATE messages SET ingested_at = now() - interval '7 days 121 minutes' WHERE id = $1`, [
    id,
  ]);
  const expired = await untilState(scene, id, 'expired');
  assert.deepEqual([expired.state_code, expired.key_sealed !== null], ['recipient.unanswered', true]);
  assert.ok(expired.content_until !== null);
  assert.deepEqual(got, [[TEN[0]]]);
  assert.equal(await retry(place, id), 'queued');
  await untilState(scene, id, 'sent');
  assert.deepEqual(got.slice(1), [['late@example.com']]);
});

test('a mailbox that closes and opens again sends to those that are known, and to nobody who waits for a word', async () => {
  const place = await placeOfTen();
  const mailbox = (state: string) =>
    scene.db.owner.query('UPDATE mailboxes SET state = $2::mailbox_state WHERE id = $1', [place.mailbox.id, state]);
  await mailbox('needs_reconnect');
  const id = await handOff(place, ['new@example.com', TEN[1]!]);
  assert.equal(await holdStranded(scene.db.system, place.mailbox.account_key, 'sandbox'), 1);
  assert.deepEqual(await partsOf(id), [
    ['held', 'upstream.auth_lost', [2]],
    ['held', CODE, [1]],
  ]);
  assert.equal((await scene.message(id)).state_code, 'upstream.auth_lost');
  await mailbox('active');
  await startSending();
  await until('the known one has it', () => got.length === 1);
  assert.deepEqual(got, [[TEN[1]]]);
  assert.equal((await untilState(scene, id, 'held')).state_code, CODE);
  await say(place, { learnt: [...TEN, 'new@example.com'] });
  await untilState(scene, id, 'sent');
  assert.deepEqual(got.slice(1), [['new@example.com']]);
});

test('addresses that the tenant never had count as the day’s new ones, of all its devices; beyond the number they wait for the owner', async () => {
  const place = await scene.makePlace();
  const plan = { ...PLANS.open, newRecipientsPerDay: 3 };
  await handOff(place, ['a@example.com', 'b@example.com'], plan);
  await handOff(place, ['A@example.com', 'c@example.com', 'd@example.com', 'b@example.com'], plan);
  assert.deepEqual(await devicesOf(place), {
    learnt: ['a@example.com', 'b@example.com', 'c@example.com'],
    unconfirmed: ['d@example.com'],
  });
  const uses = await scene.db.owner.query('SELECT name, count FROM tenant_uses WHERE tenant_id = $1', [place.tenantId]);
  assert.deepEqual(uses, [{ name: 'new_recipients', count: 3 }]);
  // What another device of the tenant has is not new.
  const [{ id }] = (await scene.db.owner.query<{ id: string }>(
    `INSERT INTO devices (id, tenant_id, mailbox_id, name) SELECT gen_random_uuid(), tenant_id, mailbox_id, 'second' FROM devices WHERE id = $1 RETURNING id`,
    [place.device.id],
  )) as [{ id: string }];
  const second = { ...place, device: { ...place.device, id } };
  await handOff(second, ['c@example.com', 'e@example.com'], plan);
  assert.deepEqual(await devicesOf(second), { learnt: ['c@example.com'], unconfirmed: ['e@example.com'] });
});

import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { newId } from '@hikyaku/core';
import { closeForeignMailboxes, countMoves, redirectFromChannels } from '@hikyaku/db';
import { makeMailbox, until } from '@hikyaku/testing';
import { openUpstreams } from '@hikyaku/upstreams';
import { arriveAt, JPEG } from './arrive.ts';
import { fakeTransport } from './fake-transport.ts';
import { openScene, type Place, type Scene, startWorker } from './scene.ts';

/** For hangs, not for speed. */
const LONG_MS = 30_000;

let scene: Scene;
let server: Server;
let origin: string;
let seen: { path: string; headers: Record<string, string | string[] | undefined>; body: Buffer }[] = [];
let answer: (count: number, path: string) => number | 'nothing' | 'hangs' = () => 200;
/** What it asks for, seconds. */
let againInS = 0;

before(async () => {
  scene = await openScene();
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push({ path: request.url!, headers: request.headers, body: Buffer.concat(chunks) });
      const status = answer(seen.length, request.url!);
      if (status === 'hangs') return;
      if (status === 'nothing') return void request.socket.destroy();
      response.writeHead(status, againInS === 0 ? {} : { 'retry-after': String(againInS) }).end('what it says: Motion');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(async () => {
  server.closeAllConnections();
  server.close();
  await scene.close();
});

/** A device whose owner chose a channel for its pictures; what it sends, where no other word is said. */
async function makeShown(mode: 'beside' | 'instead', kind: 'webhook' | 'discord' = 'webhook') {
  [seen, answer, againInS] = [[], () => 200, 0];
  const place = await scene.makePlace();
  const channelId = newId();
  const config =
    kind === 'webhook'
      ? { kind, url: `${origin}/hook`, secrets: [{ secret: `whsec_${Buffer.alloc(32, 1).toString('base64')}` }] }
      : { kind, url: `${origin}/discord` };
  await makeMailbox(scene.db.owner, {
    ...{ id: channelId, tenant_id: place.tenantId, provider: 'channel', account_key: `channel:${kind}:${channelId}` },
    ...{ address: `${kind}@channel.invalid`, display_name: 'Family', scopes: [] },
    ...{ secret_sealed: scene.tokenBox.seal(channelId, JSON.stringify(config)), secret_version: 1 },
  });
  await scene.db.owner.query('UPDATE devices SET content_channel_id = $2, content_mode = $3 WHERE id = $1', [
    place.device.id,
    channelId,
    mode,
  ]);
  return { ...place, channelId };
}

/** As the edge does it: what goes to a channel alone names it as its mailbox. */
const asTheEdge = ({ channelId }: { channelId: string }) => ({ mailboxId: channelId });

interface Row {
  id: string;
  state: string;
  state_code: string | null;
  mailbox_id: string;
  copy_of: string | null;
  key_sealed: Buffer | null;
  spool_object: string | null;
  content_destroyed_at: Date | null;
}
const rowsOf = (place: Place) =>
  scene.db.owner.query<Row>('SELECT * FROM messages WHERE device_id = $1 ORDER BY seq', [place.device.id]);
const all = (place: Place, state: string, count: number) =>
  until(
    `${count} mails are ${state}`,
    async () => (await rowsOf(place)).filter((row) => row.state === state).length === count,
    LONG_MS,
  );

function startBoth(fake = fakeTransport()) {
  const { channel } = openUpstreams({ isSandbox: true, ALLOW_PRIVATE_UPSTREAMS: true }).transports;
  return startWorker(scene, { transports: { microsoft: fake, channel: channel! } });
}

test('a mail goes to its recipients and a copy to the channel, each by itself, and the content goes when both have it', async (t) => {
  const place = await makeShown('beside');
  answer = (count) => (count === 1 ? 503 : 200);
  const fake = fakeTransport();
  const worker = await startBoth(fake);
  t.after(() => worker.close());
  const [id] = await arriveAt(scene, place, 1);
  await all(place, 'sent', 2);
  const rows = await rowsOf(place);
  assert.deepEqual(
    rows.map(({ mailbox_id, copy_of }) => [mailbox_id, copy_of]),
    [
      [place.mailbox.id, null],
      [place.channelId, id],
    ],
  );
  assert.equal(fake.sent.length, 1);
  assert.equal(seen.length, 2, 'the channel was away once; it alone was tried again');
  assert.equal(seen[0]!.headers['webhook-id'], seen[1]!.headers['webhook-id'], 'a receiver knows a repeat');
  const told = JSON.parse(seen[1]!.body.toString()) as { type: string; subject: string; pictures: { data: string }[] };
  assert.deepEqual([told.type, told.subject, told.pictures.length], ['mail', 'Motion 0', 1]);
  assert.ok(Buffer.from(told.pictures[0]!.data, 'base64').equals(Buffer.concat([JPEG, Buffer.from([0])])));
  assert.ok(rows.every(({ key_sealed, content_destroyed_at }) => !key_sealed && content_destroyed_at));
  await until(
    'its spool object is gone',
    async () => (await rowsOf(place)).every(({ spool_object }) => spool_object === null),
    LONG_MS,
  );
  // Its owner counts what his devices sent: the log shows both, a day has one.
  await until(
    'both are counted',
    async () => {
      await countMoves(scene.db.system, 1_000);
      const counted = `SELECT FROM mail_states WHERE tenant_id = $1 AND state = 'sent' AND count = 2`;
      return (await scene.db.owner.query(counted, [place.tenantId])).length === 1;
    },
    LONG_MS,
  );
  const hours = await scene.db.owner.query(
    'SELECT sum(accepted)::int AS accepted, sum(sent)::int AS sent FROM mail_hours WHERE tenant_id = $1',
    [place.tenantId],
  );
  assert.deepEqual(hours, [{ accepted: 1, sent: 1 }]);
});

test('the content lives on for whichever of both is late, in packs too', async (t) => {
  const place = await makeShown('beside');
  // Tries without a rest would use up the channel's pace.
  [answer, againInS] = [() => 503, 1];
  const fake = fakeTransport();
  const worker = await startBoth(fake);
  t.after(() => worker.close());
  await arriveAt(scene, place, 2);
  await all(place, 'sent', 2);
  await until('both were tried', () => seen.length >= 2, LONG_MS);
  // The sweeper erases what is dead in objects that others need.
  await new Promise((done) => setTimeout(done, 1_000));
  answer = () => 200;
  await all(place, 'sent', 4);
});

test('a channel is of both modes: a worker of another one goes on with it, and closes the mailbox alone', async () => {
  const place = await makeShown('beside');
  const states = async () =>
    (
      await scene.db.owner.query<{ environment: string; state: string }>(
        'SELECT environment, state FROM mailboxes WHERE tenant_id = $1 ORDER BY provider',
        [place.tenantId],
      )
    ).map(({ environment, state }) => `${environment} ${state}`);
  assert.deepEqual(
    await closeForeignMailboxes(scene.db.system, 'live').then((ids) => ids.includes(place.channelId)),
    false,
  );
  assert.deepEqual(await states(), ['sandbox needs_reconnect', 'live active']);
  await scene.db.owner.query(
    `UPDATE mailboxes SET state = 'active', state_code = NULL WHERE state_code = 'upstream.environment'`,
  );
});

test('instead of the mailbox, nothing goes to the mailbox, whatever recipients it was for', async (t) => {
  const place = await makeShown('instead', 'discord');
  const fake = fakeTransport();
  const worker = await startBoth(fake);
  t.after(() => worker.close());
  await scene.db.owner.query(`UPDATE devices SET recipients_mode = 'device', learnt_recipients = $2 WHERE id = $1`, [
    place.device.id,
    Array.from({ length: 10 }, (_, n) => `known-${n}@example.com`),
  ]);
  await arriveAt(scene, place, 1, asTheEdge(place));
  await all(place, 'sent', 1);
  assert.equal(fake.sent.length, 0);
  assert.equal(seen[0]!.path, '/discord?wait=true');
  assert.ok(seen[0]!.body.includes(JPEG));
});

test('a storm is one message in the channel as it is one mail', async (t) => {
  const place = await makeShown('beside');
  await scene.db.owner.query('UPDATE devices SET digest_minutes = 1 WHERE id = $1', [place.device.id]);
  const fake = fakeTransport();
  const worker = await startBoth(fake);
  t.after(() => worker.close());
  await arriveAt(scene, place, 4);
  await all(place, 'sent', 2);
  await scene.db.owner.query(
    `WITH d AS (UPDATE devices SET digest_until = now() WHERE id = $1)
     UPDATE messages SET digest_at = now() WHERE device_id = $1 AND digest_at IS NOT NULL`,
    [place.device.id],
  );
  await all(place, 'sent', 10);
  assert.equal(fake.sent.length, 2);
  assert.equal(seen.length, 2);
  const { subject, pictures } = JSON.parse(seen[1]!.body.toString()) as { subject: string; pictures: unknown[] };
  assert.match(subject, /3 alerts/);
  assert.equal(pictures.length, 2);
});

test('a channel that refuses for good fails its copy alone; without an answer it is in doubt and marked; its words are kept nowhere', async (t) => {
  const place = await makeShown('beside');
  answer = (count) => (count === 1 ? 'nothing' : 404);
  const worker = await startBoth();
  t.after(() => worker.close());
  await arriveAt(scene, place, 1);
  await all(place, 'failed', 1);
  const [mail, copy] = await rowsOf(place);
  assert.equal(mail!.state, 'sent');
  assert.equal(copy!.state_code, 'upstream.channel_refused');
  const attempts = await scene.db.owner.query<{ outcome: string; is_repeat: boolean; text: string | null }>(
    'SELECT outcome, is_repeat, text FROM attempts WHERE message_id = $1 ORDER BY number',
    [copy!.id],
  );
  assert.deepEqual(
    attempts.map(({ outcome, is_repeat }) => [outcome, is_repeat]),
    [
      ['in_doubt', false],
      ['rejected', true],
    ],
  );
  assert.ok(attempts.every(({ text }) => !text?.includes('Motion')));
});

test('what waits for a channel alone goes to the device’s mailbox when the channel is removed', async (t) => {
  const place = await makeShown('instead');
  answer = () => 503;
  const fake = fakeTransport();
  const worker = await startBoth(fake);
  t.after(() => worker.close());
  await arriveAt(scene, place, 1, asTheEdge(place));
  await until('it was tried', () => seen.length > 0, LONG_MS);
  await scene.db.owner.query(
    `UPDATE mailboxes SET deleted_at = now(), secret_sealed = NULL, state = 'disabled' WHERE id = $1`,
    [place.channelId],
  );
  await all(place, 'held', 1);
  assert.deepEqual(await redirectFromChannels(scene.db.system, 100), [place.mailbox.account_key]);
  await all(place, 'sent', 1);
  assert.equal(fake.sent.length, 1);
  assert.equal((await rowsOf(place))[0]!.mailbox_id, place.mailbox.id);
});

test('a device without its owner’s word sends no content anywhere but to its mailbox', async (t) => {
  const place = await makeShown('beside');
  const other = await scene.makePlace();
  const fake = fakeTransport();
  const worker = await startBoth(fake);
  t.after(() => worker.close());
  await arriveAt(scene, other, 1);
  await all(other, 'sent', 1);
  assert.deepEqual([(await rowsOf(other)).length, seen.length, fake.sent.length], [1, 0, 1]);
  assert.deepEqual(await rowsOf(place), []);
});

test('a channel that hangs holds up neither the mail nor another channel', async (t) => {
  const [place, other] = [await makeShown('beside'), await makeShown('beside', 'discord')];
  answer = (_count, path) => (path === '/hook' ? 'hangs' : 200);
  const fake = fakeTransport();
  const worker = await startBoth(fake);
  t.after(() => worker.close());
  await arriveAt(scene, place, 3);
  await until('it hangs', () => seen.length > 0, LONG_MS);
  await arriveAt(scene, other, 1);
  await all(other, 'sent', 2);
  await all(place, 'sent', 3);
  assert.ok((await rowsOf(place)).every(({ copy_of, state }) => copy_of === null || state !== 'sent'));
  assert.equal(fake.sent.length, 4);
});

// The last one: nobody sends what it leaves.
test('a channel that is away for long holds two thousand copies and no more; the mail goes on', async () => {
  const place = await makeShown('beside');
  const wait = (count: number) =>
    scene.db.owner.query(
      `INSERT INTO messages (id, tenant_id, device_id, mailbox_id, account_key, queue_id, size_bytes, mail_from, recipients, message_id_header, door, accepted_at, state, due_at, copy_of)
       SELECT gen_random_uuid(), $1, gen_random_uuid(), $2, $3, gen_random_uuid(), 1, '', '{}', '', '', now(), 'deferred', now() + interval '1 hour', gen_random_uuid()
       FROM generate_series(1, $4::int)`,
      [place.tenantId, place.channelId, `channel:webhook:${place.channelId}`, count],
    );
  await wait(1_998);
  await arriveAt(scene, place, 1);
  assert.equal((await rowsOf(place)).length, 2);
  await wait(1);
  await arriveAt(scene, place, 1);
  assert.deepEqual(
    (await rowsOf(place)).map(({ copy_of }) => copy_of !== null),
    [false, true, false],
  );
});

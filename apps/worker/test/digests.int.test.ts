import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { armFaultPoints, newId } from '@hikyaku/core';
import type { NewMessage } from '@hikyaku/db';
import { makeDevice, until } from '@hikyaku/testing';
import { arriveAt, JPEG } from './arrive.ts';
import { ACCEPTED, fakeTransport } from './fake-transport.ts';
import { openScene, type Place, type Scene, startWorker } from './scene.ts';

/** For hangs, not for speed. */
const LONG_MS = 30_000;

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

/** As hand-off inserts what a device sent: all in one batch. */
const arrive = (place: Place, count: number, more?: Partial<NewMessage>) => arriveAt(scene, place, count, more);

async function makeStormy(): Promise<Place> {
  const place = await scene.makePlace();
  await scene.db.owner.query('UPDATE devices SET digest_minutes = 1 WHERE id = $1', [place.device.id]);
  return place;
}

/** The device's window is over. */
const endWindow = (place: Place) =>
  scene.db.owner.query(
    `WITH d AS (UPDATE devices SET digest_until = now() WHERE id = $1)
     UPDATE messages SET digest_at = now() WHERE device_id = $1 AND digest_at IS NOT NULL`,
    [place.device.id],
  );
const rowsOf = (place: Place) =>
  scene.db.owner.query<{
    id: string;
    state: string;
    digest_id: string | null;
    digest_at: Date | null;
    subject: string;
    key_sealed: Buffer | null;
    priority: number;
  }>('SELECT * FROM messages WHERE device_id = $1 ORDER BY seq', [place.device.id]);

const reaches = (id: string, state: string) =>
  until(
    `${id} is ${state}`,
    async () => {
      const [row] = await scene.db.owner.query<{ state: string }>('SELECT state FROM messages WHERE id = $1', [id]);
      return row?.state === state;
    },
    LONG_MS,
  );

test('of a storm the first mail leaves at once and the others in one mail with the first and the last picture; they end with it, and their content goes', async (t) => {
  const place = await makeStormy();
  const fake = fakeTransport();
  const worker = await startWorker(scene, { transports: { microsoft: fake } });
  t.after(() => worker.close());
  const [first, ...others] = await arrive(place, 5);
  const elsewhere = await arrive(place, 2, { recipients: ['guard@example.com'] });
  await reaches(first!, 'sent');
  assert.equal((await rowsOf(place)).filter(({ digest_at }) => digest_at !== null).length, 6);
  assert.equal(fake.sent.length, 1);

  await endWindow(place);
  for (const id of [...others, ...elsewhere]) await reaches(id, 'sent');
  assert.equal(fake.sent.length, 3);
  const rows = await rowsOf(place);
  const digestOf = (id: string) => rows.find((row) => row.id === id)!.digest_id;
  assert.equal(new Set(others.map(digestOf)).size, 1);
  assert.notEqual(digestOf(others[0]!), digestOf(elsewhere[0]!), 'nobody is told of mail to somebody else');
  assert.ok(rows.every(({ key_sealed }) => key_sealed === null));
  assert.match(rows.find(({ id }) => id === digestOf(others[0]!))!.subject, /4 alerts/);
  const lastPicture = Buffer.concat([JPEG, Buffer.from([4])]).toString('base64');
  const digest = fake.sent
    .map(({ text }) => text)
    .find((body) => body.includes('filename="last.jpg"') && body.replace(/\r\n/g, '').includes(lastPicture));
  assert.equal(digest?.split(JPEG.toString('base64').slice(0, 40)).length, 3, 'two pictures');
  const story = await scene.db.owner.query<{ kind: string }>(
    'SELECT kind FROM message_events WHERE message_id = $1 ORDER BY number',
    [others[0]],
  );
  assert.deepEqual(
    story.map(({ kind }) => kind),
    ['accepted', 'digested', 'digest_sent'],
  );
});

test('a window without further mail ends, one mail in it leaves as it came, and a device that wants every mail gets every mail', async (t) => {
  const [alone, plain] = [await makeStormy(), await scene.makePlace()];
  const fake = fakeTransport();
  const worker = await startWorker(scene, { transports: { microsoft: fake } });
  t.after(() => worker.close());
  const all = await arrive(plain, 3);
  for (const id of all) await reaches(id, 'sent');
  const [, second] = await arrive(alone, 2);
  await endWindow(alone);
  await reaches(second!, 'sent');
  assert.equal((await rowsOf(alone)).length, 2, 'no digest of one');
  assert.equal((await rowsOf(alone))[1]!.digest_id, null);
});

test('a digest that failed leaves its mails with their content', async (t) => {
  const place = await makeStormy();
  const fake = fakeTransport(({ mail }) =>
    fake.of(mail.messageId)[0]!.text.includes('first.jpg')
      ? { outcome: 'rejected', code: 'upstream.rejected' }
      : ACCEPTED,
  );
  const worker = await startWorker(scene, { transports: { microsoft: fake } });
  t.after(() => worker.close());
  const [, ...others] = await arrive(place, 3);
  await endWindow(place);
  for (const id of others) await reaches(id, 'failed');
  const rows = await rowsOf(place);
  assert.ok(rows.filter(({ digest_id }) => digest_id).every(({ key_sealed }) => key_sealed !== null));
});

test('whatever step a maker of a digest fails at, and with two workers, it is made once and has each of its mails', async (t) => {
  const place = await makeStormy();
  const fake = fakeTransport();
  armFaultPoints('worker.digest-composed=fail@1,worker.digest-spooled=fail@1,worker.digest-inserted=fail@1');
  t.after(() => armFaultPoints(''));
  const workers = [
    await startWorker(scene, { transports: { microsoft: fake } }),
    await startWorker(scene, { transports: { microsoft: fake } }),
  ];
  t.after(() => Promise.all(workers.map((worker) => worker.close())));
  const ids = await arrive(place, 9);
  await endWindow(place);
  for (const id of ids) await reaches(id, 'sent');
  await until('all are sent', async () => (await rowsOf(place)).every(({ state }) => state === 'sent'), LONG_MS);
  const rows = await rowsOf(place);
  assert.equal(rows.length, 10);
  assert.equal(new Set(rows.flatMap(({ digest_id }) => digest_id ?? [])).size, 1);
  assert.equal(fake.sent.length, 2);
});

test('at a site with one digest for all the storms of its devices leave as one mail', async (t) => {
  const first = await makeStormy();
  const { device } = await makeDevice(scene.db.owner, scene.keys.digester, {
    ...{ tenant_id: first.tenantId, mailbox_id: first.mailbox.id, name: 'Back door', digest_minutes: 1 },
  });
  const second = { ...first, device };
  const siteId = newId();
  await scene.db.owner.query(
    `INSERT INTO device_groups (id, tenant_id, name, digest_together) VALUES ($1, $2, 'Shinjuku', true)`,
    [siteId, first.tenantId],
  );
  await scene.db.owner.query('UPDATE devices SET group_id = $1 WHERE id = ANY ($2)', [
    siteId,
    [first.device.id, device.id],
  ]);
  const fake = fakeTransport();
  const worker = await startWorker(scene, { transports: { microsoft: fake } });
  t.after(() => worker.close());
  const ids = [...(await arrive(first, 3)), ...(await arrive(second, 3))];
  const ends = await scene.db.owner.query<{ until: string }>(
    'SELECT DISTINCT digest_until::text AS until FROM devices WHERE group_id = $1',
    [siteId],
  );
  assert.equal(ends.length, 1, 'their windows end together');
  await scene.db.owner.query(
    'UPDATE messages SET digest_at = now() WHERE device_id = ANY ($1) AND digest_at IS NOT NULL',
    [[first.device.id, device.id]],
  );
  for (const id of ids) await reaches(id, 'sent');
  const digests = await scene.db.owner.query<{ subject: string; device_id: string | null }>(
    `SELECT subject, device_id FROM messages WHERE tenant_id = $1 AND door = 'dashboard'`,
    [first.tenantId],
  );
  assert.equal(digests.length, 1);
  assert.match(digests[0]!.subject, /^Shinjuku: .* 4 alerts/);
  assert.equal(digests[0]!.device_id, null);
  assert.equal(fake.sent.length, 3);
});

test('when a mailbox comes back, what was held for more than an hour leaves as a digest where its device wants digests, the rest by itself', async (t) => {
  const [stormy, plain] = [await makeStormy(), await scene.makePlace()];
  const long = { acceptedAt: Date.now() - 2 * 3_600_000 };
  const old = await arrive(stormy, 3, long);
  const [fresh] = await arrive(stormy, 1);
  const each = await arrive(plain, 2, long);
  await scene.db.owner.query(
    `WITH m AS (UPDATE messages SET state = 'held', due_at = NULL, digest_at = NULL WHERE device_id = ANY ($1)) SELECT`,
    [[stormy.device.id, plain.device.id]],
  );
  const fake = fakeTransport();
  const worker = await startWorker(scene, { transports: { microsoft: fake } });
  t.after(() => worker.close());
  for (const id of [...old, fresh!, ...each]) await reaches(id, 'sent');
  const rows = await rowsOf(stormy);
  const digestOf = (id: string) => rows.find((row) => row.id === id)!.digest_id;
  assert.equal(new Set(old.map(digestOf)).size, 1);
  assert.equal(digestOf(fresh!), null);
  assert.equal(fake.sent.length, 4);
});

test('of a night with hundreds of mails digests are made early, so that few wait, and leave at its end', async (t) => {
  const place = await scene.makePlace();
  const notBefore = Date.now() + 3_600_000;
  const ids = await arrive(place, 200, { notBefore });
  const [{ waiting = -1 } = {}] = await scene.db.owner.query<{ waiting: number }>(
    "SELECT count(*)::int AS waiting FROM messages WHERE device_id = $1 AND due_at < now() + interval '30 minutes'",
    [place.device.id],
  );
  assert.equal(waiting, 0);
  const fake = fakeTransport();
  const worker = await startWorker(scene, { transports: { microsoft: fake } });
  t.after(() => worker.close());
  await reaches(ids.at(-1)!, 'digested');
  assert.equal(fake.sent.length, 0);
  const digest = (await rowsOf(place)).find(({ subject }) => /200 alerts/.test(subject))!;
  const [{ off } = {}] = await scene.db.owner.query<{ off: number }>(
    'SELECT abs(extract(epoch FROM due_at) * 1000 - $2)::float8 AS off FROM messages WHERE id = $1',
    [digest.id, notBefore],
  );
  assert.ok(off! < 10, `${off}`);
  await scene.db.owner.query('UPDATE messages SET due_at = now() WHERE id = $1', [digest.id]);
  for (const id of [ids[0]!, ids.at(-1)!]) await reaches(id, 'sent');
  assert.equal(fake.sent.length, 1);
});

test('an account whose day is used up goes on gathering, and hides nobody else’s digest', async (t) => {
  const [spent, other] = [await makeStormy(), await makeStormy()];
  // More recipients than are learnt.
  await scene.db.owner.query(
    `UPDATE devices SET recipients_mode = 'domains', recipient_domains = '{example.com}' WHERE id = $1`,
    [spent.device.id],
  );
  await arrive(spent, 3);
  for (let n = 0; n < 25; n++) await arrive(spent, 1, { recipients: [`guard${n}@example.com`] });
  await scene.db.owner.query(
    `INSERT INTO upstream_accounts (account_key, digested_at, day_hour, day_hours)
     VALUES ($1, now(), (extract(epoch FROM now())::bigint / 3600)::int, array_fill(1000000, ARRAY[25]))`,
    [spent.mailbox.account_key],
  );
  const [, ...others] = await arrive(other, 3);
  await endWindow(spent);
  await endWindow(other);
  const fake = fakeTransport();
  const worker = await startWorker(scene, { transports: { microsoft: fake } });
  t.after(() => worker.close());
  for (const id of others) await reaches(id, 'sent');
  const rows = await rowsOf(spent);
  assert.equal(rows.filter(({ digest_at, state }) => digest_at !== null && state === 'queued').length, 27);
  assert.equal(rows.length, 28, 'no digest was made of it');
});

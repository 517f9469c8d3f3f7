import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { armFaultPoints, PLANS } from '@hikyaku/core';
import { readBacklogs } from '@hikyaku/db';
import { makeDevice } from '@hikyaku/testing';
import { arriveAtEach, JPEG } from './arrive.ts';
import { fakeTransport } from './fake-transport.ts';
import { openScene, type Place, type Scene, startWorker, until } from './scene.ts';

const CAMERAS = 40;
const HOUR_MS = 3_600_000;
/** What closes the doors; half of it is the hold budget. */
const WAITING_MAILS = 200;

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

/** Devices of one mailbox. */
async function makePlaces(count: number, digestMinutes: number | null): Promise<Place[]> {
  const first = await scene.makePlace();
  const places = [first];
  while (places.length < count) {
    const row = { tenant_id: first.tenantId, mailbox_id: first.mailbox.id };
    const { device } = await makeDevice(scene.db.owner, scene.keys.digester, row);
    places.push({ ...first, device });
  }
  await scene.db.owner.query('UPDATE devices SET digest_minutes = $2 WHERE id = ANY ($1)', [
    places.map(({ device }) => device.id),
    digestMinutes,
  ]);
  await scene.db.owner.query('UPDATE tenants SET limits = $2 WHERE id = $1', [
    first.tenantId,
    { waitingMails: WAITING_MAILS },
  ]);
  return places;
}

const setState = (place: Place, state: string) =>
  scene.db.owner.query('UPDATE mailboxes SET state = $2::mailbox_state WHERE id = $1', [place.mailbox.id, state]);

interface Row {
  id: string;
  state: string;
  door: string;
  subject: string;
  message_id_header: string;
  digest_id: string | null;
  key_sealed: Buffer | null;
  content_until: Date | null;
}
const rowsOf = ({ tenantId }: Place) =>
  scene.db.owner.query<Row>('SELECT *, state::text AS state FROM messages WHERE tenant_id = $1 ORDER BY seq', [
    tenantId,
  ]);
const waitingOf = async ({ mailbox }: Place): Promise<number> =>
  (await readBacklogs(scene.db.system, [mailbox.id], 100_000))[0]!.mails;

test('a mailbox that is away for a day while forty cameras storm keeps its doors open, holds a mail for each camera with its first and last picture, and loses nothing', async (t) => {
  const places = await makePlaces(CAMERAS, 1);
  const [place] = places as [Place];
  await setState(place, 'needs_reconnect');
  const fake = fakeTransport();
  armFaultPoints('worker.fold-spooled=fail@3');
  t.after(() => armFaultPoints(''));
  const workers = [
    await startWorker(scene, { transports: { microsoft: fake } }),
    await startWorker(scene, { transports: { microsoft: fake } }),
  ];
  t.after(() => Promise.all(workers.map((worker) => worker.close())));
  const begunAt = Date.now() - 24 * HOUR_MS;
  let came = 0;
  for (let gust = 0; gust < 8; gust++) {
    // Many in the first gust: a digest that grows, and one that is made of hundreds.
    came += (await arriveAtEach(scene, places, 4, { acceptedAt: begunAt + gust * 3 * HOUR_MS })).length;
    await scene.db.owner.query(
      `WITH d AS (UPDATE devices SET digest_until = now() WHERE tenant_id = $1)
       UPDATE messages SET digest_at = now() WHERE tenant_id = $1 AND digest_at IS NOT NULL`,
      [place.tenantId],
    );
    await until('what is beyond the budget is folded', async () => {
      const [row] = await scene.db.owner.query<{ waiting: number }>(
        'SELECT count(*)::int AS waiting FROM messages WHERE tenant_id = $1 AND due_at IS NOT NULL',
        [place.tenantId],
      );
      return row!.waiting === 0 && (await waitingOf(place)) < WAITING_MAILS / 2;
    });
  }
  const held = await rowsOf(place);
  const digests = held.filter(({ door }) => door === 'dashboard');
  assert.equal(digests.length, CAMERAS, 'one a camera, that grew');
  assert.equal(held.length - digests.length, came);
  const folded = held.filter(({ state }) => state === 'digested');
  assert.ok(folded.length > came / 2, `${folded.length}`);
  assert.ok(folded.every(({ key_sealed, digest_id }) => key_sealed === null && digest_id !== null));
  const [{ objects = 0 } = {}] = await scene.db.owner.query<{ objects: number }>(
    'SELECT count(DISTINCT spool_object)::int AS objects FROM messages WHERE tenant_id = $1 AND content_destroyed_at IS NULL',
    [place.tenantId],
  );
  assert.ok(objects < WAITING_MAILS / 2, 'the disk has no more than the budget');
  assert.equal(fake.sent.length, 0);

  await setState(place, 'active');
  await until('all is sent', async () => {
    await scene.db.owner.query('UPDATE messages SET digest_at = now() WHERE tenant_id = $1 AND digest_at > now()', [
      place.tenantId,
    ]);
    return (await rowsOf(place)).every(({ state }) => state === 'sent');
  });
  assert.ok(fake.sent.length < WAITING_MAILS / 2 + CAMERAS, `${fake.sent.length} mails`);
  const sent = await rowsOf(place);
  for (const { id, message_id_header, subject } of sent.filter(({ id }) =>
    digests.some((digest) => digest.id === id),
  )) {
    assert.match(subject, new RegExp(`${sent.filter(({ digest_id }) => digest_id === id).length} alerts`));
    const [copy, ...more] = fake.of(message_id_header);
    assert.equal(more.length, 0, 'no digest twice');
    const text = copy!.text.replace(/\r\n/g, '');
    assert.match(text, /filename="first.jpg".*filename="last.jpg"/);
    assert.equal(text.split(JPEG.toString('base64').slice(0, 40)).length, 3, 'two pictures');
  }
});

test('what a device sends that wants every mail is held whole, up to the doors’ limit; a mail that somebody may have is not folded', async (t) => {
  const [each] = (await makePlaces(1, null)) as [Place];
  await setState(each, 'needs_reconnect');
  const worker = await startWorker(scene, {
    transports: { microsoft: fakeTransport(() => ({ outcome: 'rejected', code: 'upstream.rejected' })) },
    plan: { ...PLANS.open, waitingMails: WAITING_MAILS },
  });
  t.after(() => worker.close());
  await arriveAtEach(scene, [each], 120);
  const [stormy] = (await makePlaces(1, 1)) as [Place];
  await setState(stormy, 'needs_reconnect');
  const [doubted] = await arriveAtEach(scene, [stormy], 1);
  await scene.db.owner.query(
    `INSERT INTO attempts (message_id, part_number, number, tenant_id, fence, started_at, outcome) VALUES ($1, 1, 50, $2, 1, now(), 'in_doubt')`,
    [doubted, stormy.tenantId],
  );
  await arriveAtEach(scene, [stormy], 119);
  await scene.db.owner.query('UPDATE messages SET digest_at = now() WHERE tenant_id = $1 AND digest_at IS NOT NULL', [
    stormy.tenantId,
  ]);
  await until('the storm is folded', async () => {
    const rows = await rowsOf(stormy);
    return rows.filter(({ state }) => state === 'digested').length === 119;
  });
  assert.equal((await rowsOf(stormy)).find(({ id }) => id === doubted)!.digest_id, null);
  assert.ok((await rowsOf(each)).every(({ key_sealed }) => key_sealed !== null));
  assert.equal((await rowsOf(each)).length, 120);
  // They end as their digest does, though they have nothing of their own any more.
  await setState(stormy, 'active');
  await until('all have failed with it', async () => (await rowsOf(stormy)).every(({ state }) => state === 'failed'));
  const kept = (await rowsOf(stormy)).filter(({ content_until }) => content_until !== null);
  assert.deepEqual(
    kept.map(({ id, door }) => id === doubted || door === 'dashboard'),
    [true, true],
    'what can be sent again is the digest',
  );
});

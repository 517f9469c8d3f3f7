import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type NewMessage, releaseHeld } from '@hikyaku/db';
import { arriveAt } from './arrive.ts';
import { openScene, type Place, type Scene } from './scene.ts';

const HOUR_MS = 3_600_000;

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

/** A device that has spoken just now, so that nothing of it is news. */
async function makeDevice(columns: string): Promise<Place> {
  const place = await scene.makePlace();
  await scene.db.owner.query(`UPDATE devices SET last_message_at = now(), ${columns} WHERE id = $1`, [place.device.id]);
  return place;
}

/** Milliseconds from now until each of the mails that come together is put into a digest; null: it leaves by itself. */
async function arrive(place: Place, count: number, more: Partial<NewMessage> = {}): Promise<(number | null)[]> {
  const ids = await arriveAt(scene, place, count, more);
  const rows = await scene.db.owner.query<{ inMs: number | null }>(
    `SELECT (extract(epoch FROM digest_at - ingested_at) * 1000)::float8 AS "inMs" FROM messages WHERE id = ANY ($1) ORDER BY seq`,
    [ids],
  );
  return rows.map(({ inMs }) => inMs);
}
const left = (waits: (number | null)[]): number => waits.filter((wait) => wait === null).length;
const near = (waits: (number | null)[], ms: number): void => {
  assert.ok(
    waits.every((wait) => wait !== null && Math.abs(wait - ms) < 5_000),
    `${waits}, not ${ms}`,
  );
};

test('of a minute’s rate as many leave by themselves as it says, and the next ones in a minute; a test neither counts nor waits', async () => {
  const place = await makeDevice('rate_per_minute = 3');
  assert.equal(left(await arrive(place, 2, { isTest: true })), 2);
  assert.equal(left(await arrive(place, 2)), 2);
  const waits = await arrive(place, 3);
  assert.equal(left(waits), 1);
  near(waits.slice(1), 60_000);
  assert.equal(left(await arrive(place, 1, { isTest: true })), 1);
});

test('of an hour’s rate as many leave by themselves as it says, and the next ones in ten minutes, with those that wait already', async () => {
  const place = await makeDevice('rate_per_hour = 4');
  const waits = await arrive(place, 6);
  assert.equal(left(waits), 4);
  near(waits.slice(4), 600_000);
  await scene.db.owner.query(
    `UPDATE messages SET digest_at = now() + interval '5 minutes' WHERE device_id = $1 AND digest_at IS NOT NULL`,
    [place.device.id],
  );
  near(await arrive(place, 1), 300_000);
});

test('a window of a clock that was set back ends as soon as one that began now, and quiet hours of a wrong clock within a day', async () => {
  const place = await makeDevice(`digest_minutes = 2, digest_until = now() + interval '30 days'`);
  near(await arrive(place, 2), 120_000);
  near(
    await arrive(await makeDevice('digest_minutes = NULL'), 1, { notBefore: Date.now() + 100 * HOUR_MS }),
    25 * HOUR_MS,
  );
  near(
    await arrive(await makeDevice('digest_minutes = NULL'), 1, { notBefore: Date.now() + 8 * HOUR_MS }),
    8 * HOUR_MS,
  );
  assert.equal(
    left(await arrive(await makeDevice('digest_minutes = NULL'), 1, { notBefore: Date.now() - HOUR_MS })),
    1,
  );
});

test('in an open window a test leaves by itself, and what a rule sends; so does mail of which some recipients wait for their owner’s word', async () => {
  const open = () => makeDevice(`digest_minutes = 5, digest_until = now() + interval '3 minutes'`);
  near(await arrive(await open(), 2), 180_000);
  assert.equal(left(await arrive(await open(), 1, { isTest: true })), 1);
  const rule = { field: 'subject', matches: 'Motion', action: 'send' } as const;
  assert.equal(left(await arrive(await open(), 1, { rule: { rule, of: 'device', number: 1 } })), 1);
  const place = await open();
  const ten = ['owner@example.com', ...Array.from({ length: 9 }, (_, index) => `old-${index}@example.com`)];
  await scene.db.owner.query('UPDATE devices SET learnt_recipients = $2 WHERE id = $1', [place.device.id, ten]);
  assert.equal(left(await arrive(place, 1, { recipients: ['owner@example.com', 'new@example.com'] })), 1);
});

test('of what a mailbox held for more than an hour, mail is gathered of devices that want digests: no test, nothing that somebody may have, and none of the last hour', async () => {
  const place = await makeDevice('digest_minutes = 5');
  const long = { acceptedAt: Date.now() - 2 * HOUR_MS };
  const [old] = await arriveAt(scene, place, 1, long);
  const [tried] = await arriveAt(scene, place, 1, { ...long, isTest: true });
  const [doubted] = await arriveAt(scene, place, 1, long);
  const [young] = await arriveAt(scene, place, 1, { acceptedAt: Date.now() - 0.9 * HOUR_MS });
  await scene.db.owner.query(
    `WITH m AS (UPDATE messages SET state = 'held', due_at = NULL, digest_at = NULL WHERE device_id = $1)
     INSERT INTO attempts (message_id, part_number, number, tenant_id, fence, started_at, outcome) VALUES ($2, 1, 50, $3, 1, now(), 'in_doubt')`,
    [place.device.id, doubted, place.tenantId],
  );
  assert.equal((await releaseHeld(scene.db.system, place.mailbox.id))?.count, 4);
  const gathered = await scene.db.owner.query<{ id: string }>(
    'SELECT id FROM messages WHERE device_id = $1 AND digest_at IS NOT NULL',
    [place.device.id],
  );
  assert.deepEqual(
    gathered.map(({ id }) => id),
    [old],
    `${[tried, young]} leave by themselves`,
  );
});

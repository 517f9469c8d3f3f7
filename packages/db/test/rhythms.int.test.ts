import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  makeDevice,
  makeKeys,
  makeMailbox,
  makeTenant,
  type TestDatabase,
  useDatabase,
} from '../../testing/src/index.ts';
import { endAlerts, findSilentDevices, keepRhythms } from '../src/index.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A day's first moment. */
const BEGINNING = Date.parse('2026-03-01T00:00:00Z');

let db: TestDatabase;
let keys: Awaited<ReturnType<typeof makeKeys>>;
before(async () => {
  db = await useDatabase();
  keys = await makeKeys(db.owner);
});
after(() => db.close());

async function makeOne(row: Record<string, unknown> = {}): Promise<string> {
  const tenant = await makeTenant(db.owner);
  const mailbox = await makeMailbox(db.owner, { tenant_id: tenant.id });
  const { device } = await makeDevice(db.owner, keys.digester, {
    tenant_id: tenant.id,
    mailbox_id: mailbox.id,
    last_message_at: null,
    ...row,
  });
  return device.id;
}

interface Kept {
  rhythm_gaps: number[];
  usual_gap_minutes: number | null;
}
const kept = async (id: string): Promise<Kept> =>
  (await db.owner.query<Kept & object>('SELECT rhythm_gaps, usual_gap_minutes FROM devices WHERE id = $1', [id]))[0]!;
const silenceOf = (id: string) =>
  db.owner.query<{ facts: { since: string; hours: number; isUsual: boolean } }>(
    `SELECT facts FROM alerts WHERE subject_id = $1 AND code = 'device.silent' AND ended_at IS NULL`,
    [id],
  );

/** Lets hours pass in which the device sends as `isSending` says of each, and the tables are looked at once an hour, or every `step` hours. At which hours its silence was told. */
async function live(
  id: string,
  from: number,
  hours: number,
  isSending: (at: Date) => boolean,
  step = 1,
): Promise<number[]> {
  const told: number[] = [];
  for (let hour = from; hour < from + hours; hour += step) {
    const at = new Date(BEGINNING + hour * HOUR_MS);
    if (isSending(at)) await db.owner.query('UPDATE devices SET last_message_at = $2 WHERE id = $1', [id, at]);
    await keepRhythms(db.system, 100, new Date(at.getTime() + 60_000));
    await findSilentDevices(db.system, 100, at);
    const [silence] = await silenceOf(id);
    if (!silence) continue;
    told.push(hour);
    await db.owner.query('UPDATE alerts SET ended_at = now() WHERE subject_id = $1', [id]);
  }
  return told;
}

const byDay = (at: Date): boolean => at.getUTCHours() >= 8 && at.getUTCHours() <= 20;
/** Hours of which one look is enough to see such days and nights: the longest gap, of twelve hours, is among them. */
const STEP = 4;

test('a camera that sends by day is silent after three of its nights, not after one, and one outage does not make it patient', async () => {
  const id = await makeOne();
  assert.deepEqual(await live(id, 0, 24 * 4, byDay, STEP), [], 'nothing is usual yet');
  assert.equal((await kept(id)).usual_gap_minutes, null);
  assert.deepEqual(await live(id, 24 * 4, 24 * 6, byDay, STEP), [], 'no night is news');
  assert.equal((await kept(id)).usual_gap_minutes, 12 * 60);

  // Two days without power: told once thirty-six hours have passed.
  const last = 24 * 9 + 20;
  const [told] = await live(id, 24 * 10, 24 * 2, () => false);
  assert.equal(told, last + 37);
  const [{ last_message_at: since }] = (await db.owner.query<{ last_message_at: Date }>(
    'SELECT last_message_at FROM devices WHERE id = $1',
    [id],
  )) as [{ last_message_at: Date }];
  assert.equal(since.getTime(), BEGINNING + last * HOUR_MS);
  await live(id, 24 * 12, 24 * 2, byDay, STEP);
  assert.equal((await kept(id)).usual_gap_minutes, 12 * 60);

  // Fourteen numbers, however long it lives.
  await live(id, 24 * 14, 24 * 14, byDay, STEP);
  assert.equal((await kept(id)).rhythm_gaps.length, 14);
  assert.ok(
    (await kept(id)).rhythm_gaps.every((gap) => gap === 720),
    'the outage is forgotten',
  );
});

test('a device that sends all the time is not silent within three hours; a weekly report is not within three weeks', async () => {
  const busy = await makeOne();
  // Five days of which something is known, the fifth by its first hour.
  await live(busy, 0, 24 * 4 + 1, () => true);
  assert.equal((await kept(busy)).usual_gap_minutes, 60);
  assert.equal((await live(busy, 24 * 4 + 1, 6, () => false))[0], 24 * 4 + 4);

  const weekly = await makeOne();
  const report = (week: number) => new Date(BEGINNING + week * 7 * DAY_MS);
  for (let week = 0; week < 6; week++) {
    await db.owner.query('UPDATE devices SET last_message_at = $2 WHERE id = $1', [weekly, report(week)]);
    await keepRhythms(db.system, 100, new Date(report(week).getTime() + 2 * HOUR_MS));
  }
  const silent = async (days: number): Promise<boolean> => {
    await findSilentDevices(db.system, 100, new Date(report(5).getTime() + days * DAY_MS));
    return (await silenceOf(weekly)).length > 0;
  };
  assert.equal(await silent(20), false);
  assert.equal(await silent(22), true);
  assert.deepEqual((await silenceOf(weekly))[0]!.facts, {
    ...{ since: report(5).toISOString(), hours: 21 * 24, isUsual: true },
  });
});

test('a mail of every morning is not missed on the day of 25 hours, and on that of 23 not sooner than its owner said', async () => {
  const make = (at: string, row: Record<string, unknown> = {}) =>
    makeOne({ silence_after_hours: 24, last_message_at: new Date(at), time_zone: 'Europe/Berlin', ...row });
  const isTold = async (id: string, at: string): Promise<boolean> => {
    await findSilentDevices(db.system, 100, new Date(at));
    return (await silenceOf(id)).length > 0;
  };
  // 07:00 in summer, 07:00 in winter.
  const autumn = await make('2026-10-24T05:00:00Z');
  assert.equal(await isTold(autumn, '2026-10-25T06:00:00Z'), false);
  assert.equal(await isTold(autumn, '2026-10-25T06:00:01Z'), true);
  const spring = await make('2027-03-27T06:00:00Z');
  assert.equal(await isTold(spring, '2027-03-28T05:30:00Z'), false);
  assert.equal(await isTold(spring, '2027-03-28T06:00:01Z'), true);
  // What is silent for hours is so by any clock; without a zone of its own its owner's counts.
  assert.equal(
    await isTold(await make('2026-10-24T22:00:00Z', { silence_after_hours: 6 }), '2026-10-25T04:00:01Z'),
    true,
  );
  assert.equal(await isTold(await make('2026-10-24T05:00:00Z', { time_zone: null }), '2026-10-25T05:00:01Z'), true);
  const ofTenant = await make('2026-10-24T05:00:00Z', { time_zone: null });
  await db.owner.query(
    `UPDATE tenants SET time_zone = 'Europe/Berlin' WHERE id = (SELECT tenant_id FROM devices WHERE id = $1)`,
    [ofTenant],
  );
  assert.equal(await isTold(ofTenant, '2026-10-25T05:00:01Z'), false);
});

test('a device that is switched off, or that never spoke, is not silent', async () => {
  const hours = { silence_after_hours: 1 };
  const off = await makeOne({ ...hours, last_message_at: new Date(BEGINNING), disabled_at: new Date() });
  const never = await makeOne(hours);
  await findSilentDevices(db.system, 100, new Date(BEGINNING + 2 * HOUR_MS));
  assert.deepEqual([await silenceOf(off), await silenceOf(never)], [[], []]);
});

test('what its owner says counts before what is usual, and ends what was said of the other', async () => {
  const id = await makeOne({ usual_gap_minutes: 60, last_message_at: new Date(BEGINNING) });
  const set = (hours: number | null) =>
    db.owner.query('UPDATE devices SET silence_after_hours = $2 WHERE id = $1', [id, hours]);
  const at = (hours: number) => findSilentDevices(db.system, 100, new Date(BEGINNING + hours * HOUR_MS));
  await set(48);
  await at(47);
  assert.deepEqual(await silenceOf(id), []);
  await set(null);
  await at(47);
  assert.equal((await silenceOf(id))[0]!.facts.isUsual, true);
  await set(48);
  await endAlerts(db.system);
  assert.deepEqual(await silenceOf(id), []);
  await at(49);
  assert.deepEqual((await silenceOf(id))[0]!.facts.isUsual, false);
  await set(null);
  await endAlerts(db.system);
  assert.deepEqual(await silenceOf(id), []);
});

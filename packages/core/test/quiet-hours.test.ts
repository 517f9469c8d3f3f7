import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { quietUntil } from '../src/index.ts';

const NIGHT = { start: '22:00', end: '07:00' };
const until = (now: string, zone = 'Asia/Tokyo', hours = NIGHT): string | null => {
  const at = quietUntil(Date.parse(now), hours, zone);
  return at === null ? null : new Date(at).toISOString();
};

test('a night in the device’s zone ends in its morning, before and after midnight', () => {
  assert.equal(until('2026-11-28T13:00:00Z'), '2026-11-28T22:00:00.000Z');
  assert.equal(until('2026-11-28T21:59:59Z'), '2026-11-28T22:00:00.000Z');
  assert.equal(until('2026-11-28T22:00:00Z'), null);
  assert.equal(until('2026-11-28T12:59:59Z'), null);
  assert.equal(until('2026-11-28T05:00:00Z', 'UTC', { start: '03:00', end: '06:30' }), '2026-11-28T06:30:00.000Z');
  assert.equal(until('2026-11-28T05:00:00Z', 'UTC', { start: '05:00', end: '05:00' }), null, 'no time at all');
});

test('where the clocks change in the night, it ends when the wall’s clock says so', () => {
  assert.equal(until('2026-03-28T23:00:00Z', 'Europe/Berlin'), '2026-03-29T05:00:00.000Z');
  assert.equal(until('2026-10-24T22:00:00Z', 'Europe/Berlin'), '2026-10-25T06:00:00.000Z');
});

test('a zone that nobody knows is no reason to be quiet', () => {
  assert.equal(until('2026-11-28T13:00:00Z', 'Mars/Olympus'), null);
});

test('an end that no clock shows is the moment at which it is passed over; one that comes twice is over the first time', () => {
  // 02:00 is 03:00 at once.
  const early = { start: '22:00', end: '02:30' };
  for (const now of ['2026-03-28T22:00:00Z', '2026-03-29T00:29:00Z', '2026-03-29T00:59:30Z'])
    assert.equal(until(now, 'Europe/Berlin', early), '2026-03-29T01:00:00.000Z', now);
  assert.equal(until('2026-03-29T01:00:00Z', 'Europe/Berlin', early), null);
  assert.equal(until('2026-10-24T21:00:00Z', 'Europe/Berlin', early), '2026-10-25T00:30:00.000Z');
  // Days without a midnight.
  const midnight = { start: '20:00', end: '00:15' };
  assert.equal(until('2026-04-23T20:00:00Z', 'Africa/Cairo', midnight), '2026-04-23T22:00:00.000Z');
  assert.equal(until('2026-03-28T21:30:00Z', 'Asia/Beirut', midnight), '2026-03-28T22:00:00.000Z');
  assert.equal(until('2026-09-06T03:00:00Z', 'America/Santiago', midnight), '2026-09-06T04:00:00.000Z');
  // Half an hour.
  const lordHowe = { start: '22:00', end: '02:15' };
  assert.equal(until('2026-10-03T15:00:00Z', 'Australia/Lord_Howe', lordHowe), '2026-10-03T15:30:00.000Z');
  assert.equal(until('2026-04-04T13:00:00Z', 'Australia/Lord_Howe'), '2026-04-04T20:30:00.000Z');
});

/** As a person would find it who looks at the clock each minute. */
function byLooking(nowMs: number, { start, end }: typeof NIGHT, timeZone: string): number | null {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, hour: '2-digit', minute: '2-digit' });
  const isQuiet = (atMs: number): boolean => {
    const shown = format.format(atMs);
    return start <= end ? shown >= start && shown < end : shown >= start || shown < end;
  };
  if (!isQuiet(nowMs)) return null;
  let atMs = Math.floor(nowMs / 60_000) * 60_000;
  while (isQuiet(atMs)) atMs += 60_000;
  return atMs;
}

/** Around changes of the clock, both ways: by an hour, by half of one, at midnight, under a half-hour zone. */
const CHANGES: [string, string][] = [
  ['Europe/Berlin', '2026-03-29T01:00:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['America/St_Johns', '2026-03-08T05:30:00Z'],
  ['America/St_Johns', '2026-11-01T04:30:00Z'],
  ['Africa/Cairo', '2026-04-23T22:00:00Z'],
  ['Africa/Cairo', '2026-10-29T21:00:00Z'],
  ['Asia/Beirut', '2026-03-28T22:00:00Z'],
  ['America/Santiago', '2026-09-06T04:00:00Z'],
  ['America/Santiago', '2026-04-05T03:00:00Z'],
];
const TIME = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((pair) => pair.map((part) => String(part).padStart(2, '0')).join(':'));

test('around every kind of clock change the end is the one that looking at the clock each minute finds', () => {
  const around = fc.integer({ min: -26 * 60, max: 3 * 60 });
  fc.assert(
    fc.property(fc.constantFrom(...CHANGES), around, TIME, TIME, ([zone, at], minutes, start, end) => {
      const now = Date.parse(at) + minutes * 60_000 + 17_000;
      assert.equal(quietUntil(now, { start, end }, zone), byLooking(now, { start, end }, zone));
    }),
    { numRuns: 1_000 },
  );
});

test('whatever the hours, zone and time: the end lies within a day and an hour, and never in the past', () => {
  const zone = fc.constantFrom('Asia/Tokyo', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'UTC');
  fc.assert(
    fc.property(fc.integer({ min: 1.7e12, max: 1.9e12 }), TIME, TIME, zone, (now, start, end, timeZone) => {
      const at = quietUntil(now, { start, end }, timeZone);
      if (at !== null) assert.ok(at > now && at <= now + 25 * 3_600_000, `${at - now}`);
    }),
    { numRuns: 500 },
  );
});

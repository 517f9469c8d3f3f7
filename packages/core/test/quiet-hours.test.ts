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

test('whatever the hours, zone and time: the end lies within a day and an hour, and never in the past', () => {
  const time = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map((pair) => pair.map((part) => String(part).padStart(2, '0')).join(':'));
  const zone = fc.constantFrom('Asia/Tokyo', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'UTC');
  fc.assert(
    fc.property(fc.integer({ min: 1.7e12, max: 1.9e12 }), time, time, zone, (now, start, end, timeZone) => {
      const at = quietUntil(now, { start, end }, timeZone);
      if (at !== null) assert.ok(at > now && at <= now + 25 * 3_600_000, `${at - now}`);
    }),
    { numRuns: 500 },
  );
});

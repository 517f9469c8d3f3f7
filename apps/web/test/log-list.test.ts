import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withMoments } from '../src/features/messages/log-days.ts';
import { newestAt, splitArrivals } from '../src/features/messages/newcomers.ts';

const mail = (id: string, second: number) => ({
  id,
  acceptedAt: `2026-11-28T07:00:${String(second).padStart(2, '0')}.000Z`,
});
const list = [mail('c', 30), mail('b', 20), mail('a', 10)];

test('the newest moment of a list is what later mail is compared with, however its rows are ordered', () => {
  assert.equal(newestAt(list.toReversed()), list[0]?.acceptedAt);
  assert.equal(newestAt([]), '');
});

test('mail that came in above a reader waits; nothing waits at the top or where his first row has gone', () => {
  assert.deepEqual(splitArrivals(list, 'a'), { waiting: 2, shown: list.slice(2) });
  assert.deepEqual(splitArrivals(list, null), { waiting: 0, shown: list });
  assert.deepEqual(splitArrivals(list, 'gone'), { waiting: 0, shown: list });
});

test('days of the filter are whole days of the account’s zone, the last one within', () => {
  const tokyo = withMoments({ from: '2026-11-30', to: '2026-11-30' }, 'Asia/Tokyo');
  assert.deepEqual([tokyo.from, tokyo.to], ['2026-11-29T15:00:00.000Z', '2026-11-30T15:00:00.000Z']);
  // Half hours, the far side of the date line, and days on which the clock is changed.
  assert.equal(withMoments({ from: '2026-11-30' }, 'Asia/Kolkata').from, '2026-11-29T18:30:00.000Z');
  assert.equal(withMoments({ from: '2026-11-30' }, 'Pacific/Kiritimati').from, '2026-11-29T10:00:00.000Z');
  const changed = withMoments({ from: '2026-03-29', to: '2026-03-29' }, 'Europe/Berlin');
  assert.deepEqual([changed.from, changed.to], ['2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z']);
  const none = { q: 'x', from: undefined, to: undefined };
  assert.deepEqual(withMoments({ q: 'x', from: 'yesterday' }, 'Asia/Tokyo'), none);
});

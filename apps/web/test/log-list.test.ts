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

test('days of the filter are whole days where the reader is, the last one within', () => {
  const { from, to } = withMoments({ from: '2026-11-30', to: '2026-11-30' });
  assert.equal(from, new Date(2026, 10, 30).toISOString());
  assert.equal(to, new Date(2026, 11, 1).toISOString());
  assert.deepEqual(withMoments({ q: 'x', from: 'yesterday' }), { q: 'x', from: undefined, to: undefined });
});

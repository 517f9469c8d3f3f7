import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shadeOf, weekOf } from '../src/features/devices/week.ts';

const now = new Date('2026-11-28T03:30:00Z');
const hour = (at: string, mails = 1) => ({ at: `2026-11-${at}:00:00.000Z`, mails });

test('mail stands in the day and hour of the account’s zone, today last; hours to come and hours before counting are unknown', () => {
  const { days, mails, most } = weekOf(
    { hours: [hour('26T15', 3), hour('27T14'), hour('27T15', 2)], since: '2026-11-26T00:10:00.000Z' },
    now,
    'Asia/Tokyo',
  );
  assert.deepEqual(
    days.map(({ day }) => day),
    ['22', '23', '24', '25', '26', '27', '28'].map((day) => `2026-11-${day}`),
  );
  const of = (day: number) => days.find((one) => one.day === `2026-11-${day}`)!.cells;
  assert.deepEqual([of(27)[0], of(27)[23], of(28)[0], of(28)[1]], [3, 1, 2, 0]);
  assert.deepEqual([of(28)[12], of(28)[13], of(28)[23]], [0, null, null], 'it is half past twelve');
  assert.deepEqual([of(26)[8], of(26)[9], of(25)[12]], [null, 0, null], 'counted from ten past nine on');
  assert.deepEqual([mails, most], [6, 3]);
});

test('the longest pause is told, the present one too; a device that writes each hour has none', () => {
  const since = '2026-11-20T00:00:00.000Z';
  const pauseOf = (...hours: { at: string; mails: number }[]) => weekOf({ hours, since }, now, 'UTC').longestPause;
  assert.deepEqual(pauseOf(hour('26T10'), hour('26T20'), hour('28T01')), {
    from: '2026-11-26T21:00:00.000Z',
    ms: 28 * 3_600_000,
  });
  assert.deepEqual(pauseOf(hour('26T10')), { from: '2026-11-26T11:00:00.000Z', ms: 40.5 * 3_600_000 });
  assert.equal(pauseOf(hour('28T02'), hour('28T03')), null);
  assert.equal(pauseOf(), null);
});

test('an hour with one mail is seen beside one with a thousand', () => {
  assert.deepEqual(
    [0, 1, 60, 100, 300, 1_000].map((mails) => shadeOf(mails, 1_000)),
    [0, 1, 2, 3, 4, 4],
  );
  assert.equal(shadeOf(1, 1), 4);
});

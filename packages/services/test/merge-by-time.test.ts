import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readLogCursor, writeLogCursor } from '../src/log/log-cursor.ts';
import { mergeByTime, type Strand } from '../src/log/merge-by-time.ts';

/** A list of moments, newest first, of which a page of `size` has been read from `from` on; a look-out may have stopped at its end. */
const strand = (times: readonly number[], from: number, size: number): Strand<number, number> => {
  const rows = times.slice(from, from + size);
  const last = rows.at(-1);
  const isCut = from + size < times.length && last !== undefined;
  return { rows, timeOf: (time) => time, placeOf: (time) => time, behind: isCut ? { place: last, at: last } : null };
};

test('page after page every row of both lists comes once, in order of time, however small the looks are', () => {
  const moments = fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { maxLength: 40 });
  fc.assert(
    fc.property(
      moments,
      moments,
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 6 }),
      (x, y, limit, look) => {
        const [a, b] = [x.toSorted((p, q) => q - p), y.toSorted((p, q) => q - p)];
        const seen: number[] = [];
        let [fromA, fromB] = [0, 0];
        for (let page = 0; page < 200; page += 1) {
          const { items, next } = mergeByTime(strand(a, fromA, look), strand(b, fromB, look), limit);
          seen.push(...items.map(({ row }) => row));
          const on = (list: number[], at: typeof next.a, before: number) =>
            at.at === 'end' ? list.length : at.at === 'start' ? before : list.indexOf(at.place) + 1;
          [fromA, fromB] = [on(a, next.a, fromA), on(b, next.b, fromB)];
          if (next.a.at === 'end' && next.b.at === 'end') break;
        }
        assert.deepEqual(
          seen,
          [...a, ...b].sort((p, q) => q - p),
        );
      },
    ),
  );
});

test('a cursor of the log keeps both places, and nothing else is one', () => {
  const id = '0198f0c0-0000-7000-8000-00000000000a';
  const begin = readLogCursor(undefined);
  const both = writeLogCursor(begin, { at: 'place', place: 12n }, { at: 'place', place: id });
  assert.deepEqual(readLogCursor(both ?? ''), { seq: 12n, sessionId: id });
  const half = writeLogCursor(begin, { at: 'end' }, { at: 'start' });
  assert.deepEqual(readLogCursor(half ?? ''), { seq: null, sessionId: undefined });
  assert.equal(writeLogCursor(begin, { at: 'end' }, { at: 'end' }), null);
  for (const other of ['12', id, 'x_y', `12_${id}x`]) {
    assert.throws(() => readLogCursor(other), { code: 'api.invalid' });
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ChunkHeights } from '../src/features/messages/chunk-window.ts';

test('every chunk that touches the screen is drawn, and of a list of 100,000 rows only a few are', () => {
  const heights = new ChunkHeights();
  for (let chunk = 0; chunk < 40; chunk++) heights.note(chunk, 900 + 37 * (chunk % 5));
  const count = 3_334;
  fc.assert(
    fc.property(fc.integer({ min: -5_000, max: 4_000_000 }), (topPx) => {
      const bottomPx = topPx + 3_200;
      const { from, to } = heights.between(topPx, bottomPx, count);
      assert.ok(from < to && to <= count && to - from <= 6, `${from} to ${to}`);
      assert.ok(
        from === 0 || heights.sum(0, from) <= Math.max(0, topPx) || from === count - 1,
        'none above is missing',
      );
      assert.ok(to === count || heights.sum(0, to) >= bottomPx, 'none below is missing');
    }),
  );
  const young = new ChunkHeights();
  young.note(0, 300, 3 / 16);
  assert.equal(young.sum(0, 10), 300 + 9 * 1_600, 'three rows tell of sixteen');
  young.note(0, 1_500);
  assert.equal(young.sum(0, 10), 15_000, 'a whole one tells better');
  assert.deepEqual(new ChunkHeights().between(-1_200, 2_000, 1), { from: 0, to: 1 });
});

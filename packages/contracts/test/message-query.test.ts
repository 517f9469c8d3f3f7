import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageQuery } from '../src/index.ts';

test('a list asks for 50 items, at most 200', () => {
  assert.equal(messageQuery.parse({}).limit, 50);
  assert.equal(messageQuery.parse({ limit: '200' }).limit, 200);
  for (const limit of ['0', '201', 'many', '1.5'])
    assert.equal(messageQuery.safeParse({ limit }).success, false, limit);
});

test('states are one or several, all of them known', () => {
  assert.deepEqual(messageQuery.parse({ state: 'held' }).state, ['held']);
  assert.deepEqual(messageQuery.parse({ state: 'failed,expired' }).state, ['failed', 'expired']);
  for (const state of ['lost', 'held,', '']) assert.equal(messageQuery.safeParse({ state }).success, false, state);
});

test('times are a day or a moment with its offset', () => {
  for (const from of ['2026-11-01', '2026-11-01T09:00:00Z', '2026-11-01T09:00:00+09:00']) {
    assert.equal(messageQuery.safeParse({ from }).success, true, from);
  }
  for (const from of ['yesterday', '2026-13-01', '2026-11-01T09:00:00']) {
    assert.equal(messageQuery.safeParse({ from }).success, false, from);
  }
});

test('a cursor is short and plain', () => {
  assert.equal(messageQuery.safeParse({ cursor: 'a'.repeat(65) }).success, false);
  assert.equal(messageQuery.safeParse({ cursor: "1' or 1=1" }).success, false);
});

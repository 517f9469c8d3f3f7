import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockOffsetMs } from '../src/index.ts';

test('clocks are as far from UTC as their zone says at that moment: by halves of an hour, west, and in summer too', () => {
  const minutes = (zone: string, at: string): number => clockOffsetMs(zone, new Date(at)) / 60_000;
  assert.equal(minutes('UTC', '2026-01-01T00:00:00Z'), 0);
  assert.equal(minutes('Asia/Tokyo', '2026-01-01T00:00:00Z'), 540);
  assert.equal(minutes('America/St_Johns', '2026-01-01T00:00:00Z'), -210);
  assert.equal(minutes('Australia/Lord_Howe', '2026-10-03T15:29:00Z'), 630);
  assert.equal(minutes('Australia/Lord_Howe', '2026-10-03T15:30:00Z'), 660);
  assert.equal(minutes('Europe/Berlin', '2026-07-01T00:00:00Z'), 120);
  assert.equal(minutes('Mars/Olympus', '2026-07-01T00:00:00Z'), 0);
});

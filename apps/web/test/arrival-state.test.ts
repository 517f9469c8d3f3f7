import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Arrival } from '@hikyaku/contracts';
import { arrivalState } from '../src/features/arrivals/arrival-state.ts';

const ASKED = '2026-11-28T10:00:00.000Z';
const now = Date.parse(ASKED);
const arrival = (row: Partial<Arrival>): Arrival => ({
  recipient: 'a@b.example',
  messageId: '0192f0c0-0000-7000-8000-00000000000a',
  askedAt: ASKED,
  confirmedAt: null,
  confirmedBy: null,
  deniedAt: null,
  ...row,
});

test('a recipient is sent to his junk folder only after a mail had time to come', () => {
  assert.equal(arrivalState(arrival({}), now + 9 * 60_000), 'asked');
  assert.equal(arrivalState(arrival({}), now + 11 * 60_000), 'unconfirmed');
});

test('who confirmed is told, also while a newer test is open, and a "no" counts above a "yes" of before', () => {
  const before = '2026-11-01T10:00:00.000Z';
  assert.equal(arrivalState(arrival({ confirmedAt: before, confirmedBy: 'recipient' }), now), 'confirmedBy');
  assert.equal(arrivalState(arrival({ confirmedAt: ASKED, confirmedBy: 'member' }), now), 'confirmedHere');
  const denied = arrival({ confirmedAt: before, confirmedBy: 'recipient', deniedAt: ASKED });
  assert.equal(arrivalState(denied, now), 'denied');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf } from '../src/mailboxes/mailbox-line.ts';
import { isWorthARetry } from '../src/messages/is-worth-a-retry.ts';

const now = new Date('2026-11-28T04:00:00Z');
const pace = { tokens: 0, burst: 30, perMinute: 30, restMs: 0, day: null };
const row = (mailboxId: string, count: number) => ({
  mailboxId,
  accountKey: mailboxId,
  count,
  oldestAt: count ? now : null,
});
const minutesOf = (doneAt: Date | null | undefined) => doneAt && (doneAt.getTime() - now.getTime()) / 60_000;

test('each mailbox has its own end; what is beyond the count is taken from the whole, by shares', () => {
  const paces = new Map([
    ['a', pace],
    ['b', { ...pace, perMinute: 60, restMs: 600_000 }],
    ['c', pace],
  ]);
  const ends = (rows: ReturnType<typeof row>[], total: number) =>
    linesOf(rows, paces, total, now).map(({ doneAt }) => minutesOf(doneAt));
  assert.deepEqual(ends([row('a', 300), row('b', 90), row('c', 0)], 390), [10, 11, null]);
  assert.deepEqual(ends([row('a', 2_000), row('c', 300)], 3_050), [(2_000 + 750) / 30, 10]);
  assert.deepEqual(ends([row('a', 2_000), row('c', 2_000)], 6_000), [100, 100]);
  assert.deepEqual(ends([row('unknown', 5)], 5), [null]);
});

test('"send it again" is offered where it can help: not to a mail that waits for its turn, and not to one that must fail again', () => {
  const offered = (
    state: 'queued' | 'sending' | 'failed' | 'held' | 'deferred' | 'sent',
    stateCode: string | null = null,
    gone = false,
  ) => isWorthARetry({ state, stateCode, contentDestroyedAt: gone ? now : null, accountKey: 'microsoft:a' });
  for (const state of ['queued', 'sending', 'held', 'sent'] as const) assert.equal(offered(state), false, state);
  assert.equal(offered('failed', 'upstream.too_large'), false);
  assert.equal(offered('failed', 'upstream.rejected'), true);
  assert.equal(offered('deferred', 'upstream.throttled'), true);
  assert.equal(offered('failed', 'upstream.rejected', true), false);
});

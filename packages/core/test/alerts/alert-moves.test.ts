import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AlertMove, alertMoves, CHANNEL_FAILURES, gatherMoves, nextTryMs } from '../../src/index.ts';

const at = new Date('2026-11-28T10:00:00Z');
const told = (kind: string, facts: Record<string, unknown>) =>
  alertMoves({ tenantId: 't', at, kind, subjectId: 's', facts }).map(
    ({ code, subjectId, is, facts: more }) => [code, subjectId, is, more] as const,
  );

test('a mailbox is lost when it must be connected again, and no longer once it may send or is taken away', () => {
  assert.deepEqual(told('mailbox.changed', { state: 'needs_reconnect', code: 'upstream.auth_lost' }), [
    ['mailbox.lost', 's', 'on', { code: 'upstream.auth_lost' }],
  ]);
  for (const state of ['active', 'disabled']) {
    assert.deepEqual(told('mailbox.changed', { state, code: null }), [['mailbox.lost', 's', 'off', {}]]);
  }
});

test('a mail that is accepted ends what is said of its device; a bad end of one begins something', () => {
  const facts = { was: null, is: 'queued', code: null, deviceId: 'd', mailboxId: 'm' };
  assert.deepEqual(told('message.moved', facts), [
    ['device.refused', 'd', 'off', {}],
    ['device.silent', 'd', 'off', {}],
  ]);
  for (const is of ['failed', 'expired', 'quarantined']) {
    assert.deepEqual(told('message.moved', { ...facts, was: 'queued', is, code: 'upstream.rejected' }), [
      ['mail.failed', 'd', 'on', { state: is, code: 'upstream.rejected', messageId: 's' }],
    ]);
  }
  for (const is of ['sent', 'held', 'cancelled', 'suppressed', 'digested', 'in_doubt', 'queued']) {
    assert.deepEqual(told('message.moved', { ...facts, was: 'queued', is }), []);
  }
  assert.deepEqual(told('message.moved', { ...facts, was: 'queued', is: 'deferred', code: 'upstream.daily_limit' }), [
    ['mailbox.daily_limit', 'm', 'on', {}],
  ]);
});

test('a mail that a rule leaves out says that its device lives: a heartbeat that nobody has to read', () => {
  const facts = { was: null, is: 'suppressed', code: null, deviceId: 'd', mailboxId: 'm' };
  assert.deepEqual(told('message.moved', facts), [
    ['device.refused', 'd', 'off', {}],
    ['device.silent', 'd', 'off', {}],
  ]);
});

test('a mail that came back begins something of its device, with the reason', () => {
  const facts = { deviceId: 'd', mailboxId: 'm', reason: 'mailbox_full', status: '5.2.2' };
  assert.deepEqual(told('message.bounced', facts), [
    ['mail.bounced', 'd', 'on', { reason: 'mailbox_full', status: '5.2.2', messageId: 's' }],
  ]);
  assert.deepEqual(told('message.bounced', { ...facts, deviceId: null }), []);
});

test('mail of no device, and what a newer release tells, begin nothing', () => {
  const facts = { was: null, is: 'failed', code: 'upstream.rejected', deviceId: null, mailboxId: 'm' };
  assert.deepEqual(told('message.moved', facts), []);
  assert.deepEqual(told('something.new', { state: 'needs_reconnect' }), []);
});

test('of many moves of one thing the last word counts, with how often it was said since it last ended', () => {
  const move = (is: AlertMove['is'], subjectId = 'd'): AlertMove => {
    return { tenantId: 't', code: 'mail.failed', subjectId, is, at, facts: {} };
  };
  const short = (moves: AlertMove[]) => gatherMoves(moves).map(({ subjectId, is, count }) => [subjectId, is, count]);
  assert.deepEqual(short([move('on'), move('on'), move('on', 'e')]), [
    ['d', 'on', 2],
    ['e', 'on', 1],
  ]);
  assert.deepEqual(short([move('on'), move('off')]), [['d', 'off', 0]]);
  assert.deepEqual(short([move('on'), move('off'), move('on')]), [['d', 'on', 1]]);
});

test('what a receiver did not take is tried for about two days, later each time, and no longer; what it will never take, not at all', () => {
  const waits: number[] = [];
  for (let tries = 1; ; tries++) {
    const wait = nextTryMs(tries, 'unreachable');
    if (wait === null) break;
    waits.push(wait);
  }
  const total = waits.reduce((sum, wait) => sum + wait, 0);
  assert.ok(total > 40 * 3_600_000 && total < 60 * 3_600_000, `${total}`);
  assert.deepEqual(
    waits,
    [...waits].sort((a, b) => a - b),
  );
  assert.equal(nextTryMs(1, 'gone'), null);
  assert.equal(nextTryMs(1, 'host_refused'), null);
  assert.equal(nextTryMs(1, 'throttled', 3_600_000), 3_600_000);
  assert.equal(nextTryMs(1, 'throttled', 10 ** 12), 24 * 3_600_000, 'a day is the most that is believed');
  for (const failure of CHANNEL_FAILURES) assert.equal(nextTryMs(99, failure), null);
});

test('a refused device is told with what was wrong, how often, and whether it ever got in', () => {
  const told3 = told('device.refused', { code: 'auth.wrong_password', count: 3, hasWorked: true });
  assert.deepEqual(told3, [['device.refused', 's', 'on', { code: 'auth.wrong_password', count: 3, hasWorked: true }]]);
  assert.deepEqual(told('device.refused', { code: 'auth.wrong_password' }), [
    ['device.refused', 's', 'on', { code: 'auth.wrong_password', count: 1, hasWorked: false }],
  ]);
});

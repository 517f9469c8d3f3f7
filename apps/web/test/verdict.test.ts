import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Overview } from '@hikyaku/contracts';
import { verdictOf } from '../src/features/overview/verdict.ts';

type Known = Parameters<typeof verdictOf>[0];

const now = Date.parse('2026-11-28T04:00:00Z');
const ago = (seconds: number) => new Date(now - 1000 * seconds).toISOString();
const well = {
  states: {},
  days: [{ day: '2026-11-28', accepted: 12, sent: 12, failed: 0 }],
  waiting: { count: 0, oldestAt: null, doneAt: null },
  gathered: { count: 0 },
  held: { count: 0, oldestAt: null },
  devices: { total: 3, fine: 3, quiet: 0, refused: 0, stuck: 0, unused: 0, disabled: 0 },
  mailboxes: { total: 1, active: 1, stopped: 0 },
} as unknown as Overview;
const verdict = (changes: Partial<Overview>, others: Partial<Known> = {}) =>
  verdictOf({ overview: { ...well, ...changes }, broken: [], unseenFailed: 0, hasMoreFailed: false, now, ...others });

test('all is well only when nothing waits, nothing is held, and no device is quiet or refused', () => {
  assert.deepEqual(verdict({}), { key: 'verdictSent', tone: 'ok', count: 12 });
  assert.equal(verdict({ days: [{ day: '2026-11-28', accepted: 0, sent: 0, failed: 0 }] }).key, 'verdictNothing');
});

test('thousands that wait are told with when they are done; one of a moment ago is no news', () => {
  const doneAt = ago(-3000);
  assert.deepEqual(verdict({ waiting: { count: 2751, oldestAt: ago(600), doneAt } }), {
    key: 'verdictWaitingUntil',
    tone: 'warn',
    count: 2751,
    until: doneAt,
  });
  assert.equal(verdict({ waiting: { count: 1, oldestAt: ago(3), doneAt: null } }).key, 'verdictSent');
  assert.equal(verdict({ waiting: { count: 1, oldestAt: ago(300), doneAt: null } }).key, 'verdictWaiting');
});

test('the worst comes first', () => {
  const bad: Partial<Overview> = {
    waiting: { count: 40, oldestAt: ago(300), doneAt: null },
    held: { count: 2, oldestAt: ago(300) },
    devices: { ...well.devices, refused: 1, quiet: 1 },
  };
  const [lost, stopped] = (['reconnect', 'try_again'] as const).map((mend) => ({
    ...{ address: 'a@example.com', mend, heldCount: 2 },
  }));
  for (const broken of [[lost!], [stopped!, lost!]])
    assert.equal(verdict(bad, { broken, unseenFailed: 1 }).key, 'verdictReconnect');
  assert.equal(verdict(bad, { broken: [stopped!], unseenFailed: 1 }).key, 'verdictStopped');
  assert.equal(verdict(bad, { unseenFailed: 1 }).key, 'verdictWaiting');
  assert.equal(verdict({ ...bad, waiting: well.waiting }).key, 'verdictHeld');
  assert.equal(verdict({ devices: bad.devices! }).key, 'verdictRefused');
  assert.equal(verdict({ devices: { ...well.devices, stuck: 1, quiet: 1 } }).key, 'verdictStuck');
  assert.equal(verdict({ devices: { ...well.devices, quiet: 1 } }).key, 'verdictQuiet');
  assert.equal(verdict({}, { unseenFailed: 1 }).key, 'verdictFailed');
});

test('nothing is said to be kept where nothing waits for a mailbox, nor a number that is only the first hundred', () => {
  const broken = (['reconnect', 'try_again'] as const).map((mend) => ({
    address: 'a@example.com',
    mend,
    heldCount: 0,
  }));
  const held = broken.map((one) => ({ ...one, heldCount: 1 }));
  const keys = [broken, broken.slice(1), held, held.slice(1)].map((some) => verdict({}, { broken: some }).key);
  assert.deepEqual(keys, ['verdictReconnectIdle', 'verdictStoppedIdle', 'verdictReconnect', 'verdictStopped']);
  assert.equal(verdict({}, { unseenFailed: 100, hasMoreFailed: true }).key, 'verdictFailedMany');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogEntry } from '@hikyaku/contracts';
import fc from 'fast-check';
import { logLinesMaker } from '../src/features/messages/log-lines.ts';
import { chipsOf, withStates } from '../src/features/messages/state-groups.ts';

const DAY = Date.UTC(2026, 10, 28, 12);
const at = (minute: number) => new Date(DAY + minute * 60_000).toISOString();
const mail = (id: string, minute: number, of: object = {}) =>
  ({ kind: 'mail', id, deviceId: 'gate', subject: 'Motion', state: 'sent', acceptedAt: at(minute), ...of }) as LogEntry;
const refusal = (id: string, minute: number, code = 'auth.wrong_password') =>
  ({ kind: 'refusal', id, deviceId: 'gate', diagnosis: { code }, startedAt: at(minute) }) as unknown as LogEntry;
const dayOf = (time: string) => time.slice(0, 10);

/** Lines as texts: `28` a day, `a` a row, `b×3` a fold. */
const shown = (entries: LogEntry[], opened: string[] = []) =>
  logLinesMaker(dayOf)(entries, new Set(opened)).map((line) => {
    if (line.type === 'day') return line.key.slice(8);
    return line.type === 'entry' ? line.entry.id : `${line.entries[0]?.id}×${line.entries.length}`;
  });

test('three of a kind are one line at the place of the newest, also with others’ between them; two stay as they are', () => {
  const rows = [
    mail('a', 9),
    mail('x', 8, { deviceId: 'door' }),
    mail('b', 7),
    mail('y', 6, { deviceId: 'door' }),
    mail('c', 5),
  ];
  assert.deepEqual(shown(rows), ['28', 'a×3', 'x', 'y']);
  assert.deepEqual(shown(rows.slice(0, 4)), ['28', 'a', 'x', 'b', 'y']);
});

test('another end, another subject, a quarter of an hour of silence and another day are not repeats', () => {
  const same = [mail('a', 3), mail('b', 2), mail('c', 1)];
  for (const other of [{ state: 'failed' }, { subject: 'Hello' }, { isTest: true }]) {
    assert.deepEqual(shown([...same, mail('d', 0, other)]), ['28', 'a×3', 'd']);
  }
  assert.deepEqual(shown([...same, mail('d', -15)]), ['28', 'a×3', 'd']);
  assert.deepEqual(shown([...same, mail('d', -14)]), ['28', 'a×4']);
  const midnight = [mail('a', -715), mail('b', -718), mail('c', -721), mail('d', -724)];
  assert.deepEqual(shown(midnight), ['28', 'a', 'b', '27', 'c', 'd']);
});

test('refusals fold by what was wrong, and stand among the mails by time', () => {
  const rows = [refusal('r', 9), mail('a', 8), refusal('s', 7), refusal('t', 6), refusal('u', 5, 'auth.unknown_user')];
  assert.deepEqual(shown(rows), ['28', 'r×3', 'a', 'u']);
});

test('an opened fold shows its rows, and stays open while it grows at both ends', () => {
  const rows = [mail('b', 3), mail('c', 2), mail('d', 1)];
  assert.deepEqual(shown(rows, ['b', 'c', 'd']), ['28', 'b×3', 'b', 'c', 'd']);
  assert.deepEqual(shown([mail('a', 4), ...rows, mail('e', 0)], ['b', 'c', 'd']), [
    '28',
    'a×5',
    'a',
    'b',
    'c',
    'd',
    'e',
  ]);
});

test('mail that came late stands at its own time, so that each day has one line', () => {
  assert.deepEqual(shown([mail('late', -800), mail('a', 5), mail('b', 1)]), ['28', 'a', 'b', '27', 'late']);
});

test('lines made again, after rows came, changed or were opened, are those of a list that is seen for the first time', () => {
  const linesOf = logLinesMaker(dayOf);
  const row = fc.record({ minute: fc.integer({ min: -4_000, max: 0 }), subject: fc.constantFrom('a', 'b') });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), fc.nat(), fc.boolean(), (made, from, isOpened) => {
      const all = made.map(({ minute, subject }, index) => mail(String(index), minute, { subject }));
      const opened = new Set(isOpened ? all.slice(0, 20).map(({ id }) => id) : []);
      for (const entries of [all.slice(from % 60), all, all.map((one, at) => (at === 3 ? { ...one } : one))])
        assert.deepEqual(linesOf(entries, opened), logLinesMaker(dayOf)(entries, opened));
    }),
  );
});

test('chips press and release whole groups of states, and a single state from a link stays as itself', () => {
  assert.deepEqual(chipsOf(undefined), { pressed: [], others: [] });
  const both = withStates('in_doubt', ['refused']);
  assert.deepEqual(chipsOf(both), { pressed: ['refused'], others: ['in_doubt'] });
  assert.equal(withStates(both, ['in_doubt']), 'refused');
  assert.equal(withStates('refused', ['refused']), undefined);
  assert.deepEqual(chipsOf('queued,sending,deferred,sent'), { pressed: ['waiting'], others: ['sent'] });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findRule, type MailRule } from '../../src/index.ts';

const rule = (field: MailRule['field'], matches: string): MailRule => ({ field, matches, action: 'drop' });
const fits = (one: MailRule, subject: string | null, ...recipients: string[]): boolean =>
  findRule({ device: [one], group: [] }, { subject, recipients }) !== null;

test('words fit where the subject contains them, whatever their case and width; a star stands for anything', () => {
  for (const [matches, subject] of [
    ['motion', 'Gate: MOTION detected'],
    ['カメラ', '玄関ｶﾒﾗ：動きを検知'],
    ['動き*検知', '動きを検知しました'],
    ['straße', 'HAUPTSTRASSE 5'],
    ['*', ''],
    ['a*a', 'aa'],
    ['**', 'x'],
  ] as const) {
    assert.ok(fits(rule('subject', matches), subject), `${matches} in ${subject}`);
  }
  assert.ok(!fits(rule('subject', 'test'), 'Motion'));
  assert.ok(!fits(rule('subject', 'a*a'), 'a'));
  assert.ok(!fits(rule('subject', '*'), null), 'a mail without a subject has none that fits');
  assert.ok(!fits(rule('subject', '.*'), 'motion'), 'no regular expressions');
});

test('an address fits as a whole', () => {
  assert.ok(fits(rule('recipient', 'Guard@Example.com'), null, 'a@b.example', 'guard@example.com'));
  assert.ok(fits(rule('recipient', '*@example.com'), null, 'guard@example.com'));
  assert.ok(!fits(rule('recipient', 'guard@example.com'), null, 'guard@example.com.evil.example'));
  assert.ok(!fits(rule('recipient', 'guard@example.com'), null, 'mudguard@example.com'));
  assert.ok(!fits(rule('recipient', 'ab*ba'), null, 'aba'), 'no letter counts twice');
  assert.ok(!fits(rule('recipient', 'motion'), 'motion', 'a@b.example'));
});

test('the first rule that fits counts, and the device’s own before those of its group', () => {
  const lists = {
    device: [rule('subject', 'door'), rule('subject', 'motion')],
    group: [rule('subject', 'motion'), rule('subject', '*')],
  };
  const found = (subject: string) => {
    const { of, number } = findRule(lists, { subject, recipients: [] }) ?? {};
    return [of, number];
  };
  assert.deepEqual(found('Motion'), ['device', 2]);
  assert.deepEqual(found('Disk full'), ['group', 2]);
  assert.equal(findRule({ device: [], group: [] }, { subject: 'Motion', recipients: [] }), null);
});

test('a rule fits exactly what its words and stars can stand for', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
  /** Slow, and surely right. */
  const isMade = (pattern: string, whole: string): boolean => {
    if (pattern === '') return whole === '';
    if (pattern[0] !== '*') return pattern[0] === whole[0] && isMade(pattern.slice(1), whole.slice(1));
    return isMade(pattern.slice(1), whole) || (whole !== '' && isMade(pattern, whole.slice(1)));
  };
  fc.assert(
    fc.property(letters, text, (pattern, whole) => {
      assert.equal(fits(rule('recipient', pattern), null, whole), isMade(pattern, whole));
      assert.equal(fits(rule('subject', pattern), whole), isMade(`*${pattern}*`, whole));
    }),
    { numRuns: 500 },
  );
});

test('the longest rule on the longest subject costs nothing that a mail would notice', () => {
  const started = process.cpuUsage();
  for (let n = 0; n < 20; n++) fits(rule('subject', `${'a*'.repeat(99)}b`), 'a'.repeat(1000));
  const { user } = process.cpuUsage(started);
  assert.ok(user < 200_000, `${user} µs of CPU`);
});

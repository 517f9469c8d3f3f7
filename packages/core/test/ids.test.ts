import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  newId,
  newPassword,
  newQueueId,
  newUsername,
  normalizePassword,
  normalizeUsername,
  UNAMBIGUOUS,
} from '../src/index.ts';

test('ids are version 7 UUIDs that sort by time', () => {
  const early = newId(1_700_000_000_000);
  const late = newId(1_700_000_000_001);
  assert.match(early, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.ok(early < late);
});

test('ids drawn in advance are all different, over many refills, and every letter of a queue id is as likely as another', () => {
  const ids = Array.from({ length: 5000 }, () => newId());
  assert.equal(new Set(ids).size, ids.length);
  const queueIds = Array.from({ length: 20_000 }, newQueueId);
  assert.equal(new Set(queueIds).size, queueIds.length);
  const counts = new Map<string, number>();
  for (const letter of queueIds.join('')) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  assert.equal(counts.size, UNAMBIGUOUS.length);
  // 10,323 each, with a deviation of 100. A modulo without a bound gives eight letters 11,250.
  for (const [letter, count] of counts) assert.ok(Math.abs(count - 320_000 / 31) < 600, `${letter}: ${count}`);
});

test('credentials fit the smallest fields of known equipment and have no look-alikes', () => {
  for (let round = 0; round < 200; round++) {
    assert.match(newUsername(), /^[a-z][a-z2-9]{8}$/);
    assert.match(newPassword(), /^[a-z2-9]{16}$/);
    for (const letter of newUsername() + newPassword()) assert.ok(UNAMBIGUOUS.includes(letter));
    assert.match(newQueueId(), /^[A-Z2-9]{16}$/);
  }
});

test('both forms of a user name, in any case and with blanks, are the same name', () => {
  for (const typed of [
    'k7m2q9xd',
    'K7M2Q9XD',
    ' k7m2q9xd ',
    'k7m2q9xd@relay',
    'k7m2q9xd@mail.local\0',
    'k7m2q9xd @x',
    'ｋ７ｍ２ｑ９ｘｄ',
    'Ｋ７Ｍ２Ｑ９ＸＤ＠ｍａｉｌ．ｌｏｃａｌ',
    '\u200bk7m2q9xd\ufeff',
    '\u3000k7m2q9xd',
    'WORKGROUP\\k7m2q9xd',
    '<k7m2q9xd@mail.local>',
    '"k7m2q9xd"@mail.local',
    "'k7m2q9xd'",
  ]) {
    assert.equal(normalizeUsername(typed), 'k7m2q9xd', JSON.stringify(typed));
  }
});

test('a password in full-width letters, or with signs that nobody sees, is the same password', () => {
  const password = newPassword();
  const wide = [...password].map((letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)).join('');
  assert.equal(normalizePassword(`\u200b${wide.slice(0, 8)}\u3000－${wide.slice(8)}\u2060`), password);
});

test('a password typed in groups, with hyphens or capitals is the same password', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(' ', '-', '\t', ''), { minLength: 16, maxLength: 16 }),
      fc.boolean(),
      (gaps, isUpper) => {
        const password = newPassword();
        const typed = [...password].map((letter, index) => letter + gaps[index]).join('');
        assert.equal(normalizePassword(isUpper ? typed.toUpperCase() : typed), password);
      },
    ),
  );
});

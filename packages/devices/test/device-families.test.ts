import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPassword, newUsername } from '@hikyaku/core';
import { deviceFamilies } from '../src/index.ts';

/** HIKYAKU_LOGIN_DOMAIN may be as long; the form with it fits the smallest user name field that is known (31). */
const LOGIN_DOMAIN_MAX = 20;
const LOGIN_FORM_MAX = 31;
/** HIKYAKU_SMTP_HOST may be as long. */
const SMTP_HOST_MAX = 47;
const DOORS = ['submission', 'alternative', 'smtps', 'smtp25', 'legacy-submission', 'legacy-smtps'];

const issued = Array.from({ length: 200 }, () => ({ username: newUsername(), password: newPassword() }));

test('every issued user name fits every family’s form, alone and with the longest login domain', () => {
  for (const { id, limits } of deviceFamilies) {
    const allowed = new RegExp(`^(?:${limits.usernameCharacter ?? '.'})+$`);
    for (const { username } of issued) {
      const full = `${username}@${'d'.repeat(LOGIN_DOMAIN_MAX - 4)}.com`;
      assert.ok(full.length <= LOGIN_FORM_MAX);
      assert.ok(full.length <= (limits.usernameMax ?? LOGIN_FORM_MAX), `${id}: ${full}`);
      assert.ok(username.length >= (limits.usernameMin ?? 1), id);
      assert.match(full, allowed, id);
      assert.match(username, /^[a-z]/, 'some forms want a letter first');
    }
  }
});

test('every issued password fits every family’s form', () => {
  for (const { id, limits } of deviceFamilies) {
    const allowed = new RegExp(`^(?:${limits.passwordCharacter ?? '.'})+$`);
    for (const { password } of issued) {
      assert.ok(password.length <= (limits.passwordMax ?? 20), id);
      assert.ok(password.length >= (limits.passwordMin ?? 1), id);
      assert.match(password, allowed, id);
    }
  }
});

test('the longest host name and the sender made of the login fit every form', () => {
  for (const { id, limits } of deviceFamilies) {
    assert.ok(limits.isServerAddressOnly || SMTP_HOST_MAX <= (limits.serverMax ?? SMTP_HOST_MAX), id);
    assert.ok(LOGIN_FORM_MAX <= (limits.senderMax ?? LOGIN_FORM_MAX), id);
  }
});

test('ids are unique and fit into a URL; every text is there in both languages', () => {
  const ids = deviceFamilies.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const family of deviceFamilies) {
    assert.match(family.id, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    for (const text of [family.name, ...family.notes]) {
      assert.ok(text.ja.trim() && text.en.trim(), family.id);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the English text holds no Japanese
      assert.match(text.en, /^[\u0000-\u024f\u2010-\u2212…]*$/, family.id);
    }
  }
});

test('recommended doors exist, differ, and fit the family’s encryption', () => {
  for (const { id, door, otherDoors, encryption, needs } of deviceFamilies) {
    const doors = [door, ...otherDoors];
    assert.equal(new Set(doors).size, doors.length, id);
    for (const name of doors) assert.ok(DOORS.includes(name), `${id}: ${name}`);
    if (/smtps$/.test(door)) assert.ok(encryption.includes('implicit'), id);
    if (door.startsWith('legacy')) assert.ok(needs.includes('legacy_tls'), id);
    if (encryption.every((kind) => kind === 'none')) {
      assert.ok(needs.includes('plain_auth') || needs.includes('no_auth'), `${id}: a form without TLS must say so`);
    }
  }
});

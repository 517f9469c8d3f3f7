import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { newPassword, newUsername } from '@hikyaku/core';
import { z } from 'zod';
import { deviceFamilies } from '../src/index.ts';

/** HIKYAKU_LOGIN_DOMAIN may be as long; the form with it fits the smallest user name field that is known (31). */
const LOGIN_DOMAIN_MAX = 20;
const LOGIN_FORM_MAX = 31;
/** HIKYAKU_SMTP_HOST should be no longer: the smallest server field that is known (device-forms.md section 8). */
const SMTP_HOST_MAX = 32;
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

const text = z.strictObject({ ja: z.string().min(1), en: z.string().min(1) });
const attested = text.partial().refine((words) => words.ja || words.en, 'a label in no language');
const fields = z.enum([
  'enable',
  'method',
  'server',
  'port',
  'encryption',
  'auth',
  'username',
  'password',
  'confirm',
  'senderName',
  'senderAddress',
  'recipients',
  'subject',
  'attachment',
  'interval',
  'popServer',
  'verify',
  'test',
]);
const mode = z.enum(['none', 'starttls', 'implicit']);
const count = z.number().int().positive();
const family = z.strictObject({
  id: z.string(),
  vendor: z.string().min(1),
  brands: z.array(z.string().min(1)),
  name: text,
  kind: z.enum(['camera', 'recorder', 'software', 'printer', 'gateway', 'router', 'nas', 'ups', 'pdu', 'bmc']),
  menu: attested.optional(),
  labels: z.partialRecord(fields, attested),
  choices: z.partialRecord(mode, attested).optional(),
  lacks: z.array(fields).min(1).optional(),
  isPortInServer: z.literal(true).optional(),
  isUserSender: z.literal(true).optional(),
  limits: z.strictObject({
    serverMax: count.optional(),
    isServerAddressOnly: z.literal(true).optional(),
    usernameMin: count.optional(),
    usernameMax: count.optional(),
    usernameCharacter: z.string().optional(),
    passwordMin: count.optional(),
    passwordMax: count.optional(),
    passwordCharacter: z.string().optional(),
    senderMax: count.optional(),
    recipientMax: count.optional(),
    recipientsMax: count.optional(),
    subjectMax: count.optional(),
  }),
  defaultPort: z.number().int().min(1).max(65_535),
  encryption: z.array(mode).min(1),
  door: z.string(),
  otherDoors: z.array(z.string()),
  needs: z.array(z.enum(['plain_auth', 'legacy_tls', 'pop_before_smtp', 'no_auth', 'port_25', 'trusted_certificate'])),
  notes: z.array(text),
  evidence: z.enum(['manual', 'guide', 'general']),
});

test('every family has the shape of one, and nothing beside it', () => {
  for (const one of deviceFamilies) {
    const { error } = family.safeParse(one);
    assert.equal(error, undefined, `${one.id}: ${error && z.prettifyError(error)}`);
  }
});

test('a family that nobody has read a form of shows no labels, and no label is in a foreign script', () => {
  for (const { id, evidence, labels, choices, menu } of deviceFamilies) {
    if (evidence === 'general') assert.deepEqual([labels, choices], [{}, undefined], id);
    for (const words of [...Object.values(labels), ...Object.values(choices ?? {}), ...(menu ? [menu] : [])]) {
      assert.doesNotMatch(words.en ?? '', /[\u3040-\u30ff\u4e00-\u9fff]/, id);
    }
  }
});

test('a form has no label for a field that it lacks', () => {
  for (const { id, labels, lacks } of deviceFamilies) {
    for (const field of lacks ?? []) assert.equal(labels[field], undefined, `${id}: ${field}`);
  }
});

test('what is to be chosen for encryption is among what the form can do', () => {
  for (const { id, choices, encryption } of deviceFamilies) {
    for (const name of Object.keys(choices ?? {}))
      assert.ok(
        encryption.some((kind) => kind === name),
        `${id}: ${name}`,
      );
  }
});

test('a device without encryption is sent to no door that begins with it, and a home gateway is one', () => {
  for (const { id, door, otherDoors, encryption } of deviceFamilies) {
    if (encryption.some((kind) => kind !== 'none')) continue;
    assert.ok(![door, ...otherDoors].some((name) => name.endsWith('smtps')), id);
  }
  assert.deepEqual(deviceFamilies.find(({ id }) => id === 'ntt-hikari-gateway')?.encryption, ['none']);
});

test('the README counts families, and those whose form’s own words are known', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const worded = deviceFamilies.filter(({ labels }) => Object.keys(labels).length > 0).length;
  assert.ok(readme.includes(`settings cards for ${deviceFamilies.length} families, ${worded} of them in the words of`));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceFamilies } from '@hikyaku/devices';
import { choiceFor, doorChoices } from '../src/features/devices/door-choices.ts';
import {
  cardFields,
  familyPolicy,
  limitWarnings,
  screenLabel,
  searchFamilies,
} from '../src/features/devices/families.ts';

const find = (id: string) => deviceFamilies.find((family) => family.id === id) ?? assert.fail(id);
const idsFor = (text: string) => searchFamilies(deviceFamilies, text).map(({ id }) => id);
const ports = {
  submission: 587,
  alternative: 2525,
  smtps: 465,
  legacySubmission: 2587,
  legacySmtps: 2465,
  smtp25: null,
  pop3: null,
  pop3s: null,
};

test('a family is found by maker, brand, kind and words together, in either language and any width', () => {
  assert.equal(idsFor('エプソン')[0], 'epson');
  assert.equal(idsFor('ｅｐｓｏｎ')[0], 'epson');
  assert.equal(idsFor('PR-400')[0], 'ntt-hikari-gateway');
  assert.equal(idsFor('linkstation')[0], 'buffalo');
  assert.ok(idsFor('複合機').length > 5);
  assert.ok(idsFor('カメラ').includes('reolink'));
  assert.deepEqual(idsFor('panasonic recorder'), ['panasonic-i-pro']);
  assert.deepEqual(idsFor('no such thing'), []);
  assert.deepEqual(idsFor('  '), []);
});

test('what a family is issued with lets it in by the way its card tells', () => {
  for (const family of deviceFamilies) {
    const choices = doorChoices(ports, { ...familyPolicy(family), legacyTls: 'allow' });
    const name = choiceFor(choices, family);
    const choice = choices.find((item) => item.name === name);
    assert.ok(choice && family.encryption.includes(choice.encryption), `${family.id}: ${name}`);
  }
});

test('a home gateway is told no encryption, and its card has no label that nobody has read on it', () => {
  const gateway = find('ntt-hikari-gateway');
  assert.deepEqual(familyPolicy(gateway), { allowPlainAuth: true });
  assert.equal(choiceFor(doorChoices(ports, { ...familyPolicy(gateway), legacyTls: 'allow' }), gateway), 'plain');
  for (const field of cardFields(gateway)) assert.equal(screenLabel(gateway, field, 'ja'), undefined);
});

test('a card follows the order of the form, leaves out what the form lacks, and shows no label of the other language', () => {
  assert.deepEqual(cardFields(find('buffalo')), [
    'enable',
    'server',
    'port',
    'auth',
    'encryption',
    'username',
    'password',
    'recipients',
  ]);
  assert.ok(!cardFields(find('swann')).includes('username'));
  assert.deepEqual(cardFields(null)[0], 'server');
  assert.equal(screenLabel(find('konica-minolta'), 'server', 'en'), undefined);
  assert.equal(screenLabel(find('konica-minolta'), 'server', 'ja'), 'SMTPサーバーアドレス');
});

test('a card warns of what the form will not take', () => {
  const values = { host: 'relay.example.com', passwordLength: 16, allowPlainAuth: false, hasPort25: false };
  const names = (id: string, more = {}) => limitWarnings(find(id), { ...values, ...more }).map(({ name }) => name);
  assert.deepEqual(names('foscam'), ['passwordFillsField']);
  assert.deepEqual(names('reolink'), ['userIsSender']);
  assert.deepEqual(names('ami-bmc'), ['serverAddressOnly', 'plainNotAllowed']);
  assert.deepEqual(names('hikvision', { host: 'a'.repeat(33) }), ['serverTooLong', 'passwordFillsField']);
  assert.deepEqual(names('tp-link-router', { allowPlainAuth: true }), ['port25Closed']);
  assert.deepEqual(names('epson'), []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRules } from '../src/features/devices/device-rules.ts';
import { type DeviceValues, NEW_DEVICE, splitAddresses, toBody } from '../src/features/devices/device-values.ts';
import { findErrors } from '../src/forms/rules.ts';

const values: DeviceValues = { ...NEW_DEVICE, name: '玄関カメラ', mailboxId: '01900000-0000-7000-8000-000000000010' };

test('addresses may be separated as people write them', () => {
  assert.deepEqual(splitAddresses(' a@example.jp\nb@example.jp、c@example.jp, d@example.jp '), [
    'a@example.jp',
    'b@example.jp',
    'c@example.jp',
    'd@example.jp',
  ]);
});

test('a form that the api would take has no errors', () => {
  assert.deepEqual(findErrors(createRules, values), {});
  assert.deepEqual(findErrors(createRules, { ...values, recipientsMode: 'replace', recipients: 'a@example.jp' }), {});
});

test('each mistake is named at its field', () => {
  assert.deepEqual(findErrors(createRules, { ...values, name: ' ' }), { name: 'required' });
  assert.deepEqual(findErrors(createRules, { ...values, name: 'x'.repeat(81) }), { name: 'tooLong' });
  assert.deepEqual(findErrors(createRules, { ...values, recipientsMode: 'allow' }), { recipients: 'recipientsNeeded' });
  const wrong: DeviceValues = { ...values, recipientsMode: 'allow', recipients: 'not an address' };
  assert.deepEqual(findErrors(createRules, wrong), { recipients: 'recipients' });
  assert.deepEqual(findErrors(createRules, { ...values, subjectPrefix: 'a\nb' }), { subjectPrefix: 'oneLine' });
});

test('the domains of a copier are asked for in their own words, and kept in their one form', () => {
  const copier: DeviceValues = { ...values, recipientsMode: 'domains' };
  assert.deepEqual(findErrors(createRules, copier), { recipientDomains: 'domainsNeeded' });
  assert.deepEqual(findErrors(createRules, { ...copier, recipientDomains: 'office' }), { recipientDomains: 'domains' });
  assert.deepEqual(findErrors(createRules, { ...copier, recipientDomains: '@office.example、会社.example' }), {});
  assert.deepEqual(createRules.schema.parse(toBody({ ...copier, recipientDomains: '@Office.example' })), {
    ...toBody(copier),
    recipientDomains: ['office.example'],
  });
});

test('recipients typed before the mode was changed back are not sent along', () => {
  assert.deepEqual(toBody({ ...values, recipients: 'a@example.jp' }).recipients, []);
});

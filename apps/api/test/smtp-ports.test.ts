import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doorsOf, readSettings } from '@hikyaku/config';
import type { RelayError } from '@hikyaku/core';
import { refuseSettings } from '../src/refuse-settings.ts';
import { portsOf } from '../src/routes/smtp-ports.ts';

test('a device is told every door that is open', () => {
  const settings = readSettings({ HIKYAKU_SMTP_25_PORT: '2025' });
  assert.deepEqual(portsOf(doorsOf(settings)), {
    submission: 2587,
    alternative: 4525,
    smtps: 2465,
    legacySubmission: 12587,
    legacySmtps: 12465,
    smtp25: 2025,
    pop3: 2110,
    pop3s: 2995,
  });
  assert.equal(portsOf(doorsOf(readSettings({}))).smtp25, null);
});

test('our own door is refused as the way of the instance’s mail', () => {
  const refused = (url: string) => {
    try {
      refuseSettings(readSettings({ HIKYAKU_SYSTEM_SMTP_URL: url, HIKYAKU_SMTP_HOST: 'relay.example' }), false);
      return false;
    } catch (error) {
      assert.equal((error as RelayError).code, 'config.invalid');
      return true;
    }
  };
  assert.equal(refused('smtp://relay.example:2587'), true);
  assert.equal(refused('smtps://localhost:2465'), true);
  assert.equal(refused('smtp://localhost:25'), false);
  assert.equal(refused('smtp://mail.example:2587'), false);
});

test('an instance that others can reach needs an operator', () => {
  const far = { HIKYAKU_PUBLIC_URL: 'https://relay.example' };
  assert.throws(() => refuseSettings(readSettings(far), false), { code: 'config.invalid' });
  refuseSettings(readSettings(far), true);
  const named = { ...far, HIKYAKU_OPERATOR_EMAIL: 'op@relay.example' };
  // An address that nobody can confirm names nobody.
  assert.throws(() => refuseSettings(readSettings(named), false), { code: 'config.invalid' });
  refuseSettings(readSettings({ ...named, HIKYAKU_SYSTEM_SMTP_URL: 'smtp://mail.example' }), false);
  refuseSettings(readSettings({ ...far, HIKYAKU_OPERATOR_CODE: 'ABCD-EFGH' }), false);
  refuseSettings(readSettings({}), false);
});

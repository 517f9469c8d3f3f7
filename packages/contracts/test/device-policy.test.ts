import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEVICE_POLICY_DEFAULTS, deviceCreate, deviceUpdate, policyConflicts, readLegacyTls } from '../src/index.ts';

const mailboxId = '0192f0c0-0000-7000-8000-000000000001';

test('a device needs a name and a mailbox, and nothing else', () => {
  assert.deepEqual(deviceCreate.parse({ name: ' Gate ', mailboxId }), { name: 'Gate', mailboxId });
  for (const body of [{}, { name: 'Gate' }, { mailboxId }, { name: '', mailboxId }, { name: 'Gate', mailboxId: 'x' }]) {
    assert.equal(deviceCreate.safeParse(body).success, false, JSON.stringify(body));
  }
});

test('no line break reaches a mail header through a name or a prefix', () => {
  assert.equal(deviceCreate.safeParse({ name: 'Gate\r\nBcc: a@b.example', mailboxId }).success, false);
  assert.equal(deviceUpdate.safeParse({ subjectPrefix: 'x\ny' }).success, false);
  assert.equal(deviceUpdate.safeParse({ subjectPrefix: 'x\u0085y' }).success, false);
});

test('a field that does not exist is refused rather than ignored', () => {
  assert.equal(deviceUpdate.safeParse({ tenantId: mailboxId }).success, false);
});

test('a patch changes only what it names', () => {
  assert.deepEqual(deviceUpdate.parse({ legacyTls: 'refuse' }), { legacyTls: 'refuse' });
});

test('old encryption is allowed or refused; the truth value of an earlier release is still understood', () => {
  assert.equal(DEVICE_POLICY_DEFAULTS.legacyTls, 'allow');
  assert.equal(readLegacyTls(deviceUpdate.parse({ legacyTls: true }).legacyTls!), 'allow');
  assert.equal(readLegacyTls(deviceUpdate.parse({ legacyTls: false }).legacyTls!), 'refuse');
  assert.equal(deviceUpdate.safeParse({ legacyTls: 'maybe' }).success, false);
});

test('recipients are what the doors take too, each in its one form', () => {
  const kept = deviceUpdate.parse({
    recipients: ['"taro..gate.7"@docomo.example', 'taro.gate.@Docomo.example', 'ops@日本語.example'],
  });
  assert.deepEqual(kept.recipients, [
    'taro..gate.7@docomo.example',
    'taro.gate.@docomo.example',
    'ops@xn--wgv71a119e.example',
  ]);
  for (const address of ['camera1', 'a b@c.example', 'a@[192.0.2.1]', 'a@b.example\r\n', 'a@b..example', '']) {
    assert.equal(deviceUpdate.safeParse({ recipients: [address] }).success, false, address);
  }
});

test('zones and character sets are those this machine knows', () => {
  assert.equal(deviceUpdate.safeParse({ timeZone: 'Asia/Tokyo', charset: 'iso-2022-jp' }).success, true);
  assert.equal(deviceUpdate.safeParse({ timeZone: 'Mars/Base' }).success, false);
  // Postgres reads an offset the other way round.
  assert.equal(deviceUpdate.safeParse({ timeZone: '+09:00' }).success, false);
  for (const letters of ['AGT', 'BST', 'JST', 'est'])
    assert.equal(deviceUpdate.safeParse({ timeZone: letters }).success, false);
  for (const name of ['UTC', 'GMT', 'Japan', 'America/Argentina/Ushuaia'])
    assert.equal(deviceUpdate.safeParse({ timeZone: name }).success, true, name);
  assert.equal(deviceUpdate.safeParse({ charset: 'klingon' }).success, false);
});

test('addresses that stand for a login are an owner’s, not a provider’s', () => {
  for (const allowed of ['192.0.2.7', '203.0.113.0/24', '10.0.0.0/8', '192.168.0.0/16', '2001:db8::/48', 'fd00::/8'])
    assert.equal(deviceUpdate.safeParse({ allowedAddresses: [allowed] }).success, true, allowed);
  for (const refused of ['0.0.0.0/0', '203.0.0.0/16', '100.64.0.0/10', '::/0', '2001:db8::/32', 'example.com'])
    assert.equal(deviceUpdate.safeParse({ allowedAddresses: [refused] }).success, false, refused);
});

test('without a password of its own a device only reaches recipients that its owner wrote down', () => {
  const open = { ...DEVICE_POLICY_DEFAULTS };
  assert.deepEqual(policyConflicts(open), {});
  assert.ok(policyConflicts({ ...open, popBeforeSmtp: true }).popBeforeSmtp);
  assert.ok(policyConflicts({ ...open, allowedAddresses: ['192.0.2.7'] }).allowedAddresses);
  assert.ok(policyConflicts({ ...open, recipientsMode: 'allow' }).recipients);
  assert.deepEqual(
    policyConflicts({ ...open, recipientsMode: 'replace', recipients: ['a@b.example'], popBeforeSmtp: true }),
    {},
  );
});

test('a name is one line whose signs turn nothing behind it; marks that are part of Arabic and Hebrew texts may be in it', () => {
  for (const name of ['玄関', 'حديقة\u200f 2', 'Gate <1> *x*'])
    assert.ok(deviceUpdate.safeParse({ name }).success, name);
  for (const sign of ['\n', '\u0000', '\u2028', '\u2029', '\u202a', '\u202e', '\u2066', '\u2069'])
    assert.ok(!deviceUpdate.safeParse({ name: `Gate${sign}cam` }).success, JSON.stringify(sign));
});

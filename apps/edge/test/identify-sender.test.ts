import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PolicyCredentialRow, PolicyDeviceRow } from '@hikyaku/db';
import { createIdentifySender, type SenderIdentity } from '../src/login/identify-sender.ts';
import { PopLogins } from '../src/login/pop-logins.ts';
import { SharedFacts } from '../src/processes/shared-facts.ts';
import { PolicyStore } from '../src/snapshot/policy-store.ts';

const WINDOW_MS = 1_800_000;
const PUBLIC_ADDRESS = '203.0.113.7';
const device = (id: string, changes: Partial<PolicyDeviceRow> = {}): PolicyDeviceRow => ({
  id,
  tenantId: `tenant of ${id}`,
  mailboxId: 'm',
  groupId: null,
  name: id,
  recipientsMode: 'allow',
  recipients: ['owner@example.com'],
  recipientDomains: ['example.com'],
  learntRecipients: [],
  unconfirmedRecipients: [],
  refusedRecipients: [],
  allowPlainAuth: true,
  legacyTls: 'allow',
  popBeforeSmtp: true,
  allowedAddresses: [],
  maxSizeBytes: null,
  timeZone: null,
  charset: null,
  quietHours: null,
  rules: [],
  isDisabled: false,
  isDeleted: false,
  ...changes,
});
const credential = (deviceId: string, changes: Partial<PolicyCredentialRow> = {}): PolicyCredentialRow => ({
  id: `credential of ${deviceId}`,
  deviceId,
  username: `${deviceId}22`,
  passwordDigest: 'AA==',
  expiresAt: null,
  isRevoked: false,
  ...changes,
});

/** Two tenants' devices, `kamera` and `mopier`, on an instance; who asks is told by what he is known, or why he is not. */
function world(
  options: { isPublic?: boolean; kamera?: Partial<PolicyDeviceRow>; mopier?: Partial<PolicyDeviceRow> } = {},
) {
  const time = { now: 1_000_000 };
  const store = new PolicyStore();
  const devices = [device('kamera', options.kamera), device('mopier', options.mopier)];
  store.replace({
    tenants: devices.map(({ tenantId: id }) => ({ id, hideSubjects: false, isSuspended: false, isDeleted: false })),
    mailboxes: [{ id: 'm', accountKey: 'microsoft:x', isDeleted: false }],
    devices,
    groups: [],
    credentials: devices.map(({ id }) => credential(id)),
  });
  const logins = new PopLogins(WINDOW_MS, () => time.now, new SharedFacts(null, () => 0));
  const identify = createIdentifySender({
    book: store,
    logins,
    isPublic: options.isPublic ?? true,
    isFresh: () => true,
    now: () => time.now,
  });
  const told = (found: SenderIdentity) =>
    found.kind === 'known'
      ? `${found.identity.deviceId} by ${found.identity.by}`
      : `${found.code}${found.owner ? ` told to ${found.owner.deviceId}` : ''}`;
  return {
    time,
    store,
    popLogin: (address: string, deviceId: string) => logins.note(address, `credential of ${deviceId}`),
    ask: (address: string, mailFrom: string) => told(identify(address, mailFrom)),
  };
}

test('a POP login stands for a login of the same credential, from the same address, for the window', () => {
  const { ask, popLogin, time } = world();
  assert.equal(ask(PUBLIC_ADDRESS, 'kamera22@anything.example'), 'edge.pop_missing told to kamera');
  popLogin(PUBLIC_ADDRESS, 'kamera');
  assert.equal(ask(PUBLIC_ADDRESS, 'KAMERA22@anything.example'), 'kamera by pop');
  assert.equal(ask(PUBLIC_ADDRESS, 'kamera22'), 'kamera by pop');
  time.now += WINDOW_MS - 1;
  assert.equal(ask(PUBLIC_ADDRESS, 'kamera22@x.example'), 'kamera by pop');
  time.now += 1;
  assert.equal(ask(PUBLIC_ADDRESS, 'kamera22@x.example'), 'edge.pop_expired told to kamera');
  popLogin(PUBLIC_ADDRESS, 'kamera');
  assert.equal(ask(PUBLIC_ADDRESS, 'kamera22@x.example'), 'kamera by pop');
  // Set back, a clock makes the window no longer.
  time.now -= WINDOW_MS + 1;
  assert.notEqual(ask(PUBLIC_ADDRESS, 'kamera22@x.example'), 'kamera by pop');
});

test('hijack: a neighbour of a device that has just signed in, without its user name, is nobody; nor is one at another address', () => {
  for (const isPublic of [true, false]) {
    const { ask, popLogin } = world({ isPublic });
    popLogin(PUBLIC_ADDRESS, 'kamera');
    assert.equal(ask(PUBLIC_ADDRESS, 'neighbour@x.example'), 'edge.auth_required');
    assert.equal(ask(PUBLIC_ADDRESS, ''), 'edge.auth_required');
    assert.equal(ask('203.0.113.8', 'kamera22@x.example'), 'edge.pop_missing told to kamera');
    assert.equal(ask('2001:db8::7', 'kamera22@x.example'), 'edge.pop_missing told to kamera');
  }
});

test('hijack: a POP login of one device opens nothing for another, though it names it', () => {
  const { ask, popLogin } = world();
  popLogin(PUBLIC_ADDRESS, 'mopier');
  assert.equal(ask(PUBLIC_ADDRESS, 'kamera22@x.example'), 'edge.pop_missing told to kamera');
  assert.equal(ask(PUBLIC_ADDRESS, 'mopier22@x.example'), 'mopier by pop');
});

test('hijack: a credential that is revoked, or was replaced, takes its window with it', () => {
  const { ask, popLogin, store } = world();
  popLogin(PUBLIC_ADDRESS, 'kamera');
  const rows = { tenants: [], mailboxes: [], devices: [], groups: [] };
  store.apply({
    ...rows,
    credentials: [credential('kamera', { isRevoked: true }), credential('kamera', { id: 'new' })],
  });
  assert.equal(ask(PUBLIC_ADDRESS, 'kamera22@x.example'), 'edge.pop_missing told to kamera');
  store.apply({ ...rows, credentials: [], devices: [device('kamera', { isDeleted: true })] });
  assert.equal(ask(PUBLIC_ADDRESS, 'kamera22@x.example'), 'edge.auth_required');
});

test('hijack: a device that learns its recipients, or takes any of a domain, is never known without a login', () => {
  for (const recipientsMode of ['device', 'domains'] as const) {
    const { ask, popLogin } = world({ kamera: { recipientsMode, allowedAddresses: [PUBLIC_ADDRESS] } });
    assert.equal(ask(PUBLIC_ADDRESS, 'kamera22@x.example'), 'edge.auth_required');
    popLogin(PUBLIC_ADDRESS, 'kamera');
    assert.equal(ask(PUBLIC_ADDRESS, 'kamera22@x.example'), 'edge.pop_off told to kamera');
  }
});

test('hijack: a device of which its owner said nothing is not known by a POP login, and its owner is told that only after one', () => {
  const { ask, popLogin } = world({ kamera: { popBeforeSmtp: false } });
  assert.equal(ask(PUBLIC_ADDRESS, 'kamera22@x.example'), 'edge.auth_required');
  popLogin(PUBLIC_ADDRESS, 'kamera');
  assert.equal(ask(PUBLIC_ADDRESS, 'kamera22@x.example'), 'edge.pop_off told to kamera');
});

test('an address of the owner’s list stands for a login of the device that the sender names, and of no other', () => {
  const kamera = { popBeforeSmtp: false, allowedAddresses: ['203.0.113.0/29', '2001:db8:1::/64'] };
  const { ask } = world({ kamera });
  assert.equal(ask(PUBLIC_ADDRESS, 'kamera22@x.example'), 'kamera by address');
  assert.equal(ask('2001:db8:1::9', 'kamera22@x.example'), 'kamera by address');
  assert.equal(ask('203.0.113.8', 'kamera22@x.example'), 'edge.address_not_allowed told to kamera');
  assert.equal(ask(PUBLIC_ADDRESS, 'apc-ups'), 'edge.auth_required');
  assert.equal(ask(PUBLIC_ADDRESS, 'mopier22@x.example'), 'edge.pop_missing told to mopier');
});

test('an address alone is enough for a household only, from a private address, where one device fits', () => {
  const kamera = { popBeforeSmtp: false, allowedAddresses: ['192.168.1.0/24', PUBLIC_ADDRESS] };
  const own = world({ isPublic: false, kamera });
  assert.equal(own.ask('192.168.1.9', 'apc-ups'), 'kamera by address');
  assert.equal(own.ask('192.168.2.9', 'apc-ups'), 'edge.auth_required');
  assert.equal(own.ask(PUBLIC_ADDRESS, 'apc-ups'), 'edge.auth_required');
  // A balancer may make the whole internet look like one private address.
  assert.equal(world({ isPublic: true, kamera }).ask('192.168.1.9', 'apc-ups'), 'edge.auth_required');
  assert.equal(world({ isPublic: false, kamera, mopier: kamera }).ask('192.168.1.9', 'apc-ups'), 'edge.auth_required');
  const pop = world({ isPublic: false });
  pop.popLogin('10.0.0.5', 'mopier');
  assert.equal(pop.ask('10.0.0.5', 'scanner'), 'mopier by pop');
  pop.popLogin('10.0.0.5', 'kamera');
  assert.equal(pop.ask('10.0.0.5', 'scanner'), 'edge.auth_required');
  assert.equal(pop.ask('10.0.0.5', 'kamera22'), 'kamera by pop');
});

test('ten thousand POP logins are remembered, the newest ones', () => {
  const logins = new PopLogins(WINDOW_MS, () => 0, new SharedFacts(null, () => 0));
  for (let count = 0; count <= 10_000; count++) logins.note(`a${count % 5000}`, `c${count}`);
  assert.equal(logins.of('a0', 'c0'), null);
  assert.equal(logins.of('a1', 'c1'), 'open');
  assert.deepEqual(logins.openAt('a0'), ['c5000', 'c10000']);
});

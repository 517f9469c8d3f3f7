import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MailRule, RelayError, systemClock } from '@hikyaku/core';
import type { PolicyCredentialRow, PolicyDeviceRow, PolicyRows } from '@hikyaku/db';
import { applyRules } from '../src/smtp/apply-rules.ts';
import { addRecipients, type EdgePolicy } from '../src/smtp/recipient-policy.ts';
import { createAuthenticator } from '../src/snapshot/credential-check.ts';
import type { EdgeKeys } from '../src/snapshot/edge-keys.ts';
import type { MissQuestion } from '../src/snapshot/miss-question.ts';
import { PolicyStore } from '../src/snapshot/policy-store.ts';

const device = (changes: Partial<PolicyDeviceRow> = {}): PolicyDeviceRow => ({
  id: 'd',
  tenantId: 't',
  mailboxId: 'm',
  groupId: null,
  name: 'camera',
  recipientsMode: 'device',
  recipients: [],
  recipientDomains: [],
  learntRecipients: [],
  unconfirmedRecipients: [],
  refusedRecipients: [],
  allowPlainAuth: false,
  legacyTls: 'allow',
  popBeforeSmtp: false,
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
const credential = (changes: Partial<PolicyCredentialRow> = {}): PolicyCredentialRow => ({
  id: 'c',
  deviceId: 'd',
  username: 'kamera22',
  passwordDigest: 'AA==',
  expiresAt: null,
  isRevoked: false,
  ...changes,
});
const rows = (changes: Partial<PolicyRows> = {}): PolicyRows => ({
  tenants: [],
  mailboxes: [],
  devices: [],
  groups: [],
  credentials: [],
  ...changes,
});
const full = (): PolicyRows =>
  rows({
    tenants: [{ id: 't', hideSubjects: false, isSuspended: false, isDeleted: false }],
    mailboxes: [{ id: 'm', accountKey: 'microsoft:x', isDeleted: false }],
    devices: [device()],
    credentials: [credential()],
  });

function storeOf(given = full()): PolicyStore {
  const store = new PolicyStore();
  store.replace(given);
  return store;
}

test('a device gone, a tenant gone or a credential revoked: nobody signs in with it any more', () => {
  const changes: Partial<PolicyRows>[] = [
    { devices: [device({ isDeleted: true })] },
    { tenants: [{ id: 't', hideSubjects: false, isSuspended: false, isDeleted: true }] },
    { credentials: [credential({ isRevoked: true })] },
    { credentials: [credential({ expiresAt: 1000 })] },
  ];
  for (const change of changes) {
    const store = storeOf();
    assert.equal(store.credentialsOf('kamera22', 1000).length, 1);
    store.apply(rows(change));
    assert.deepEqual(store.credentialsOf('kamera22', 1000), [], JSON.stringify(change));
  }
});

test('a mailbox gone: the device still signs in, without an account', () => {
  const store = storeOf();
  store.apply(rows({ mailboxes: [{ id: 'm', accountKey: 'microsoft:x', isDeleted: true }] }));
  assert.equal(store.find('d')?.accountKey, null);
});

test('two live credentials share a user name; ending one leaves the other', () => {
  const store = storeOf();
  store.apply(rows({ credentials: [credential({ id: 'new' }), credential({ expiresAt: 2000 })] }));
  assert.deepEqual(
    store.credentialsOf('kamera22', 1999).map(({ id }) => id),
    ['new', 'c'],
  );
  assert.deepEqual(
    store.credentialsOf('kamera22', 2000).map(({ id }) => id),
    ['new'],
  );
});

test('what is taken out into a file and put in again is the same', () => {
  const store = storeOf();
  const again = storeOf(JSON.parse(JSON.stringify(store.rows())));
  assert.deepEqual(again.find('d'), store.find('d'));
  assert.deepEqual(again.credentialsOf('kamera22', 0), store.credentialsOf('kamera22', 0));
});

test('learnt recipients outlive a refresh until Postgres has them; then the owner may take them out', () => {
  const store = storeOf();
  store.learn('d', ['A@b.example']);
  store.apply(rows({ devices: [device({ name: 'renamed' })] }));
  assert.deepEqual(store.find('d')?.known.learnt, ['a@b.example']);
  store.apply(rows({ devices: [device({ learntRecipients: ['a@b.example'] })] }));
  store.apply(rows({ devices: [device()] }));
  assert.deepEqual(store.find('d')?.known.learnt, []);
});

test('no more than ten are learnt, the others wait for the owner, and other modes learn nothing', () => {
  const store = storeOf();
  store.learn(
    'd',
    Array.from({ length: 15 }, (_, index) => `r${index}@b.example`),
  );
  assert.equal(store.find('d')?.known.learnt.length, 10);
  assert.equal(store.find('d')?.known.unconfirmed.length, 5);
  const fixed = storeOf({ ...full(), devices: [device({ recipientsMode: 'allow' })] });
  fixed.learn('d', ['a@b.example']);
  assert.deepEqual(fixed.find('d')?.known.learnt, []);
});

const policy = (changes: Partial<EdgePolicy>): EdgePolicy => ({ ...storeOf().find('d')!, ...changes });

const known = (learnt: number, unconfirmed: number, refused: string[] = []) => ({
  learnt: Array.from({ length: learnt }, (_, index) => `r${index}@b.example`),
  unconfirmed: Array.from({ length: unconfirmed }, (_, index) => `w${index}@b.example`),
  refused,
});

test('mode device counts new recipients of one mail together, those to be learnt and those that wait', () => {
  const almost = policy({ known: known(10, 19) });
  assert.deepEqual(addRecipients(almost, [], ['new@b.example']), ['new@b.example']);
  assert.throws(() => addRecipients(almost, ['new@b.example'], ['newer@b.example']), {
    code: 'edge.recipient_refused',
  });
  assert.throws(() => addRecipients(almost, [], ['one@b.example', 'two@b.example']), {
    code: 'edge.recipient_refused',
  });
  const full = policy({ known: known(12, 20, ['no@b.example']) });
  assert.throws(() => addRecipients(full, [], ['new@b.example']), { code: 'edge.recipient_refused' });
  for (const met of ['R11@b.example', 'w19@b.example', 'no@b.example']) {
    assert.deepEqual(addRecipients(full, [], [met]), [met]);
  }
});

test('without room for mail that waits, only those are taken whom the mail goes to at once', () => {
  const some = policy({ known: known(9, 2, ['no@b.example']) });
  const take = (...addresses: string[]) => addRecipients(some, [], addresses, false);
  assert.deepEqual(take('r1@b.example', 'tenth@b.example', 'no@b.example').length, 3);
  assert.throws(() => take('tenth@b.example', 'eleventh@b.example'), { code: 'edge.recipient_refused' });
  assert.throws(() => take('W1@b.example'), { code: 'edge.recipient_refused' });
});

test('mode domains takes anyone at a domain, in whatever script and case it is written, and at no other', () => {
  const office = policy({ recipientsMode: 'domains', recipientDomains: ['office.example', 'xn--wgv71a119e.example'] });
  assert.deepEqual(addRecipients(office, ['a@office.example'], ['Sato@OFFICE.example.']), [
    'a@office.example',
    'Sato@office.example',
  ]);
  assert.deepEqual(addRecipients(office, [], ['b@日本語.example']), ['b@xn--wgv71a119e.example']);
  for (const other of ['a@sub.office.example', 'a@notoffice.example', 'a@example', '"a@office.example"@evil.example']) {
    assert.throws(() => addRecipients(office, [], [other]), { name: 'RelayError' }, other);
  }
});

test('a mail has five hundred recipients at most, and replace without a list refuses all', () => {
  const many = Array.from({ length: 501 }, (_, index) => `r${index}@b.example`);
  const open = policy({ recipientsMode: 'allow', recipients: many });
  assert.throws(() => addRecipients(open, many.slice(0, 500), many.slice(500)), { code: 'edge.too_many_recipients' });
  assert.throws(() => addRecipients(policy({ recipientsMode: 'replace' }), [], ['a@b.example']), {
    code: 'edge.recipient_refused',
  });
});

test('a device has the rules of the group that it is in, as long as it is in it and the group has them', () => {
  const drop: MailRule = { field: 'subject', matches: 'test', action: 'drop' };
  const store = storeOf({
    ...full(),
    devices: [device({ groupId: 'g', rules: [{ ...drop, action: 'send' }] })],
    groups: [{ id: 'g', rules: [drop] }],
  });
  const rulesOf = () => store.find('d')?.rules;
  assert.deepEqual(rulesOf(), { device: [{ ...drop, action: 'send' }], group: [drop] });
  const again = new PolicyStore();
  again.replace(store.rows());
  assert.deepEqual(again.find('d')?.rules, rulesOf(), 'also from the snapshot file');
  store.apply(rows({ groups: [{ id: 'g', rules: [] }] }));
  assert.deepEqual(rulesOf()?.group, []);
  store.apply(rows({ groups: [{ id: 'g', rules: [drop] }], devices: [device()] }));
  assert.deepEqual(rulesOf(), { device: [], group: [] });
});

test('a rule that names another mailbox counts while that is there; else the mail leaves by the device’s own', () => {
  const rule: MailRule = { field: 'subject', matches: '*', action: 'mailbox', mailboxId: 'other' };
  const store = storeOf({ ...full(), devices: [device({ rules: [rule] })] });
  const routeOf = () => {
    const { mailboxId, accountKey, rule } = applyRules(store.find('d')!, store, {
      subject: 'Motion',
      recipients: ['a@b.example'],
    });
    return [mailboxId, accountKey, rule?.isMailboxGone];
  };
  assert.deepEqual(routeOf(), ['m', 'microsoft:x', true]);
  store.apply(rows({ mailboxes: [{ id: 'other', accountKey: 'google:y', isDeleted: false }] }));
  assert.deepEqual(routeOf(), ['other', 'google:y', undefined]);
});

test('a login that Postgres says nothing of in time is let in all the same where a notification brought it meanwhile', async () => {
  const store = new PolicyStore();
  const parts = (isBrought: boolean) => ({
    store,
    keys: {} as EdgeKeys,
    clock: systemClock,
    isFresh: () => true,
    question: {
      ask: async () => {
        if (isBrought) store.replace({ ...full(), devices: [device({ allowPlainAuth: true })] });
        throw new RelayError('edge.auth_unconfirmed');
      },
    } as unknown as MissQuestion,
  });
  await assert.rejects(createAuthenticator(parts(false)).allowsPlain('kamera22'), { code: 'edge.auth_unconfirmed' });
  assert.equal(await createAuthenticator(parts(true)).allowsPlain('kamera22'), true);
});

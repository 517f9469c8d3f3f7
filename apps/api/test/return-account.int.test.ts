import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createLogger } from '@hikyaku/telemetry';
import { createAccountMail } from '../src/auth/account-mail.ts';
import { returnAccount } from '../src/auth/address/return-account.ts';
import { type ApiUnderTest, type Person, passwordsIn, startApi } from './api-under-test.ts';
import { keepSentMails } from './sent-mails.ts';

const PASSWORD = 'correct horse battery staple';
const { mailer, lastTo, tokenTo } = keepSentMails();
const logger = createLogger({ name: 'test', level: 'silent' });

let api: ApiUnderTest;
/** A household's, without mail of its own. */
let home: ApiUnderTest;
before(async () => {
  [api, home] = await Promise.all([startApi({}, mailer), startApi()]);
});
after(() => Promise.all([api?.close(), home?.close()]));

/** From an address of its own: what compares a password is limited by address. */
const post = (person: Person, path: string, body: object) => {
  person.address = api.person().address;
  return person.api<{ code?: string }>('POST', `/api/auth/${path}`, body);
};
const signIn = (email: string, password = PASSWORD) => api.person().signIn(email, password);
const give = (email: string, newEmail?: string) => {
  const mail = createAccountMail({ database: api.db.system, mailer, logger });
  return returnAccount({ database: api.db.system, publicUrl: api.url, mail }, email, newEmail);
};
const giveAtHome = (email: string, newEmail?: string) =>
  returnAccount(
    { database: home.db.system, publicUrl: home.url, mail: undefined, passwords: passwordsIn(0) },
    email,
    newEmail,
  );
const code = (wanted: string) => (error: { code?: string }) => error.code === wanted;

async function confirmed(email: string): Promise<Person & { userId: string }> {
  const person = api.person();
  await person.must('POST', '/api/auth/sign-up/email', { email, password: PASSWORD, name: 'Somebody' });
  await post(person, 'confirm-sign-up', { token: tokenTo(email), password: PASSWORD });
  const me = await person.must<{ user: { id: string } }>('GET', 'me');
  return Object.assign(person, { userId: me.user.id });
}

test('an account is given back by the operator: the new mailbox alone gets in, by a password of its own; whatever was before does not', async () => {
  const owner = await confirmed('lost@example.com');
  const { tenant } = await owner.must<{ tenant: { id: string } }>('GET', 'me');
  // What a thief who reads the old mailbox may have made, and a change of his that waits.
  await post(owner, 'address/change', { email: 'thief@example.com', password: PASSWORD });
  const waiting = tokenTo('thief@example.com', '/confirm-address');
  const undo = tokenTo('lost@example.com', '/undo-address');
  await post(api.person(), 'request-password-reset', { email: 'lost@example.com' });
  const reset = tokenTo('lost@example.com', '/reset-password');
  await api.db.owner.query(
    `INSERT INTO auth_accounts (id, account_id, provider_id, user_id) VALUES ('linked', '1', 'sandbox.google', $1)`,
    [owner.userId],
  );
  await api.db.owner.query(
    `INSERT INTO auth_passkeys (id, public_key, user_id, credential_id, counter, device_type, backed_up)
     VALUES ('key', 'x', $1, 'key', 0, 'x', false)`,
    [owner.userId],
  );

  const done = await give('Lost@Example.com', 'Found@Example.com');
  assert.deepEqual(done, { email: 'found@example.com', password: null, hasSecondStep: false });
  assert.equal((await owner.api('GET', 'me')).status, 401, 'sessions end');
  for (const email of ['lost@example.com', 'found@example.com']) assert.equal(await signIn(email), 401, email);
  for (const [path, body] of [
    ['confirm-address', { token: waiting, password: PASSWORD }],
    ['undo-address', { token: undo }],
  ] as const)
    assert.equal((await post(api.person(), path, body)).body.code, 'auth.link_ended', path);
  const stale = await post(api.person(), 'reset-password', { token: reset, newPassword: 'a new horse entirely' });
  assert.equal(stale.body.code, 'INVALID_TOKEN');
  assert.deepEqual(
    await api.db.owner.query(
      `SELECT id FROM auth_accounts WHERE user_id = $1 AND provider_id <> 'credential' UNION ALL SELECT id FROM auth_passkeys WHERE user_id = $1`,
      [owner.userId],
    ),
    [],
  );
  // The old mailbox is told, and has no way back: it may be a stranger's by now.
  assert.match(lastTo('lost@example.com')?.subject ?? '', /changed by the operator/);
  assert.match(lastTo('lost@example.com')?.text ?? '', /found@example\.com/);
  assert.doesNotMatch(lastTo('lost@example.com')?.text ?? '', /token=/);
  assert.match(lastTo('found@example.com')?.text ?? '', /\/forgot-password\n/);

  await post(api.person(), 'request-password-reset', { email: 'found@example.com' });
  const token = tokenTo('found@example.com', '/reset-password');
  assert.equal(
    (await post(api.person(), 'reset-password', { token, newPassword: 'a new horse entirely' })).status,
    200,
  );
  const again = api.person();
  assert.equal(await again.signIn('found@example.com', 'a new horse entirely'), 200);
  assert.equal((await again.must<{ tenant: { id: string } }>('GET', 'me')).tenant.id, tenant.id, 'all is as it was');
  const audit = await api.db.owner.query<{ actor: string; data: object }>(
    `SELECT actor, data FROM audit_entries WHERE tenant_id = $1 AND action = 'account.returned'`,
    [tenant.id],
  );
  assert.deepEqual(audit, [{ actor: 'operator', data: { from: 'lost@example.com', to: 'found@example.com' } }]);
});

test('nothing is given back to an address that is another’s, that is none, or where the mailbox itself is the way', async () => {
  await confirmed('one@example.com');
  await confirmed('other@example.com');
  await assert.rejects(give('one@example.com', 'other@example.com'), code('auth.address_taken'));
  await assert.rejects(give('nobody@example.com', 'free@example.com'), code('api.not_found'));
  for (const wrong of [undefined, 'one@example.com', 'no address'])
    await assert.rejects(give('one@example.com', wrong), code('api.invalid'), String(wrong));
  for (const email of ['one@example.com', 'other@example.com']) assert.equal(await signIn(email), 200, email);
});

test('without mail of its own the operator is told a password, with or without another address; the second step stays', async () => {
  const person = await home.owner('house@example.com');
  const first = await giveAtHome('house@example.com');
  assert.equal((await person.api('GET', 'me')).status, 401);
  assert.equal(await home.person().signIn('house@example.com'), 401);
  assert.equal(await home.person().signIn('house@example.com', first.password!), 200);
  await home.db.owner.query(`UPDATE auth_users SET two_factor_enabled = true WHERE email = 'house@example.com'`);
  const second = await giveAtHome('house@example.com', 'flat@example.com');
  assert.deepEqual([second.email, second.hasSecondStep], ['flat@example.com', true]);
  assert.notEqual(second.password, first.password);
  assert.equal(await home.person().signIn('house@example.com', first.password!), 401);
});

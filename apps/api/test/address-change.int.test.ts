import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ApiUnderTest, type Person, startApi } from './api-under-test.ts';
import { keepSentMails } from './sent-mails.ts';

const PASSWORD = 'correct horse battery staple';
const { mailer, lastTo, tokenTo } = keepSentMails();

let api: ApiUnderTest;
/** A household's, without mail of its own. */
let home: ApiUnderTest;
before(async () => {
  [api, home] = await Promise.all([startApi({}, mailer), startApi()]);
});
after(() => Promise.all([api?.close(), home?.close()]));

const emailOf = async (person: Person) => (await person.must<{ user: { email: string } }>('GET', 'me')).user.email;
/** From an address of its own: what compares a password is limited by address. */
const post = (person: Person, path: string, body: object) => {
  person.address = api.person().address;
  return person.api<{ code?: string; isChanged?: boolean; email?: string; isRestored?: boolean }>(
    ...(['POST', `/api/auth/${path}`, body] as const),
  );
};
const ask = (person: Person, email: string, password = PASSWORD) => post(person, 'address/change', { email, password });
const confirm = (token: string, password = PASSWORD, person = api.person()) =>
  post(person, 'confirm-address', { token, password });
const undo = (token: string) => post(api.person(), 'undo-address', { token });
const signIn = (email: string, password = PASSWORD) => api.person().signIn(email, password);
const enter = async (email: string) => {
  const person = api.person();
  assert.equal(await person.signIn(email), 200);
  return person;
};
const auditOf = async (userId: string) =>
  (
    await api.db.owner.query<{ action: string }>(
      `SELECT action FROM audit_entries WHERE target = $1 AND action LIKE 'address%' ORDER BY id`,
      [userId],
    )
  ).map(({ action }) => action);

async function confirmed(email: string): Promise<Person & { userId: string }> {
  const person = api.person();
  await person.signUp(email);
  const done = await post(person, 'confirm-sign-up', { token: tokenTo(email), password: PASSWORD });
  assert.equal(done.status, 200);
  const me = await person.must<{ user: { id: string } }>('GET', 'me');
  return Object.assign(person, { userId: me.user.id });
}

test('an address changes when its mailbox and the password say so, not before; other sessions and earlier links end, this one stays', async () => {
  const person = await confirmed('old@example.com');
  const away = await enter('old@example.com');
  assert.equal((await ask(person, 'new@example.com', 'not it')).body.code, 'INVALID_PASSWORD');
  await post(api.person(), 'request-password-reset', { email: 'old@example.com' });
  const resetToken = tokenTo('old@example.com', '/reset-password');
  assert.deepEqual((await ask(person, 'New@Example.com')).body, { isChanged: false });
  assert.match(lastTo('old@example.com')?.text ?? '', /new@example\.com[\s\S]*\/undo-address#token=/);
  assert.equal(await emailOf(person), 'old@example.com');
  assert.equal(await signIn('new@example.com'), 401);

  const token = tokenTo('new@example.com', '/confirm-address');
  // The mailbox may be a stranger's by a mistyped letter.
  assert.equal((await confirm(token, 'a guess of a stranger')).body.code, 'auth.password_differs');
  assert.equal(await emailOf(person), 'old@example.com');
  const done = await confirm(token, PASSWORD, person);
  assert.deepEqual([done.status, done.body.email], [200, 'new@example.com']);
  assert.equal(await emailOf(person), 'new@example.com');
  assert.equal((await away.api('GET', 'me')).status, 401);
  assert.equal(await signIn('old@example.com'), 401);
  assert.equal(await signIn('new@example.com'), 200);
  assert.equal((await confirm(token)).body.code, 'auth.link_ended');
  const reset = { token: resetToken, newPassword: 'another horse entirely' };
  assert.equal((await post(api.person(), 'reset-password', reset)).body.code, 'INVALID_TOKEN');
  assert.match(lastTo('old@example.com')?.subject ?? '', /Your address was changed/);
  assert.deepEqual(await auditOf(person.userId), ['address.asked', 'address.changed']);
});

test('nobody is told whether an address is known: its owner is, and nothing changes', async () => {
  const person = await confirmed('asks@example.com');
  await confirmed('known@example.com');
  const [free, taken] = [await ask(person, 'free@example.com'), await ask(person, 'known@example.com')];
  assert.deepEqual([taken.status, taken.body], [free.status, free.body]);
  assert.match(lastTo('known@example.com')?.subject ?? '', /You already have an account/);
  assert.ok(!lastTo('known@example.com')?.text.includes('token='));
  assert.equal(await emailOf(person), 'asks@example.com');
  // The second wish took the place of the first.
  assert.equal((await confirm(tokenTo('free@example.com', '/confirm-address'))).body.code, 'auth.link_ended');
  // Free when it was asked for, somebody's when it is confirmed.
  await ask(person, 'later@example.com');
  const token = tokenTo('later@example.com', '/confirm-address');
  await confirmed('later@example.com');
  assert.equal((await confirm(token)).body.code, 'auth.link_ended');
  assert.equal(await emailOf(person), 'asks@example.com');
  assert.equal((await ask(person, 'asks@example.com')).body.code, 'api.invalid');
  for (let at = 0; at < 3; at += 1) await ask(person, `more${at}@example.com`);
  assert.equal((await ask(person, 'most@example.com')).status, 429);
  assert.equal(lastTo('most@example.com'), undefined);
});

test('the old mailbox cancels a change that waits', async () => {
  const person = await confirmed('cancels@example.com');
  await ask(person, 'thief@example.com');
  const token = tokenTo('thief@example.com', '/confirm-address');
  const done = await undo(tokenTo('cancels@example.com', '/undo-address'));
  assert.deepEqual(done.body, { isRestored: false, email: 'cancels@example.com' });
  assert.equal((await confirm(token)).body.code, 'auth.link_ended');
  assert.equal(await emailOf(person), 'cancels@example.com');
  assert.deepEqual(await auditOf(person.userId), ['address.asked', 'address.cancelled']);
});

test('the old mailbox takes a change back, and with it whoever made it: no session, password, passkey or link of his is left', async () => {
  const owner = await confirmed('robbed@example.com');
  await api.db.owner.query(
    `INSERT INTO auth_accounts (id, account_id, provider_id, user_id, created_at)
     VALUES ('before', '1', 'sandbox.google', $1, now() - interval '1 day')`,
    [owner.userId],
  );
  const thief = await enter('robbed@example.com');
  await ask(thief, 'robber@example.com');
  const early = tokenTo('robbed@example.com', '/undo-address');
  await confirm(tokenTo('robber@example.com', '/confirm-address'), PASSWORD, thief);
  assert.equal(await emailOf(thief), 'robber@example.com');
  await api.db.owner.query(
    `INSERT INTO auth_accounts (id, account_id, provider_id, user_id) VALUES ('after', '2', 'sandbox.google', $1)`,
    [owner.userId],
  );
  await api.db.owner.query(
    `INSERT INTO auth_passkeys (id, public_key, user_id, credential_id, counter, device_type, backed_up)
     VALUES ('after', 'x', $1, 'after', 0, 'x', false)`,
    [owner.userId],
  );
  // And on to a further one, so that the first is two steps away.
  await ask(thief, 'hideout@example.com');
  await confirm(tokenTo('hideout@example.com', '/confirm-address'), PASSWORD, thief);
  assert.equal(await emailOf(thief), 'hideout@example.com');

  const late = tokenTo('robbed@example.com', '/undo-address');
  assert.equal(late, early, 'both mails to the old address name the same way back');
  const done = await undo(late);
  assert.deepEqual(done.body, { isRestored: true, email: 'robbed@example.com' });
  assert.equal((await thief.api('GET', 'me')).status, 401);
  for (const email of ['robbed@example.com', 'robber@example.com', 'hideout@example.com'])
    assert.equal(await signIn(email), 401, email);
  const left = await api.db.owner.query<{ id: string }>(
    `SELECT id FROM auth_accounts WHERE user_id = $1 AND provider_id <> 'credential'
     UNION ALL SELECT id FROM auth_passkeys WHERE user_id = $1`,
    [owner.userId],
  );
  assert.deepEqual(left, [{ id: 'before' }]);
  assert.equal((await undo(late)).body.code, 'auth.link_ended');
  assert.equal((await undo(tokenTo('robber@example.com', '/undo-address'))).body.code, 'auth.link_ended');
  // The way to a new password lies in the old mailbox already.
  const reset = { token: tokenTo('robbed@example.com', '/reset-password'), newPassword: 'another horse entirely' };
  assert.equal((await post(api.person(), 'reset-password', reset)).status, 200);
  assert.equal(await signIn('robbed@example.com', 'another horse entirely'), 200);
  assert.equal((await auditOf(owner.userId)).at(-1), 'address.restored');
});

test('links end: a confirmation after a day, the way back after seven', async () => {
  const person = await confirmed('slow@example.com');
  await ask(person, 'slower@example.com');
  const token = tokenTo('slower@example.com', '/confirm-address');
  const back = tokenTo('slow@example.com', '/undo-address');
  const age = (column: string) =>
    api.db.owner.query(`UPDATE auth_address_changes SET ${column} = now() - interval '1 second' WHERE user_id = $1`, [
      person.userId,
    ]);
  await age('expires_at');
  assert.equal((await confirm(token)).body.code, 'auth.link_ended');
  await age('undo_until');
  assert.equal((await undo(back)).body.code, 'auth.link_ended');
  for (const made of ['', 'x'.repeat(101)])
    for (const path of ['confirm-address', 'undo-address'])
      assert.equal((await post(api.person(), path, { token: made, password: 'x' })).status, 400);
});

test('without mail of its own an instance changes the name that somebody signs in by at once, and tells that one is taken', async () => {
  const person = await home.owner('home@example.com');
  const away = home.person();
  await away.signIn('home@example.com');
  await home.owner('neighbour@example.com');
  assert.equal((await ask(person, 'neighbour@example.com')).body.code, 'auth.address_taken');
  assert.deepEqual((await ask(person, 'house@example.com')).body, { isChanged: true });
  assert.equal(await emailOf(person), 'house@example.com');
  assert.equal((await away.api('GET', 'me')).status, 401);
  assert.equal(await home.person().signIn('house@example.com'), 200);
  assert.equal(await home.person().signIn('home@example.com'), 401);
});

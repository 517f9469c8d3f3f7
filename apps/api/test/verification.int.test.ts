import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ApiUnderTest, startApi } from './api-under-test.ts';

const mails: { to: string; subject: string; text: string }[] = [];
const mailer = { send: async (mail: (typeof mails)[number]) => void mails.push(mail), close: () => {} };
let api: ApiUnderTest;
before(async () => {
  api = await startApi({ operator: { email: 'Operator@example.com' } }, mailer);
});
after(() => api.close());

const PASSWORD = 'correct horse battery staple';
const linkIn = (text: string) => new URL(/^https?:\S+$/m.exec(text)![0]);

test('where the instance can send mail, an address counts only once it is confirmed', async () => {
  const person = api.person();
  const body = { email: 'new@example.com', password: PASSWORD, name: 'New' };
  assert.equal((await person.api('POST', '/api/auth/sign-up/email', body)).status, 200);
  assert.equal((await person.api('GET', 'me')).status, 401);
  assert.equal(await person.signIn('new@example.com', PASSWORD), 403);
  const mail = mails.find(({ to }) => to === 'new@example.com');
  assert.match(mail?.text ?? '', /確認/);
  const link = linkIn(mail!.text);
  assert.equal(link.origin, api.url);
  await person.request(link.pathname + link.search);
  const me = await person.must<{ role: string; user: { emailVerified: boolean } }>('GET', 'me');
  assert.deepEqual([me.role, me.user.emailVerified], ['owner', true]);
});

test('the address of the operator’s setting is the operator once it is confirmed', async () => {
  const person = api.person();
  await person.must('POST', '/api/auth/sign-up/email', {
    email: 'operator@example.com',
    password: PASSWORD,
    name: 'O',
  });
  const link = linkIn(mails.find(({ to }) => to === 'operator@example.com')!.text);
  await person.request(link.pathname + link.search);
  const seen = async () => (await person.must<{ isOperator: boolean }>('GET', 'me')).isOperator;
  assert.equal(await seen(), true);
  await api.db.owner.query(`UPDATE auth_users SET email_verified = false WHERE email = 'operator@example.com'`, []);
  assert.equal(await seen(), false);
});

test('signing up with a known address tells a stranger nothing', async () => {
  const person = api.person();
  const answer = await person.api('POST', '/api/auth/sign-up/email', {
    email: 'new@example.com',
    password: PASSWORD,
    name: 'Stranger',
  });
  assert.deepEqual([answer.status, answer.body.token], [200, null]);
});

test('a confirmation never leads to another site', async () => {
  const person = api.person();
  const answer = await person.api('POST', '/api/auth/sign-up/email', {
    email: 'lured@example.com',
    password: PASSWORD,
    name: 'Lured',
    callbackURL: 'https://evil.example/',
  });
  assert.equal(answer.status, 403);
  assert.equal(
    mails.some(({ to }) => to === 'lured@example.com'),
    false,
  );
});

test('a new password by mail ends the old sessions', async () => {
  const person = api.person();
  await person.signIn('new@example.com', PASSWORD);
  await person.must('GET', 'me');
  const stranger = api.person();
  await stranger.must('POST', '/api/auth/request-password-reset', {
    email: 'new@example.com',
    redirectTo: '/reset-password',
  });
  const link = linkIn(mails.at(-1)!.text);
  const rows = await api.db.owner.query<{ text: string }>('SELECT v::text AS text FROM auth_verifications v');
  assert.ok(rows.length > 0);
  for (const { text } of rows)
    assert.equal(text.includes(link.pathname.split('/').at(-1)!), false, 'only a hash is kept');
  const landed = await stranger.request(link.pathname + link.search);
  const token = new URL(landed.headers.get('location')!, api.url).searchParams.get('token');
  await stranger.must('POST', '/api/auth/reset-password', { newPassword: 'another horse entirely', token });
  assert.equal((await person.api('GET', 'me')).status, 401);
  assert.equal(await api.person().signIn('new@example.com', 'another horse entirely'), 200);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createLogger } from '@hikyaku/telemetry';
import { oneTimeCode } from '@hikyaku/testing';
import { createAccountMail } from '../src/auth/account-mail.ts';
import { takeSecondStep } from '../src/auth/take-second-step.ts';
import { type ApiUnderTest, type Person, passwordsIn, startApi } from './api-under-test.ts';
import { Authenticator } from './authenticator.ts';

const mails: { to: string; subject: string; text: string }[] = [];
const mailer = { send: async (mail: (typeof mails)[number]) => void mails.push(mail), close: () => {} };
let api: ApiUnderTest;
before(async () => {
  const operator = { email: 'Operator@example.com', code: 'ABCD-EFGH-JKMN' };
  // Long enough that a way without it would show in the times below.
  api = await startApi({ operator }, mailer, undefined, passwordsIn(50));
});
after(() => api.close());

const PASSWORD = 'correct horse battery staple';
const STRANGERS = 'the password of a stranger';
const mailsTo = (email: string) => mails.filter(({ to }) => to === email);
const linkIn = (text: string) => new URL(/^https?:\S+$/m.exec(text)![0]);
const tokenIn = (text: string) => new URLSearchParams(linkIn(text).hash.slice(1)).get('token')!;
const signUp = (person: Person, email: string, password = PASSWORD, name = 'Somebody') =>
  person.must('POST', '/api/auth/sign-up/email', { email, password, name });
const confirm = (person: Person, token: string, password = PASSWORD) =>
  person.api<{ isSignedIn?: boolean; code?: string }>('POST', '/api/auth/confirm-sign-up', { token, password });
const PASSKEY = '/api/auth/passkey';
async function addPasskey(person: Person, key: Authenticator, password: string): Promise<string> {
  const { challenge } = await person.must<{ challenge: string }>('GET', `${PASSKEY}/generate-register-options`);
  const body = { response: key.register(challenge), name: 'Hanako’s phone', password };
  return (await person.must<{ id: string }>('POST', `${PASSKEY}/verify-registration`, body)).id;
}
const meOf = (person: Person) =>
  person.must<{ role: string; isOperator: boolean; tenant: { id: string }; user: { name: string; email: string } }>(
    'GET',
    'me',
  );

test('where the instance can send mail, there is no account before its address is confirmed by link and password', async () => {
  const person = api.person();
  await signUp(person, 'New@example.com');
  assert.equal(person.cookies.size, 0);
  assert.equal(await person.signIn('new@example.com', PASSWORD), 401);
  assert.deepEqual(await api.db.owner.query(`SELECT 1 FROM auth_users WHERE email = 'new@example.com'`), []);
  const [mail] = mailsTo('new@example.com');
  assert.match(mail!.text, /確認/);
  const link = linkIn(mail!.text);
  assert.deepEqual([link.origin, link.pathname, link.search], [api.url, '/confirm', '']);
  const rows = await api.db.owner.query<{ text: string }>('SELECT s::text AS text FROM auth_sign_ups s');
  for (const { text } of rows) {
    assert.equal(text.includes(tokenIn(mail!.text)), false, 'only a hash is kept');
    assert.equal(text.includes(PASSWORD), false);
  }
  const wrong = await confirm(person, tokenIn(mail!.text), 'not the password');
  assert.deepEqual([wrong.status, wrong.body.code], [403, 'auth.password_differs']);
  const right = await confirm(person, tokenIn(mail!.text));
  assert.deepEqual([right.status, right.body.isSignedIn], [200, true]);
  assert.equal((await meOf(person)).role, 'owner');
  const again = await confirm(api.person(), tokenIn(mail!.text));
  assert.deepEqual([again.status, again.body.code], [400, 'auth.link_ended']);
});

for (const [story, order] of [
  ['before', ['stranger', 'owner']],
  ['after', ['owner', 'stranger']],
] as const) {
  for (const opened of ['stranger', 'owner'] as const) {
    test(`a stranger who signs up ${story} the owner of the address gets nothing, whichever mail the owner opens (the ${opened}’s)`, async () => {
      const email = `victim-${story}-${opened}@example.com`;
      const people = { stranger: api.person(), owner: api.person() };
      const tokens: Record<string, string> = {};
      for (const who of order) {
        await signUp(people[who], email, who === 'owner' ? PASSWORD : STRANGERS, who);
        tokens[who] = tokenIn(mailsTo(email).at(-1)!.text);
      }
      // The stranger has no mail; a token of his own address is of no use.
      await signUp(people.stranger, `own-${email}`, STRANGERS);
      await confirm(people.stranger, tokenIn(mailsTo(`own-${email}`).at(-1)!.text), STRANGERS);
      assert.equal((await confirm(people.owner, tokens[opened]!)).status, 200);
      const me = await meOf(people.owner);
      assert.deepEqual([me.user.email, me.user.name], [email, 'owner']);
      assert.equal(await api.person().signIn(email, STRANGERS), 401);
      assert.equal(await api.person().signIn(email, PASSWORD), 200);
      for (const token of Object.values(tokens)) {
        assert.equal(
          (await confirm(api.person(), token, STRANGERS)).status,
          400,
          'the stranger’s sign-up ended with it',
        );
      }
      assert.notEqual((await meOf(people.stranger)).tenant.id, me.tenant.id);
    });
  }
}

test('an account that stood unconfirmed from a time without mail becomes its owner’s only by its password', async () => {
  const email = 'old-times@example.com';
  const makeUnconfirmed = async () => {
    const person = api.person();
    await signUp(person, email, STRANGERS, 'stranger');
    await confirm(person, tokenIn(mailsTo(email).at(-1)!.text), STRANGERS);
    await api.db.owner.query('UPDATE auth_users SET email_verified = false, is_operator = true WHERE email = $1', [
      email,
    ]);
    return person;
  };
  const stranger = await makeUnconfirmed();
  const before = await meOf(stranger);
  // Right password, unconfirmed: a link comes, and with the password the account goes on as it was.
  assert.equal(await api.person().signIn(email, STRANGERS), 403);
  const sameAgain = api.person();
  assert.equal((await confirm(sameAgain, tokenIn(mailsTo(email).at(-1)!.text), STRANGERS)).status, 200);
  assert.equal((await meOf(sameAgain)).tenant.id, before.tenant.id);

  await api.db.owner.query('UPDATE auth_users SET email_verified = false WHERE email = $1', [email]);
  await sameAgain.must('POST', '/api/auth/request-password-reset', { email });
  assert.doesNotMatch(mailsTo(email).at(-1)!.text, /reset-password/, 'no reset of what nobody confirmed');
  const key = new Authenticator(api.url);
  const enter = async (who: Person) => {
    const { challenge } = await who.must<{ challenge: string }>('GET', `${PASSKEY}/generate-authenticate-options`);
    return who.api('POST', `${PASSKEY}/verify-authentication`, { response: key.signIn(challenge) });
  };
  await addPasskey(sameAgain, key, STRANGERS);
  const unconfirmed = await enter(api.person());
  assert.deepEqual([unconfirmed.status, unconfirmed.body.code], [403, 'EMAIL_NOT_VERIFIED']);
  const owner = api.person();
  await signUp(owner, email, PASSWORD, 'owner');
  assert.equal((await confirm(owner, tokenIn(mailsTo(email).at(-1)!.text))).status, 200);
  const me = await meOf(owner);
  assert.notEqual(me.tenant.id, before.tenant.id);
  assert.equal((await enter(api.person())).status, 401, 'the stranger’s passkey is void');
  assert.equal(me.isOperator, false);
  assert.equal((await sameAgain.api('GET', 'me')).status, 401, 'the stranger’s session is void');
  assert.equal(await api.person().signIn(email, STRANGERS), 401, 'and his password');
});

test('a confirmation never changes who is signed in, and opening a link does nothing at all', async () => {
  const person = api.person();
  await signUp(person, 'signed-in@example.com');
  await confirm(person, tokenIn(mailsTo('signed-in@example.com')[0]!.text));
  const before = new Map(person.cookies);
  const attacker = api.person();
  await signUp(attacker, 'attacker@example.com', STRANGERS);
  const token = tokenIn(mailsTo('attacker@example.com')[0]!.text);
  for (const path of [
    `/api/auth/confirm-sign-up?token=${token}`,
    `/api/auth/verify-email?token=${token}`,
    `/api/auth/reset-password/${token}?callbackURL=/`,
  ]) {
    assert.equal((await person.request(path)).status, 404, path);
  }
  const foreign = await person.request('/api/auth/confirm-sign-up', {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'https://evil.example' },
    body: JSON.stringify({ token, password: STRANGERS }),
  });
  assert.equal(foreign.status, 403);
  const plain = await person.request('/api/auth/confirm-sign-up', {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: JSON.stringify({ token, password: STRANGERS }),
  });
  assert.equal(plain.status, 400, 'what a form can post is not read');
  const answer = await confirm(person, token, STRANGERS);
  assert.deepEqual([answer.status, answer.body.isSignedIn], [200, false]);
  assert.deepEqual([...person.cookies], [...before]);
  assert.equal((await meOf(person)).user.email, 'signed-in@example.com');
});

test('the address of the operator’s setting is the operator once it is confirmed', async () => {
  const person = api.person();
  await signUp(person, 'operator@example.com');
  await confirm(person, tokenIn(mailsTo('operator@example.com')[0]!.text));
  assert.equal((await meOf(person)).isOperator, true);
  await api.db.owner.query(`UPDATE auth_users SET email_verified = false WHERE email = 'operator@example.com'`, []);
  assert.equal((await meOf(person)).isOperator, false);
});

test('signing up with a known address tells a stranger nothing, and its owner that he has an account', async () => {
  await signUp(api.person(), 'known@example.com');
  const owner = api.person();
  await confirm(owner, tokenIn(mailsTo('known@example.com')[0]!.text));
  const ask = (email: string) =>
    api.person().api('POST', '/api/auth/sign-up/email', { email, password: STRANGERS, name: 'S' });
  const [known, unknown] = [await ask('known@example.com'), await ask('nobody@example.com')];
  assert.deepEqual([known.status, known.body], [unknown.status, unknown.body]);
  assert.deepEqual(
    [...known.headers.keys()].filter((name) => name !== 'date'),
    [...unknown.headers.keys()].filter((name) => name !== 'date'),
  );
  const mail = mailsTo('known@example.com').at(-1)!;
  assert.match(mail.text, /You already have|which has an account already/);
  assert.doesNotMatch(mail.text, /token/);
  assert.equal((await meOf(owner)).user.name, 'Somebody');
});

test('signing up and asking for a reset take as long for a known address as for an unknown one', async () => {
  const times = async (path: string, bodyOf: (index: number) => object) => {
    const taken: number[] = [];
    for (let index = 0; index < 15; index++) {
      const from = performance.now();
      const { status } = await api.person().api('POST', `/api/auth/${path}`, bodyOf(index));
      assert.equal(status, 200);
      taken.push(performance.now() - from);
    }
    return taken.sort((a, b) => a - b)[7]!;
  };
  const signUpOf = (email: string) => ({ email, password: PASSWORD, name: 'T' });
  for (const [path, body] of [
    ['sign-up/email', signUpOf],
    ['request-password-reset', (email: string) => ({ email })],
  ] as const) {
    const known = await times(path, () => body('known@example.com'));
    const unknown = await times(path, (index) => body(`t${index}@example.com`));
    const ratio = known / unknown;
    assert.ok(Math.abs(known - unknown) < 15 || (ratio > 0.6 && ratio < 1.7), `${path}: ${known} ms, ${unknown} ms`);
  }
});

test('nobody is sent more account mail than three an hour, and what he chose himself still works', async () => {
  const email = 'flooded@example.com';
  for (let time = 0; time < 9; time++) await signUp(api.person(), email, `${STRANGERS} ${time}`);
  assert.equal(mailsTo(email).length, 3);
  const owner = api.person();
  await signUp(owner, email, PASSWORD, 'owner');
  assert.equal(mailsTo(email).length, 3, 'told to nobody: the answer is the same');
  assert.equal((await confirm(owner, tokenIn(mailsTo(email)[0]!.text))).status, 200);
  assert.equal((await meOf(owner)).user.name, 'owner');
  for (let time = 0; time < 6; time++) {
    await api.person().must('POST', '/api/auth/request-password-reset', { email });
  }
  assert.equal(mailsTo(email).length, 6, 'and three resets');
  const kept = await api.db.owner.query<{ text: string }>('SELECT c::text AS text FROM attempt_counts c');
  for (const { text } of kept) assert.doesNotMatch(text, /flooded/);
});

test('one address, and one /64 of IPv6, starts a bounded number of sign-ups', async () => {
  const statuses: number[] = [];
  for (let count = 0; count < 5; count++) {
    const person = api.person();
    person.address = `2001:db8:1:2::${count + 1}`;
    const body = { email: `many${count}@example.com`, password: PASSWORD, name: 'M' };
    statuses.push((await person.api('POST', '/api/auth/sign-up/email', body)).status);
  }
  assert.deepEqual(statuses, [200, 200, 200, 429, 429]);
});

test('a new password by mail ends the old sessions, and its link acts only when it is posted', async () => {
  const email = 'forgetful@example.com';
  const person = api.person();
  await signUp(person, email);
  await confirm(person, tokenIn(mailsTo(email)[0]!.text));
  const other = api.person();
  await signUp(other, 'other@example.com');
  await confirm(other, tokenIn(mailsTo('other@example.com')[0]!.text));
  await other.must('POST', '/api/auth/request-password-reset', { email });
  const link = linkIn(mailsTo(email).at(-1)!.text);
  assert.deepEqual([link.origin, link.pathname, link.search], [api.url, '/reset-password', '']);
  const token = tokenIn(mailsTo(email).at(-1)!.text);
  const rows = await api.db.owner.query<{ text: string }>('SELECT v::text AS text FROM auth_verifications v');
  assert.ok(rows.length > 0);
  for (const { text } of rows) assert.equal(text.includes(token), false, 'only a hash is kept');
  await other.must('POST', '/api/auth/reset-password', { newPassword: 'another horse entirely', token });
  assert.match(mailsTo(email).at(-1)!.subject, /A new password was set/);
  assert.equal((await person.api('GET', 'me')).status, 401);
  assert.equal((await meOf(other)).user.email, 'other@example.com', 'who pressed it stays who he is');
  assert.equal(await api.person().signIn(email, 'another horse entirely'), 200);
  const twice = await other.api('POST', '/api/auth/reset-password', { newPassword: 'a third horse then', token });
  assert.equal(twice.status, 400);
});

test('changes of the second step and its lock are mailed to their person and stand in the audit log, sign-ins once an hour and address', async () => {
  const email = 'careful@example.com';
  const person = api.person();
  await signUp(person, email);
  await confirm(person, tokenIn(mailsTo(email)[0]!.text));
  const step = async (who: Person, path: string, body: object) => {
    // Paths of the second step are limited by address.
    who.address = api.person().address;
    return (await who.api<{ totpURI: string; code: string }>('POST', `/api/auth/two-factor/${path}`, body)).body;
  };
  const { totpURI } = await step(person, 'enable', { password: PASSWORD });
  const right = () => oneTimeCode(totpURI);
  const wrong = () => `${(Number(right()[0]) + 1) % 10}${right().slice(1)}`;
  await step(person, 'verify-totp', { code: wrong() });
  assert.equal(mailsTo(email).length, 1, 'not on before its first code was right');
  await step(person, 'verify-totp', { code: right() });
  await step(person, 'generate-backup-codes', { password: 'not the password' });
  await step(person, 'generate-backup-codes', { password: PASSWORD });
  for (const tries of [5, 5, 1]) {
    const thief = api.person();
    await thief.signIn(email);
    for (let count = 0; count < tries; count++) await step(thief, 'verify-totp', { code: wrong() });
  }
  await step(person, 'disable', { password: PASSWORD });
  const again = api.person();
  for (let count = 0; count < 2; count++) assert.equal(await again.signIn(email), 200);

  assert.deepEqual(
    mailsTo(email).map(({ subject }) => subject.split(' / ')[1]),
    [
      'Confirm your address (Hikyaku)',
      'Two-step sign-in is on (Hikyaku)',
      'New recovery codes (Hikyaku)',
      'Sign-in is held for a while (Hikyaku)',
      'Two-step sign-in is off (Hikyaku)',
    ],
  );
  const me = await meOf(again);
  const [user] = await api.db.owner.query<{ id: string }>('SELECT id FROM auth_users WHERE email = $1', [email]);
  const rows = await api.db.owner.query<{ actor: string; action: string; by: string | null; address: string | null }>(
    `SELECT actor, action, data ->> 'by' AS by, data ->> 'address' AS address FROM audit_entries
     WHERE tenant_id = $1 AND target = $2 ORDER BY id`,
    [me.tenant.id, user!.id],
  );
  const own = `user:${user!.id}`;
  assert.deepEqual(
    rows.map(({ actor, action, by }) => [actor, action, by]),
    [
      [own, 'person.signed_in', 'password'],
      [own, 'second_step.turned_on', null],
      [own, 'second_step.codes_renewed', null],
      ['system', 'second_step.locked', null],
      [own, 'second_step.turned_off', null],
      [own, 'person.signed_in', 'password'],
    ],
  );
  assert.equal(rows.at(-1)!.address, again.address);
});

test('a new password, a passkey, and a step that the operator took are mailed to their person and stand in the audit log', async () => {
  const email = 'changes@example.com';
  const person = api.person();
  await signUp(person, email);
  await confirm(person, tokenIn(mailsTo(email)[0]!.text));
  const change = { currentPassword: PASSWORD, newPassword: 'another horse entirely', revokeOtherSessions: true };
  const wrong = { ...change, currentPassword: 'not the password' };
  assert.equal((await person.api('POST', '/api/auth/change-password', wrong)).status, 400);
  await person.must('POST', '/api/auth/change-password', change);
  const password = change.newPassword;
  const id = await addPasskey(person, new Authenticator(api.url), password);
  assert.match(mailsTo(email).at(-1)!.text, /Hanako’s phone[\s\S]*Hanako’s phone/);
  await person.must('POST', `${PASSKEY}/delete-passkey`, { id, password });
  const key = { name: 'Zabbix', scope: 'read', expiresInDays: 30 };
  const { secret } = await person.must<{ secret: string }>('POST', 'api-keys', key);
  const told = mailsTo(email).at(-1)!.text;
  assert.ok(/Zabbix[\s\S]*Zabbix/.test(told) && !told.includes(secret));
  const { totpURI } = await person.must<{ totpURI: string }>('POST', '/api/auth/two-factor/enable', { password });
  await person.must('POST', '/api/auth/two-factor/verify-totp', { code: oneTimeCode(totpURI) });

  const logger = createLogger({ name: 'test', level: 'silent' });
  const tools = { database: api.db.system, publicUrl: api.url, logger };
  const mail = createAccountMail({ database: api.db.system, mailer, logger });
  assert.equal(await takeSecondStep({ ...tools, mail }, 'nobody@example.com'), false);
  assert.equal(await takeSecondStep({ ...tools, mail }, 'Changes@example.com'), true);
  assert.equal(await takeSecondStep({ ...tools, mail }, email), false, 'once');
  assert.equal((await person.must<{ hasSecondStep: boolean }>('GET', 'me')).hasSecondStep, false);
  const again = api.person();
  await again.signIn(email, password);
  assert.equal((await again.api('GET', 'me')).status, 200);

  assert.deepEqual(
    mailsTo(email).map(({ subject }) => subject.split(' / ')[1]),
    [
      'Confirm your address (Hikyaku)',
      'Your password was changed (Hikyaku)',
      'A passkey was added (Hikyaku)',
      'A passkey was removed (Hikyaku)',
      'An API key was made (Hikyaku)',
      'Two-step sign-in is on (Hikyaku)',
      'Two-step sign-in was taken away (Hikyaku)',
    ],
  );
  const rows = await api.db.owner.query<{ actor: string; action: string }>(
    `SELECT split_part(actor, ':', 1) AS actor, action FROM audit_entries
     WHERE tenant_id = $1 AND action NOT LIKE 'person.%' AND target IN (SELECT id FROM auth_users WHERE email = $2) ORDER BY id`,
    [(await meOf(person)).tenant.id, email],
  );
  assert.deepEqual(
    rows.map(({ actor, action }) => `${actor} ${action}`),
    [
      ...['user password.changed', 'user passkey.added', 'user passkey.removed'],
      ...['user second_step.turned_on', 'operator second_step.taken'],
    ],
  );
});

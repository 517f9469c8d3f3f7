import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { oneTimeCode } from '@hikyaku/testing';
import { type ApiUnderTest, type Person, startApi } from './api-under-test.ts';
import { Authenticator } from './authenticator.ts';

let api: ApiUnderTest;
before(async () => {
  api = await startApi();
});
after(() => api.close());

const PASSWORD = 'correct horse battery staple';

interface Answer {
  id?: string;
  code?: string;
  challenge: string;
}
/** From an address of its own: what compares a password is limited by address. */
const ask = async (person: Person, method: string, path: string, body?: object) => {
  person.address = api.person().address;
  return person.api<Answer>(method, `/api/auth/passkey/${path}`, body);
};
const challengeFor = async (person: Person, what: 'register' | 'authenticate') =>
  (await ask(person, 'GET', `generate-${what}-options`)).body.challenge;

async function addPasskey(person: Person, key: Authenticator, more: object = {}) {
  const response = key.register(await challengeFor(person, 'register'));
  return ask(person, 'POST', 'verify-registration', { response, name: 'Phone', password: PASSWORD, ...more });
}
async function enter(key: Authenticator, person = api.person()) {
  const response = key.signIn(await challengeFor(person, 'authenticate'));
  const { status, body } = await ask(person, 'POST', 'verify-authentication', { response });
  return { person, status, code: body.code };
}
const listOf = (person: Person) =>
  person.must<{ id: string; name: string; lastUsedAt: string | null }[]>('GET', '/api/auth/passkey/list-user-passkeys');
const emailOf = async (person: Person) => (await person.must<{ user: { email: string } }>('GET', 'me')).user.email;

test('a passkey signs its person in without address, password or code, and says when', async () => {
  const person = await api.owner('passkey@example.com');
  const key = new Authenticator(api.url);
  assert.equal((await addPasskey(person, key)).status, 200);
  const { totpURI } = await person.must<{ totpURI: string }>('POST', '/api/auth/two-factor/enable', {
    password: PASSWORD,
  });
  await person.must('POST', '/api/auth/two-factor/verify-totp', { code: oneTimeCode(totpURI) });
  assert.equal((await listOf(person))[0]?.lastUsedAt, null);

  const entered = await enter(key);
  assert.equal(entered.status, 200);
  assert.equal(await emailOf(entered.person), 'passkey@example.com');
  const [one] = await listOf(person);
  assert.equal(one?.name, 'Phone');
  assert.ok(Date.now() - Date.parse(one?.lastUsedAt ?? '') < 60_000);
  const rows = await api.db.owner.query<{ action: string; by: string | null; name: string | null }>(
    `SELECT action, data ->> 'by' AS by, data ->> 'name' AS name FROM audit_entries
     WHERE target = $1 AND (action LIKE 'passkey%' OR data ->> 'by' = 'passkey') ORDER BY id`,
    [person.userId],
  );
  assert.deepEqual(rows, [
    { action: 'passkey.added', by: null, name: 'Phone' },
    { action: 'person.signed_in', by: 'passkey', name: null },
  ]);
});

test('a passkey is added and removed by who knows the password, however young or old the session is', async () => {
  const person = await api.owner('passkey-password@example.com');
  await api.db.owner.query(`UPDATE auth_sessions SET created_at = now() - interval '6 days' WHERE user_id = $1`, [
    person.userId,
  ]);
  const key = new Authenticator(api.url);
  for (const password of [undefined, '', 'not the password']) {
    const refused = await addPasskey(person, key, { password });
    assert.deepEqual([refused.status, refused.body.code], [400, 'INVALID_PASSWORD']);
    assert.equal((await ask(person, 'POST', 'prove', { password: password ?? '' })).body.code, 'INVALID_PASSWORD');
  }
  assert.equal((await ask(person, 'POST', 'prove', { password: PASSWORD })).status, 200);
  for (const name of [undefined, ' ', 'x'.repeat(61), 'two\nlines'])
    assert.equal((await addPasskey(person, key, { name })).body.code, 'PASSKEY_NAME');
  assert.deepEqual(await listOf(person), []);
  const { id } = (await addPasskey(person, key)).body;
  const other = await api.owner('passkey-other@example.com');
  assert.equal((await ask(other, 'POST', 'delete-passkey', { id, password: PASSWORD })).status, 401);
  assert.equal((await ask(person, 'POST', 'delete-passkey', { id })).body.code, 'INVALID_PASSWORD');
  assert.deepEqual(
    (await listOf(person)).map(({ name }) => name),
    ['Phone'],
  );
  assert.equal((await ask(person, 'POST', 'delete-passkey', { id, password: PASSWORD })).status, 200);
  const gone = await enter(key);
  assert.deepEqual([gone.status, gone.code], [401, 'PASSKEY_NOT_FOUND']);
  const list = await person.api('GET', '/api/auth/list-sessions');
  assert.equal(list.status, 200, 'where one is signed in is told to a session of days ago, too');
});

test('what a stranger or another site could send of a passkey signs nobody in', async () => {
  const person = await api.owner('passkey-attacked@example.com');
  const key = new Authenticator(api.url);
  await addPasskey(person, key);
  const thief = api.person();
  // An answer that was overheard: its challenge is used.
  const heard = key.signIn(await challengeFor(thief, 'authenticate'));
  assert.equal((await ask(thief, 'POST', 'verify-authentication', { response: heard })).status, 200);
  await challengeFor(thief, 'authenticate');
  const again = await ask(api.person(), 'POST', 'verify-authentication', { response: heard });
  assert.deepEqual([again.status, again.body.code], [400, 'CHALLENGE_NOT_FOUND']);
  assert.equal((await ask(thief, 'POST', 'verify-authentication', { response: heard })).status, 400);

  const forge = (change: (forged: Authenticator) => void, origin = api.url) => {
    const forged = Object.assign(new Authenticator(origin, new URL(api.url).hostname), {
      ...{ id: key.id, keys: (key as unknown as { keys: object }).keys, counter: 1000 },
    });
    change(forged);
    return forged;
  };
  for (const [why, forged] of [
    ['another key', Object.assign(new Authenticator(api.url), { id: key.id, counter: 1000 })],
    ['another site', forge(() => {}, 'https://hikyaku.example.net')],
    ['a copy with an older count', forge((one) => Object.assign(one, { counter: 0 }))],
    ['a key that was only touched', forge((one) => Object.assign(one, { asksPerson: false }))],
  ] as const) {
    const tried = await enter(forged);
    assert.ok(tried.status >= 400 && tried.status < 500, `${why}: ${tried.status}`);
    assert.equal((await tried.person.api('GET', 'me')).status, 401, why);
  }
  assert.equal((await enter(forge(() => {}))).status, 200, 'and the forger is as able as the phone');
  const touched = await addPasskey(person, Object.assign(new Authenticator(api.url), { asksPerson: false }));
  assert.deepEqual([touched.status, touched.body.code], [400, 'PASSKEY_WITHOUT_PERSON']);
});

test('a person has so many passkeys at most', async () => {
  const person = await api.owner('passkeys-full@example.com');
  await api.db.owner.query(
    `INSERT INTO auth_passkeys (id, public_key, user_id, credential_id, counter, device_type, backed_up)
     SELECT 'full-' || n, '', $1, 'full-' || n, 0, 'singleDevice', false FROM generate_series(1, 20) n`,
    [person.userId],
  );
  const refused = await addPasskey(person, new Authenticator(api.url));
  assert.deepEqual([refused.status, refused.body.code], [400, 'PASSKEYS_FULL']);
});

test('challenges that nobody answers do not gather', async () => {
  await api.db.owner.query(
    `INSERT INTO auth_verifications (id, identifier, value, expires_at)
     SELECT 'ended-' || n, 'ended-' || n, '{}', now() - interval '1 second' FROM generate_series(1, 150) n`,
  );
  const person = api.person();
  await challengeFor(person, 'authenticate');
  const [left] = await api.db.owner.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM auth_verifications WHERE expires_at < now()',
  );
  assert.equal(left!.count, 0);
  const statuses = new Set<number>();
  for (let count = 0; count < 32; count++)
    statuses.add((await person.api('GET', '/api/auth/passkey/generate-authenticate-options')).status);
  assert.deepEqual([...statuses], [200, 429]);
});

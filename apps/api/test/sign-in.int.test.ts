import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { oneTimeCode } from '@hikyaku/testing';
import { type ApiUnderTest, startApi } from './api-under-test.ts';

let api: ApiUnderTest;
before(async () => {
  api = await startApi();
});
after(() => api.close());

const PASSWORD = 'correct horse battery staple';

test('signing up makes the person the owner of a tenant of his own', async () => {
  const person = api.person();
  await person.signUp('suzuki@example.com');
  const me = await person.must<{ tenant: { id: string; name: string }; role: string }>('GET', 'me');
  assert.equal(me.role, 'owner');
  assert.equal(me.tenant.name, 'suzuki');
  const rows = await api.db.owner.query('SELECT 1 FROM auth_organizations WHERE id = $1', [me.tenant.id]);
  assert.equal(rows.length, 1);
});

test('a sign-up that was cut off before its tenant was made is mended by the next request, once', async () => {
  const person = await api.owner('cut-off@example.com');
  await api.db.owner.query('DELETE FROM auth_members WHERE user_id = $1', [person.userId]);
  const answers = await Promise.all([1, 2, 3].map(() => person.must<{ tenant: { id: string } }>('GET', 'me')));
  assert.equal(new Set(answers.map(({ tenant }) => tenant.id)).size, 1);
});

test('a wrong password and an unknown address get the same answer', async () => {
  await api.owner('known@example.com');
  const stranger = api.person();
  const wrong = await stranger.api('POST', '/api/auth/sign-in/email', {
    email: 'known@example.com',
    password: 'wrong horse',
  });
  const unknown = await stranger.api('POST', '/api/auth/sign-in/email', {
    email: 'nobody@example.com',
    password: 'wrong horse',
  });
  assert.deepEqual([wrong.status, wrong.body], [401, unknown.body]);
  assert.equal(stranger.cookies.size, 0);
});

test('without a session there is nothing, whatever the body says', async () => {
  const stranger = api.person();
  for (const [method, path] of [
    ['GET', 'devices'],
    ['POST', 'devices'],
    ['GET', 'events'],
    ['GET', 'mailboxes/connect/google'],
  ] as const) {
    const { status, body } = await stranger.api(method, path, method === 'POST' ? { nonsense: true } : undefined);
    assert.deepEqual([status, body.code], [401, 'api.unauthenticated'], path);
  }
  stranger.cookies.set('hikyaku.session_token', 'made.up');
  assert.equal((await stranger.api('GET', 'me')).status, 401);
});

test('signing out ends the session on the server too', async () => {
  const person = await api.owner('leaving@example.com');
  const cookies = new Map(person.cookies);
  await person.must('POST', '/api/auth/sign-out', {});
  for (const [name, value] of cookies) person.cookies.set(name, value);
  assert.equal((await person.api('GET', 'me')).status, 401);
});

test('a session that somebody else planted before the sign-in is worth nothing after it', async () => {
  const attacker = await api.owner('attacker@example.com');
  await api.owner('victim@example.com');
  const victim = api.person();
  for (const [name, value] of attacker.cookies) victim.cookies.set(name, value);
  assert.equal(await victim.signIn('victim@example.com'), 200);
  const [me, theirs] = await Promise.all([
    victim.must<{ user: { email: string } }>('GET', 'me'),
    attacker.must<{ user: { email: string } }>('GET', 'me'),
  ]);
  assert.equal(me.user.email, 'victim@example.com');
  assert.equal(theirs.user.email, 'attacker@example.com');
  assert.notDeepEqual([...victim.cookies], [...attacker.cookies]);
});

test('the session cookie is out of reach for scripts and other sites', async () => {
  const answer = await api.person().request('/api/auth/sign-up/email', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'cookie@example.com', password: PASSWORD, name: 'c' }),
  });
  const cookie = answer.headers.getSetCookie().find((line) => line.startsWith('hikyaku.session_token='));
  assert.match(cookie ?? '', /HttpOnly/i);
  assert.match(cookie ?? '', /SameSite=Lax/i);
  assert.match(cookie ?? '', /Path=\//i);
});

test('the fourth sign-in within ten seconds from one address waits, whatever X-Forwarded-For the client sent', async () => {
  await api.owner('limited@example.com');
  const person = api.person();
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 5; attempt++) {
    const answer = await person.request('/api/auth/sign-in/email', {
      method: 'POST',
      // As our front passes it on: what the client invented stands left of what the front saw.
      headers: { 'content-type': 'application/json', 'x-forwarded-for': `203.0.113.${attempt}, ${person.address}` },
      body: JSON.stringify({ email: 'limited@example.com', password: `wrong ${attempt}` }),
    });
    statuses.push(answer.status);
    if (answer.status === 429) assert.ok(Number(answer.headers.get('retry-after')) > 0);
  }
  assert.deepEqual(statuses, [401, 401, 401, 429, 429]);
  const other = api.person();
  assert.equal(await other.signIn('limited@example.com'), 200, 'another address is not held up');
});

test('the operator’s code makes one person the operator, once', async () => {
  const [first, second] = [await api.owner('first@example.com'), await api.owner('second@example.com')];
  assert.equal((await first.must<{ operatorWanted: boolean }>('GET', 'me')).operatorWanted, true);
  const wrong = await first.api('POST', 'operator', { code: 'ABCD-EFGH-JKMX' });
  assert.deepEqual([wrong.status, wrong.body.code], [400, 'api.invalid']);
  const results = await Promise.all(
    [first, second].map((one) => one.api('POST', 'operator', { code: 'abcd efgh jkmn' })),
  );
  assert.deepEqual(results.map(({ status }) => status).sort(), [200, 409]);
  const mes = await Promise.all(
    [first, second].map((one) => one.must<{ isOperator: boolean; operatorWanted: boolean }>('GET', 'me')),
  );
  assert.deepEqual(mes.map(({ isOperator }) => isOperator).sort(), [false, true]);
  assert.equal(mes[0]?.operatorWanted, false);
});

test('guesses at the operator’s code are counted', async () => {
  const person = await api.owner('guesser@example.com');
  const statuses: number[] = [];
  for (let guess = 0; guess < 7; guess++) {
    statuses.push((await person.api('POST', 'operator', { code: `guess-${guess}` })).status);
  }
  assert.deepEqual(statuses, [400, 400, 400, 400, 400, 429, 429]);
});

test('what Better Auth has and we do not use is not there', async () => {
  const person = await api.owner('explorer@example.com');
  for (const path of [
    'organization/create',
    'organization/delete',
    'organization/add-member',
    'update-user',
    'delete-user',
    'sign-in/social',
  ]) {
    assert.equal((await person.api('POST', `/api/auth/${path}`, {})).status, 404, path);
  }
});

test('a person keeps the language he chose', async () => {
  const person = await api.owner('reader@example.com');
  assert.equal((await person.must<{ locale: null }>('GET', 'me')).locale, null);
  await person.must('PATCH', 'me', { locale: 'ja' });
  assert.equal((await person.must<{ locale: string }>('GET', 'me')).locale, 'ja');
  assert.equal((await person.api('PATCH', 'me', { locale: 'xx' })).status, 400);
});

test('an account has a time zone when one is chosen, and none again when it is taken back', async () => {
  const person = await api.owner('traveller@example.com');
  const zone = async () => (await person.must<{ tenant: { timeZone: string | null } }>('GET', 'me')).tenant.timeZone;
  assert.equal(await zone(), null);
  await person.must('PATCH', 'tenant', { timeZone: 'Asia/Tokyo' });
  assert.equal(await zone(), 'Asia/Tokyo');
  for (const timeZone of ['Mars/Base', '+09:00', '']) {
    assert.equal((await person.api('PATCH', 'tenant', { timeZone })).status, 400, timeZone);
  }
  await person.must('PATCH', 'tenant', { name: 'Elsewhere' });
  assert.equal(await zone(), 'Asia/Tokyo');
  await person.must('PATCH', 'tenant', { timeZone: null });
  assert.equal(await zone(), null);
});

/** A person with the second step on: what his app was given, and his recovery codes. */
async function withSecondStep(email: string) {
  const person = await api.owner(email);
  const { totpURI, backupCodes } = await person.must<{ totpURI: string; backupCodes: string[] }>(
    'POST',
    '/api/auth/two-factor/enable',
    { password: PASSWORD },
  );
  await person.must('POST', '/api/auth/two-factor/verify-totp', { code: oneTimeCode(totpURI) });
  return { person, totpURI, backupCodes };
}
const wrongCode = (right: string) => `${(Number(right[0]) + 1) % 10}${right.slice(1)}`;

test('a second step is asked for only once its first code was right, and then nobody is anybody by the password alone', async () => {
  const email = 'two-steps@example.com';
  const person = await api.owner(email);
  const refused = await person.api('POST', '/api/auth/two-factor/enable', { password: 'not the password' });
  assert.deepEqual([refused.status, refused.body.code], [400, 'INVALID_PASSWORD']);
  const { totpURI } = await person.must<{ totpURI: string }>('POST', '/api/auth/two-factor/enable', {
    password: PASSWORD,
  });
  const hasStep = async () => (await person.must<{ hasSecondStep: boolean }>('GET', 'me')).hasSecondStep;
  assert.equal(await hasStep(), false);
  assert.equal(await api.person().signIn(email), 200);
  const code = oneTimeCode(totpURI);
  const wrong = await person.api('POST', '/api/auth/two-factor/verify-totp', { code: wrongCode(code) });
  assert.deepEqual([wrong.status, wrong.body.code, await hasStep()], [401, 'INVALID_CODE', false]);
  await person.must('POST', '/api/auth/two-factor/verify-totp', { code });
  assert.equal(await hasStep(), true);

  const other = api.person();
  const first = await other.api<{ token?: string; twoFactorRedirect?: boolean }>('POST', '/api/auth/sign-in/email', {
    email,
    password: PASSWORD,
  });
  assert.deepEqual([first.body.token, first.body.twoFactorRedirect], [undefined, true]);
  assert.equal((await other.api('GET', 'me')).status, 401);
  assert.equal((await other.api('GET', 'devices')).status, 401);
  const again = await other.api('POST', '/api/auth/two-factor/verify-totp', { code: wrongCode(code) });
  assert.deepEqual([again.status, again.body.code], [401, 'INVALID_CODE']);
  // What a browser is not to remember is not remembered.
  await other.must('POST', '/api/auth/two-factor/verify-totp', { code: oneTimeCode(totpURI), trustDevice: true });
  assert.equal((await other.must<{ user: { email: string } }>('GET', 'me')).user.email, email);
  await other.must('POST', '/api/auth/sign-out', {});
  await other.signIn(email);
  assert.equal((await other.api('GET', 'me')).status, 401, 'the code is asked for at every sign-in');
});

test('a recovery code signs in once; new ones end the old ones; the step is taken away by the password alone', async () => {
  const email = 'recovery@example.com';
  const { person, backupCodes } = await withSecondStep(email);
  assert.equal(backupCodes.length, 10);
  const [code] = backupCodes;
  const enter = async () => {
    const other = api.person();
    await other.signIn(email);
    return other.api('POST', '/api/auth/two-factor/verify-backup-code', { code });
  };
  assert.equal((await enter()).status, 200);
  const [entry] = await api.db.owner.query<{ by: string }>(
    `SELECT data ->> 'by' AS by FROM audit_entries WHERE target = $1 AND action = 'person.signed_in'`,
    [person.userId],
  );
  assert.equal(entry?.by, 'recovery_code');
  const used = await enter();
  assert.deepEqual([used.status, used.body.code], [401, 'INVALID_BACKUP_CODE']);
  const fresh = await person.must<{ backupCodes: string[] }>('POST', '/api/auth/two-factor/generate-backup-codes', {
    password: PASSWORD,
  });
  assert.ok(!fresh.backupCodes.some((one) => backupCodes.includes(one)));

  assert.equal((await person.api('POST', '/api/auth/two-factor/disable', { password: 'wrong horse' })).status, 400);
  await person.must('POST', '/api/auth/two-factor/disable', { password: PASSWORD });
  assert.equal(await api.person().signIn(email), 200);
  assert.deepEqual(await api.db.owner.query('SELECT 1 FROM auth_two_factors WHERE user_id = $1', [person.userId]), []);
});

test('guesses at a code end with the challenge, then with the account for a quarter of an hour, from whatever addresses', async () => {
  const email = 'guessed@example.com';
  const { totpURI } = await withSecondStep(email);
  const guess = async (tries: number) => {
    const thief = api.person();
    await thief.signIn(email);
    const codes: unknown[] = [];
    for (let count = 0; count < tries; count++) {
      thief.address = api.person().address;
      const code = wrongCode(oneTimeCode(totpURI));
      codes.push((await thief.api('POST', '/api/auth/two-factor/verify-totp', { code })).body.code);
    }
    return codes;
  };
  assert.deepEqual(await guess(6), [...Array(5).fill('INVALID_CODE'), 'TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE']);
  assert.deepEqual(await guess(5), Array(5).fill('INVALID_CODE'));
  const owner = api.person();
  await owner.signIn(email);
  const held = await owner.api('POST', '/api/auth/two-factor/verify-totp', { code: oneTimeCode(totpURI) });
  assert.deepEqual([held.status, held.body.code], [429, 'ACCOUNT_TEMPORARILY_LOCKED']);
});

test('neither the secret of the second step nor a recovery code stands in the database as it is', async () => {
  const { person, totpURI, backupCodes } = await withSecondStep('sealed@example.com');
  const [row] = await api.db.owner.query<{ row: string }>(
    'SELECT to_jsonb(t)::text AS row FROM auth_two_factors t WHERE user_id = $1',
    [person.userId],
  );
  const secret = new URL(totpURI).searchParams.get('secret')!;
  for (const word of [secret, ...backupCodes]) assert.ok(!row!.row.includes(word));
});

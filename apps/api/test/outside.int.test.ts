import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LinkedSignIn, Newcomer } from '@hikyaku/contracts';
import { oneTimeCode } from '@hikyaku/testing';
import { type ApiUnderTest, type Person, passwordsIn, startApi } from './api-under-test.ts';
import { type OutsideWorld, openOutsideWorld, type Provider } from './outside-world.ts';

const PASSWORD = 'correct horse battery staple';
const sent: { to: string; subject: string; text: string }[] = [];
const mailer = {
  send: async (mail: { to: string; subject: string; text: string }) => void sent.push(mail),
  close() {},
};

let world: OutsideWorld;
/** A household's: no mail of its own. */
let home: ApiUnderTest;
/** Where strangers sign up: addresses are confirmed. */
let open: ApiUnderTest;
before(async () => {
  world = await openOutsideWorld();
  [home, open] = await Promise.all([
    startApi({}, undefined, undefined, passwordsIn(0), world.identities),
    startApi({ environment: 'live', sandboxUrl: null }, mailer, undefined, passwordsIn(0), world.identities),
  ]);
});
after(() => Promise.all([home?.close(), open?.close()]).then(() => world?.close()));

const isIn = async (person: Person) => (await person.api('GET', 'me')).status === 200;
const emailOf = async (person: Person) => (await person.must<{ user: { email: string } }>('GET', 'me')).user.email;
const listOf = (person: Person) => person.must<LinkedSignIn[]>('GET', '/api/auth/linked-sign-ins/list');
const newcomerOf = (person: Person) => person.must<Newcomer>('GET', '/api/auth/newcomer');
const fresh = (api: ApiUnderTest, person: Person) => {
  person.address = api.person().address;
  return person;
};

/** Links a sign-in as its page does. */
async function link(api: ApiUnderTest, person: Person, provider: Provider, address: string, password = PASSWORD) {
  const answer = await fresh(api, person).api<{ url?: string; code?: string }>(
    'POST',
    '/api/auth/linked-sign-ins/add',
    {
      ...{ provider, password },
    },
  );
  if (!answer.body.url) return answer.body.code;
  return world.comeBack(person, await world.allowed(new URL(answer.body.url), address));
}

for (const provider of ['microsoft', 'google'] as const) {
  test(`whoever comes by ${provider} for the first time chooses a password and has an account, and the next time is signed in at once`, async () => {
    const address = `new.${provider}@example.org`;
    const person = home.person();
    assert.equal(await world.signInWith(person, provider, address), `/newcomer?with=${provider}`);
    assert.ok(!(await isIn(person)), 'nobody is anybody before he chose one');
    assert.deepEqual(await newcomerOf(person), { provider, address, isConfirmed: false });
    await person.must('POST', '/api/auth/newcomer', { email: address, password: PASSWORD });
    assert.equal(await emailOf(person), address);
    assert.equal(await newcomerOf(person), null);
    assert.equal((await listOf(person))[0]?.label, address);

    const again = home.person();
    assert.equal(await world.signInWith(again, provider, address, '?next=/devices/new'), '/devices/new');
    assert.equal(await emailOf(again), address);
    const [one] = await listOf(again);
    assert.ok(one?.lastUsedAt && Date.now() - Date.parse(one.lastUsedAt) < 60_000);
    const entries = await home.db.owner.query<{ by: string }>(
      `SELECT data ->> 'by' AS by FROM audit_entries WHERE action = 'person.signed_in' AND actor = 'user:' || target AND target =
         (SELECT id FROM auth_users WHERE email = $1)`,
      [address],
    );
    // From two addresses: who came for the first time, and who came again.
    assert.deepEqual(entries, [{ by: provider }, { by: provider }]);
    assert.equal(await home.person().signIn(address), 200, 'the password is a way in of its own');
  });
}

test('an account of the same address is nobody’s by a provider’s word: it is linked by its own person, and signs in from then on, whatever its address becomes there', async () => {
  const owner = await home.owner('taken@example.org');
  for (const provider of ['microsoft', 'google'] as const) {
    const stranger = home.person();
    assert.equal(await world.signInWith(stranger, provider, 'taken@example.org'), `/newcomer?with=${provider}`);
    assert.ok(!(await isIn(stranger)));
    const refused = await stranger.api('POST', '/api/auth/newcomer', {
      email: 'taken@example.org',
      password: PASSWORD,
    });
    assert.equal(refused.body.code, 'auth.address_taken');
    assert.ok(!(await isIn(stranger)));
  }
  assert.deepEqual(await listOf(owner), []);
  assert.equal(await link(home, owner, 'google', 'taken@example.org', 'not it'), 'INVALID_PASSWORD');
  assert.equal(await link(home, owner, 'google', 'taken@example.org'), '/settings?linked=google');
  assert.equal(
    await link(home, owner, 'google', 'taken@example.org'),
    '/settings?linked=google',
    'once more is the same',
  );
  const [one, ...more] = await listOf(owner);
  assert.deepEqual([one?.provider, one?.label, more], ['google', 'taken@example.org', []]);

  const other = await home.owner('other@example.org');
  assert.equal(await link(home, other, 'google', 'taken@example.org'), '/settings?refused=other&by=google');
  assert.deepEqual(await listOf(other), []);

  // The same account under another address, and its old address at another account.
  const renamed = home.person();
  const way = await world.begin(renamed, 'google');
  const back = await world.allowed(way, 'taken@example.org');
  const { rows } = {
    rows: await home.db.owner.query<{ sub: string }>(
      `SELECT account_id AS sub FROM auth_accounts WHERE provider_id = 'sandbox.google' AND user_id = $1`,
      [owner.userId],
    ),
  };
  await world.answerWith('google', way, {
    ...{ iss: world.issuerOf('google', ''), sub: rows[0]?.sub, email: 'renamed@example.org', email_verified: true },
  });
  assert.equal(await world.comeBack(renamed, back), '/');
  assert.equal(await emailOf(renamed), 'taken@example.org');
  assert.equal((await listOf(renamed))[0]?.label, 'renamed@example.org');
  const heir = home.person();
  const heirsWay = await world.begin(heir, 'google');
  const heirBack = await world.allowed(heirsWay, 'heir@example.org');
  await world.answerWith('google', heirsWay, {
    ...{ iss: world.issuerOf('google', ''), sub: '1999', email: 'taken@example.org', email_verified: true },
  });
  assert.equal(await world.comeBack(heir, heirBack), '/newcomer?with=google');
  assert.ok(!(await isIn(heir)));
});

test('a link is removed by who knows the password, and told by mail and audit log as its making was', async () => {
  const person = await home.owner('unlink@example.org');
  await link(home, person, 'microsoft', 'unlink@example.org');
  const [one] = await listOf(person);
  const remove = (who: Person, password: string) =>
    fresh(home, who).api('POST', '/api/auth/linked-sign-ins/remove', { id: one?.id, password });
  assert.equal((await remove(person, 'not it')).body.code, 'INVALID_PASSWORD');
  assert.equal((await remove(await home.owner('nosy@example.org'), PASSWORD)).status, 404);
  assert.equal((await listOf(person)).length, 1);
  assert.equal((await remove(person, PASSWORD)).status, 200);
  assert.deepEqual(await listOf(person), []);
  assert.equal(await world.signInWith(home.person(), 'microsoft', 'unlink@example.org'), '/newcomer?with=microsoft');
  const rows = await home.db.owner.query<{ action: string; name: string }>(
    `SELECT action, data ->> 'name' AS name FROM audit_entries WHERE target = $1 AND action LIKE 'sign_in%' ORDER BY id`,
    [person.userId],
  );
  const name = 'Microsoft (unlink@example.org)';
  assert.deepEqual(rows, [
    { action: 'sign_in.linked', name },
    { action: 'sign_in.unlinked', name },
  ]);
});

test('a link is its person’s, not his tenant’s: who deletes all that he has goes on signing in by it, to nothing', async () => {
  const person = await home.owner('deletes@example.org');
  await link(home, person, 'google', 'deletes@example.org');
  const { name } = await person.must<{ name: string }>('GET', 'tenant');
  assert.ok((await person.api('DELETE', 'tenant', { name })).status < 300);
  const again = home.person();
  assert.equal(await world.signInWith(again, 'google', 'deletes@example.org'), '/');
  const { tenant } = await again.must<{ tenant: { id: string } }>('GET', 'me');
  assert.notEqual(tenant.id, person.tenantId);
});

test('who has a second step is asked for its code behind a provider’s word, too', async () => {
  const person = await home.owner('second@example.org');
  await link(home, person, 'google', 'second@example.org');
  const { totpURI } = await person.must<{ totpURI: string }>('POST', '/api/auth/two-factor/enable', {
    password: PASSWORD,
  });
  await person.must('POST', '/api/auth/two-factor/verify-totp', { code: oneTimeCode(totpURI) });
  const away = home.person();
  assert.equal(
    await world.signInWith(away, 'google', 'second@example.org', '?next=/log'),
    '/sign-in?step=code&next=%2Flog',
  );
  assert.ok(!(await isIn(away)));
  await away.must('POST', '/api/auth/two-factor/verify-totp', { code: oneTimeCode(totpURI) });
  assert.equal(await emailOf(away), 'second@example.org');
});

test('what comes back in another browser, a second time, for another provider or from another session signs nobody in', async () => {
  const person = await home.owner('bound@example.org');
  await link(home, person, 'google', 'bound@example.org');
  const ended = '/sign-in?refused=ended&by=google';
  // A callback that was stolen before its browser used it.
  const victim = home.person();
  const stolen = await world.allowed(await world.begin(victim, 'google'), 'bound@example.org');
  const thief = home.person();
  assert.equal(await world.comeBack(thief, stolen), ended);
  await world.begin(thief, 'google');
  assert.equal(await world.comeBack(thief, stolen), ended);
  assert.ok(!(await isIn(thief)));
  // A replay, in its own browser.
  const used = await world.allowed(await world.begin(victim, 'google'), 'bound@example.org');
  assert.equal(await world.comeBack(victim, used), '/');
  const later = home.person();
  for (const [name, value] of victim.cookies) if (name.endsWith('.way')) later.cookies.set(name, value);
  assert.equal(await world.comeBack(later, used), ended);
  // A code of one provider at the other's address, with a state that is right.
  const mixed = home.person();
  const crossed = await world.allowed(await world.begin(mixed, 'google'), 'bound@example.org');
  crossed.pathname = '/oauth/microsoft/callback';
  assert.equal(await world.comeBack(mixed, crossed), '/sign-in?refused=ended&by=microsoft');
  // A code that was begun elsewhere: its verifier and nonce are of that browser's key.
  const one = home.person();
  const two = home.person();
  const mine = await world.allowed(await world.begin(one, 'google'), 'bound@example.org');
  const theirs = await world.allowed(await world.begin(two, 'google'), 'bound@example.org');
  mine.searchParams.set('code', theirs.searchParams.get('code') ?? '');
  assert.equal(await world.comeBack(one, mine), '/sign-in?refused=refused&by=google');
  assert.ok(!(await isIn(one)));
  // A link that somebody else's session comes back with, though in the same browser.
  const begun = await fresh(home, person).must<{ url: string }>('POST', '/api/auth/linked-sign-ins/add', {
    ...{ provider: 'microsoft', password: PASSWORD },
  });
  const linkBack = await world.allowed(new URL(begun.url), 'bound@example.org');
  const inHisBrowser = await home.owner('in-his-browser@example.org');
  for (const [name, value] of person.cookies) if (name.endsWith('.way')) inHisBrowser.cookies.set(name, value);
  assert.equal(await world.comeBack(inHisBrowser, linkBack), '/settings?refused=ended&by=microsoft');
  assert.deepEqual(await listOf(inHisBrowser), []);
  // Too late.
  const slow = home.person();
  const late = await world.allowed(await world.begin(slow, 'google'), 'bound@example.org');
  await home.db.owner.query(`UPDATE auth_verifications SET expires_at = now() WHERE identifier LIKE 'outside:%'`);
  assert.equal(await world.comeBack(slow, late), ended);
});

test('an id_token counts only from the provider itself, for this relay, for this request and in time', async () => {
  const person = await home.owner('forged@example.org');
  for (const provider of ['google', 'microsoft'] as const) await link(home, person, provider, 'forged@example.org');
  const [google, microsoft] = await home.db.owner.query<{ id: string }>(
    'SELECT account_id AS id FROM auth_accounts WHERE user_id = $1 AND provider_id LIKE $2 ORDER BY provider_id',
    [person.userId, 'sandbox.%'],
  );
  const [tid = '', oid = ''] = (microsoft?.id ?? '').split(':');
  const right = {
    google: { iss: world.issuerOf('google', ''), sub: google?.id, email: 'forged@example.org', email_verified: true },
    microsoft: { iss: world.issuerOf('microsoft', tid), tid, oid, sub: 'x', email: 'forged@example.org' },
  };
  const otherTid = '11111111-2222-4333-8444-555555555555';
  const past = Math.floor(Date.now() / 1000) - 3600;
  type Forgery = [Provider, string, Record<string, unknown>, { sign?: 'own' | 'other' | 'none' | 'symmetric' }?];
  const forgeries: Forgery[] = [];
  for (const provider of ['google', 'microsoft'] as const) {
    forgeries.push(
      [provider, 'alg none', {}, { sign: 'none' }],
      [provider, 'HS256', {}, { sign: 'symmetric' }],
      [provider, 'a key of nobody', {}, { sign: 'other' }],
      [provider, 'another audience', { aud: 'somebody-else' }],
      [provider, 'several audiences', { aud: ['somebody-else', 'hikyaku-sandbox'] }],
      [provider, 'another issuer', { iss: 'https://accounts.example' }],
      [provider, 'another request', { nonce: 'of another one' }],
      [provider, 'no nonce', { nonce: undefined }],
      [provider, 'its end', { exp: past }],
      [provider, 'no end', { exp: undefined }],
      [provider, 'a beginning to come', { nbf: past + 7200 }],
    );
  }
  forgeries.push(
    ['microsoft', 'a directory that did not issue it', { tid: otherTid }],
    ['microsoft', 'a directory that is a path', { tid: `../${tid}` }],
    ['microsoft', 'no person', { oid: undefined }],
    ['google', 'no person', { sub: undefined }],
  );
  for (const [provider, what, claims, how] of forgeries) {
    const victim = home.person();
    const way = await world.begin(victim, provider);
    const back = await world.allowed(way, 'forged@example.org');
    await world.answerWith(provider, way, { ...right[provider], ...claims }, how);
    assert.equal(await world.comeBack(victim, back), `/sign-in?refused=refused&by=${provider}`, `${provider}: ${what}`);
    assert.ok(!(await isIn(victim)), what);
  }
  for (const provider of ['google', 'microsoft'] as const) {
    const himself = home.person();
    const way = await world.begin(himself, provider);
    const back = await world.allowed(way, 'forged@example.org');
    await world.answerWith(provider, way, right[provider]);
    assert.equal(await world.comeBack(himself, back), '/', `${provider}: the right one`);
  }
  // An administrator of another directory writes the address into an account of his own: it is another account.
  const nosy = home.person();
  const way = await world.begin(nosy, 'microsoft');
  const back = await world.allowed(way, 'forged@example.org');
  await world.answerWith('microsoft', way, {
    ...{ iss: world.issuerOf('microsoft', otherTid), tid: otherTid, oid, sub: 'x', email: 'forged@example.org' },
    ...{ email_verified: true, xms_edov: true },
  });
  assert.equal(await world.comeBack(nosy, back), '/newcomer?with=microsoft');
  assert.ok(!(await isIn(nosy)));
});

test('a provider that is away, a pressed "Cancel" and a registration that does not work are told apart', async () => {
  const person = home.person();
  const page = async (provider: Provider, fault: Record<string, unknown>) => {
    const way = await world.begin(person, provider);
    const back = await world.allowed(way, `away@example.org`);
    await world.knobs({ faults: [{ provider, ...fault }] });
    return world.comeBack(person, back);
  };
  assert.equal(
    await page('google', { call: 'token', status: 503, body: {} }),
    '/sign-in?refused=unavailable&by=google',
  );
  assert.equal(await page('microsoft', { call: 'token', drop: true }), '/sign-in?refused=unavailable&by=microsoft');
  const away = { call: 'token', status: 401, body: { error: 'invalid_client' } };
  assert.equal(await page('google', away), '/sign-in?refused=operator&by=google');
  const way = await world.begin(person, 'microsoft');
  const cancelled = new URL(`${home.url}/oauth/microsoft/callback`);
  cancelled.search = new URLSearchParams({
    ...{ state: way.searchParams.get('state') ?? '', error: 'access_denied' },
    error_description: 'AADSTS65004: the person pressed Cancel',
  }).toString();
  assert.equal(await world.comeBack(person, cancelled), '/sign-in?refused=cancelled&by=microsoft');
  assert.ok(!(await isIn(person)));
});

test('where addresses are confirmed, only Google’s word for an address of its own spares the mail', async () => {
  const whole = open.person();
  assert.equal(await world.signInWith(whole, 'google', 'own@gmail.com'), '/newcomer?with=google');
  assert.deepEqual(await newcomerOf(whole), { provider: 'google', address: 'own@gmail.com', isConfirmed: true });
  // The address is the one that Google answers for, whatever is typed.
  await whole.must('POST', '/api/auth/newcomer', { email: 'victim@example.org', password: PASSWORD });
  const { user } = await whole.must<{ user: { email: string; emailVerified: boolean } }>('GET', 'me');
  assert.deepEqual([user.email, user.emailVerified], ['own@gmail.com', true]);

  await world.knobs({ accounts: { 'unverified@gmail.com': { hidesEmail: true } } });
  for (const [provider, address] of [
    ['google', 'unverified@gmail.com'],
    ['microsoft', 'own@outlook.com'],
  ] as const) {
    const person = open.person();
    await world.signInWith(person, provider, address);
    assert.equal((await newcomerOf(person))?.isConfirmed, false, address);
    const mails = sent.length;
    const answer = await person.must('POST', '/api/auth/newcomer', { email: address, password: PASSWORD });
    assert.deepEqual(answer, { token: null });
    assert.ok(!(await isIn(person)));
    assert.equal(await world.signInWith(open.person(), provider, address), `/newcomer?with=${provider}`);
    const mail = sent.slice(mails).find(({ to }) => to === address);
    const token = /#token=([\w-]+)/.exec(mail?.text ?? '')?.[1];
    // Who opens the mail without the password gets nothing by it.
    const reader = open.person();
    const wrong = await reader.api('POST', '/api/auth/confirm-sign-up', { token, password: 'not it' });
    assert.equal(wrong.status, 403);
    await open.person().must('POST', '/api/auth/confirm-sign-up', { token, password: PASSWORD });
    const entered = open.person();
    assert.equal(await world.signInWith(entered, provider, address), '/');
    assert.equal(await emailOf(entered), address);
  }
  // A further link is told by mail.
  await link(open, whole, 'microsoft', 'office@example.org');
  const told = sent.findLast(({ to }) => to === 'own@gmail.com');
  assert.match(told?.subject ?? '', /A sign-in was linked/);
  assert.match(told?.text ?? '', /Microsoft \(office@example\.org\)/);
});

test('what the browser keeps of a newcomer is sealed, ends, and is nothing without a provider’s word', async () => {
  const person = home.person();
  const made = await person.api('POST', '/api/auth/newcomer', { email: 'made-up@example.org', password: PASSWORD });
  assert.equal(made.body.code, 'oauth.state_invalid');
  await world.signInWith(person, 'google', 'sealed@example.org');
  const [[name, value] = ['', '']] = [...person.cookies].filter(([cookie]) => cookie.endsWith('newcomer'));
  assert.ok(!Buffer.from(value, 'base64url').toString('latin1').includes('sealed@'));
  person.cookies.set(name, `${value.slice(0, -4)}AAAA`);
  assert.equal(await newcomerOf(person), null);
});

test('where only some providers are set up, the others are not there, and strangers may not wear the way out', async () => {
  const bare = await startApi();
  try {
    const answer = await bare.person().request('/api/auth/sign-in-with/google');
    const to = answer.headers.get('location') ?? '';
    assert.match(to, /\/sign-in\?refused=operator&by=google$/);
    assert.deepEqual((await bare.person().must<{ signInWith: string[] }>('GET', 'instance')).signInWith, []);
  } finally {
    await bare.close();
  }
  assert.deepEqual((await home.person().must<{ signInWith: string[] }>('GET', 'instance')).signInWith, [
    ...['google', 'microsoft'],
  ]);
  const person = home.person();
  for (const next of ['https://evil.example', '//evil.example', '/\\evil.example'])
    assert.equal(
      await world.signInWith(home.person(), 'google', 'new.google@example.org', `?next=${encodeURIComponent(next)}`),
      '/',
      next,
    );
  for (let at = 0; at < 30; at += 1) await person.request('/api/auth/sign-in-with/google');
  const over = await person.request('/api/auth/sign-in-with/google');
  assert.match(over.headers.get('location') ?? '', /refused=failed/);
});

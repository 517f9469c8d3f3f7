import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createLogger } from '@hikyaku/telemetry';
import { createAddressChanges } from '../src/auth/address/address-changes.ts';
import { createAuth } from '../src/auth/create-auth.ts';
import { createWays } from '../src/auth/outside/ways.ts';
import { type ApiUnderTest, type Person, passwordsIn, startApi } from './api-under-test.ts';

const PASSWORD = 'correct horse battery staple';
const mails: { to: string; text: string }[] = [];
let api: ApiUnderTest;
before(async () => {
  const mailer = { send: async (mail: (typeof mails)[number]) => void mails.push(mail), close: () => {} };
  api = await startApi({}, mailer);
});
after(() => api.close());

/** Other sites, and what parsers take for one. */
const FOREIGN = [
  'https://evil.example/',
  'http://evil.example:80',
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/%2f%2fevil.example',
  'https:evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  'https://127.0.0.1@evil.example/',
  '/\t/evil.example',
];
/** Where a browser would go from `from`, if that is another site. */
const leadsAway = (location: string | null, from: string): string | null => {
  if (location === null) return null;
  const target = new URL(location, from);
  return target.origin === new URL(from).origin ? null : target.href;
};
const linksTo = (address: string) =>
  mails.filter(({ to }) => to === address).flatMap(({ text }) => text.match(/^https?:\S+$/gm) ?? []);

/** A person whose address is confirmed. */
async function confirmed(email: string): Promise<Person> {
  const person = api.person();
  await person.must('POST', '/api/auth/sign-up/email', { email, password: PASSWORD, name: 'Someone' });
  const token = new URLSearchParams(new URL(linksTo(email).at(-1)!).hash.slice(1)).get('token');
  await person.must('POST', '/api/auth/confirm-sign-up', { token, password: PASSWORD });
  return person;
}

test('no sign-in, sign-up, confirmation or reset sends a browser to another site, nor puts one into a mail', async () => {
  await confirmed('somebody@example.com');
  let answered = 0;
  for (const target of FOREIGN) {
    const asks: [path: string, body: Record<string, string>][] = [
      ['sign-up/email', { email: 'lured@example.com', password: PASSWORD, name: 'L', callbackURL: target }],
      ['sign-in/email', { email: 'somebody@example.com', password: PASSWORD, callbackURL: target }],
      ['request-password-reset', { email: 'somebody@example.com', redirectTo: target }],
    ];
    for (const [path, body] of asks) {
      // Each from an address of its own: this is not about rate limits.
      const { status, body: answer } = await api.person().api<{ url?: string }>('POST', `/api/auth/${path}`, body);
      assert.equal(leadsAway(answer.url ?? null, api.url), null, `${path} ${target}`);
      assert.ok(status === 403 || status === 400 || answer.url === undefined, `${path} ${target}: ${status}`);
      answered += 1;
    }
    for (const path of [
      `/api/auth/verify-email?token=none&callbackURL=${encodeURIComponent(target)}`,
      `/api/auth/reset-password/none?callbackURL=${encodeURIComponent(target)}`,
    ]) {
      const answer = await api.person().request(path);
      assert.equal(leadsAway(answer.headers.get('location'), api.url), null, path);
    }
  }
  assert.equal(answered, FOREIGN.length * 3);
  for (const { text } of mails) assert.doesNotMatch(decodeURIComponent(text), /evil\.example|javascript:|data:text/);
});

test('a forged Host, or what proxies say of it, is in no mail and no redirect', async () => {
  const forged = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' };
  const json = { ...forged, 'content-type': 'application/json' };
  const person = api.person();
  const email = 'poisoned@example.com';
  const post = (path: string, body: object) =>
    person.request(`/api/auth/${path}`, { method: 'POST', headers: json, body: JSON.stringify(body) });
  assert.equal((await post('sign-up/email', { email, password: PASSWORD, name: 'P' })).status, 200);
  const token = new URLSearchParams(new URL(linksTo(email).at(-1)!).hash.slice(1)).get('token');
  assert.equal((await post('confirm-sign-up', { token, password: PASSWORD })).status, 200);
  assert.equal((await post('request-password-reset', { email, redirectTo: '/reset-password' })).status, 200);
  // fetch sets Host itself: this one goes by hand.
  assert.match(await rawHost('evil.example', email), /^HTTP\/1\.1 200/);
  const links = linksTo(email);
  assert.ok(links.length >= 6, 'three mails in two languages');
  for (const link of links) assert.equal(new URL(link).origin, api.url);

  const owner = await confirmed('owner@example.com');
  const begun = await owner.request('/api/v1/mailboxes/connect/google', { headers: forged });
  const redirectUri = new URL(begun.headers.get('location')!).searchParams.get('redirect_uri');
  assert.equal(redirectUri, `${api.url}/oauth/google/callback`);
  const landed = await owner.request('/oauth/google/callback?state=x', { headers: forged });
  assert.equal(landed.headers.get('location'), `${api.url}/mailboxes?error=oauth.state_invalid`);
});

/** A request for a password reset under another Host header; the head of the answer. */
async function rawHost(host: string, email: string): Promise<string> {
  const { connect } = await import('node:net');
  const body = JSON.stringify({ email, redirectTo: '/reset-password' });
  const head = ['POST /api/auth/request-password-reset HTTP/1.1', `Host: ${host}`, 'Connection: close'];
  head.push(
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Forwarded-For: 198.51.100.77',
  );
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1', () =>
      socket.write(`${head.join('\r\n')}\r\n\r\n${body}`),
    );
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
}

test('a login hint goes to the provider as one value, whatever is in it', async () => {
  const owner = await confirmed('hinting@example.com');
  const hints = ['a@b.example&redirect_uri=https://evil.example', 'a@b.example#x', 'a@b.example\r\nX: y', '"><script>'];
  for (const hint of hints) {
    const answer = await owner.request(`/api/v1/mailboxes/connect/google?login_hint=${encodeURIComponent(hint)}`);
    const { searchParams, origin } = new URL(answer.headers.get('location')!);
    assert.equal(origin, 'https://provider.example');
    assert.deepEqual(searchParams.getAll('redirect_uri'), [`${api.url}/oauth/google/callback`]);
    assert.deepEqual(searchParams.getAll('login_hint'), [hint]);
  }
});

test('each sign-in makes a session of its own, and a changed password ends the others', async () => {
  const email = 'sessions@example.com';
  const first = await confirmed(email);
  const second = api.person();
  assert.equal(await second.signIn(email), 200);
  assert.notDeepEqual([...second.cookies], [...first.cookies]);
  const planted = new Map(first.cookies);
  assert.equal(await first.signIn(email), 200);
  assert.notDeepEqual([...first.cookies], [...planted], 'signing in again changes the cookie');
  await second.must('POST', '/api/auth/change-password', {
    currentPassword: PASSWORD,
    newPassword: 'another horse entirely',
    revokeOtherSessions: true,
  });
  assert.equal((await second.api('GET', 'me')).status, 200);
  assert.equal((await first.api('GET', 'me')).status, 401);
});

test('behind https the session cookie never leaves by http', async () => {
  const secure = createAuth({
    database: api.db.system,
    publicUrl: 'https://relay.example',
    environment: 'live',
    ways: createWays({ database: api.db.system, publicUrl: 'https://relay.example', providers: {} }),
    addressChanges: createAddressChanges({
      database: api.db.system,
      publicUrl: 'https://relay.example',
      mail: undefined,
      passwords: passwordsIn(0),
    }),
    secret: 's'.repeat(43),
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  const answer = await secure.handler(
    new Request('https://relay.example/api/auth/sign-up/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-hikyaku-client-address': '198.51.100.9' },
      body: JSON.stringify({ email: 'secure@example.com', password: PASSWORD, name: 'S' }),
    }),
  );
  assert.equal(answer.status, 200);
  const cookie = answer.headers.getSetCookie().find((line) => line.includes('session_token'));
  assert.match(cookie ?? '', /^__Secure-hikyaku\.session_token=.*; Secure/i);
});

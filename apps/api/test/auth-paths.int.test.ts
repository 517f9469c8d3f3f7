import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createLogger } from '@hikyaku/telemetry';
import { createAddressChanges } from '../src/auth/address/address-changes.ts';
import { createAuth } from '../src/auth/create-auth.ts';
import { createWays } from '../src/auth/outside/ways.ts';
import { type ApiUnderTest, passwordsIn, startApi } from './api-under-test.ts';

const mailer = { send: async () => {}, close: () => {} };
let withMail: ApiUnderTest;
let without: ApiUnderTest;
before(async () => {
  [withMail, without] = await Promise.all([startApi({}, mailer), startApi()]);
});
after(() => Promise.all([withMail?.close(), without?.close()]));

/** docs/adr/0010-accounts.md: what each of these asks for. */
const SERVED = new Set([
  'GET /get-session',
  'GET /list-sessions',
  'GET /organization/list',
  'POST /sign-up/email',
  'POST /sign-in/email',
  'POST /sign-out',
  'POST /change-password',
  'POST /request-password-reset',
  'POST /reset-password',
  'POST /revoke-session',
  'POST /revoke-sessions',
  'POST /revoke-other-sessions',
  'POST /organization/set-active',
  'POST /two-factor/enable',
  'POST /two-factor/disable',
  'POST /two-factor/verify-totp',
  'POST /two-factor/verify-backup-code',
  'POST /two-factor/generate-backup-codes',
  'GET /passkey/generate-register-options',
  'GET /passkey/generate-authenticate-options',
  'GET /passkey/list-user-passkeys',
  'POST /passkey/prove',
  'POST /passkey/verify-registration',
  'POST /passkey/verify-authentication',
  'POST /passkey/delete-passkey',
  'GET /linked-sign-ins/list',
  'POST /linked-sign-ins/add',
  'POST /linked-sign-ins/remove',
  'POST /address/change',
]);

/** Every endpoint that this version of Better Auth has, by its own list. */
function endpoints(): string[] {
  const logger = createLogger({ name: 'test', level: 'silent' });
  const auth = createAuth({
    database: without.db.system,
    publicUrl: 'http://localhost:3000',
    environment: 'sandbox',
    ways: createWays({ database: without.db.system, publicUrl: 'http://localhost:3000', providers: {} }),
    addressChanges: createAddressChanges({
      database: without.db.system,
      publicUrl: 'http://localhost:3000',
      mail: undefined,
      passwords: passwordsIn(0),
    }),
    secret: 's'.repeat(43),
    logger,
  });
  const all = Object.values(auth.api) as { path?: string; options?: { method?: string | string[] } }[];
  return all.flatMap(({ path, options }) =>
    path ? [options?.method ?? 'GET'].flat().map((method) => `${method} ${path}`) : [],
  );
}

test('of all that Better Auth has, exactly the paths of the decision are there, and nothing acts on a GET', async () => {
  const all = endpoints();
  assert.ok(all.length > 40, `${all.length} endpoints were found`);
  for (const api of [withMail, without]) {
    for (const endpoint of new Set(all)) {
      const [method = '', path = ''] = endpoint.split(' ');
      if (method !== 'GET' && method !== 'POST') continue;
      const person = api.person();
      const answer = await person.request(`/api/auth${path.replace(/:\w+/g, 'x')}`, {
        method,
        ...(method === 'POST' ? { body: '{}', headers: { 'content-type': 'application/json' } } : {}),
      });
      if (SERVED.has(endpoint)) assert.notEqual(answer.status, 404, endpoint);
      else assert.equal(answer.status, 404, endpoint);
    }
  }
  for (const endpoint of SERVED) assert.ok(all.includes(endpoint), `${endpoint} is Better Auth’s`);
});

test('without mail of its own an instance confirms and recovers nothing', async () => {
  const person = without.person();
  const json = { token: 'x', password: 'correct horse battery staple' };
  assert.equal((await person.api('POST', '/api/auth/confirm-sign-up', json)).status, 404);
  assert.equal((await person.api('POST', '/api/auth/request-password-reset', { email: 'a@example.com' })).status, 400);
});

test('what signs in needs a session or a password: nobody is anybody without them', async () => {
  const stranger = withMail.person();
  const settings = ['change-password', 'revoke-sessions', 'organization/set-active', 'revoke-other-sessions'];
  const keys = ['prove', 'verify-registration', 'delete-passkey'].map((path) => `passkey/${path}`);
  const links = ['add', 'remove'].map((path) => `linked-sign-ins/${path}`);
  for (const path of [...settings, ...keys, ...links, 'address/change']) {
    const body = {
      ...{ currentPassword: 'x', newPassword: 'correct horse battery', organizationId: null },
      ...{ password: 'x', id: 'x', name: 'x', response: {}, provider: 'google', email: 'x@example.com' },
    };
    assert.equal((await stranger.api('POST', `/api/auth/${path}`, body)).status, 401, path);
  }
  const reset = { token: 'made-up', newPassword: 'correct horse battery staple' };
  assert.equal((await stranger.api('POST', '/api/auth/reset-password', reset)).status, 400);
});

test('a person sees where he is signed in and ends one of them; what the list says of a session signs nobody in', async () => {
  const home = await without.owner('two-browsers@example.com');
  const away = without.person();
  await away.signIn('two-browsers@example.com');
  const list = async () =>
    (await home.api<{ id: string; token: string }[]>('GET', '/api/auth/list-sessions')).body.map(({ token }) => token);
  const both = await list();
  assert.equal(both.length, 2);
  const { body } = await away.api<{ session: { token: string } }>('GET', '/api/auth/get-session');
  const { token } = body.session;
  const thief = without.person();
  for (const name of away.cookies.keys()) thief.cookies.set(name, token);
  assert.equal((await thief.api('GET', 'me')).status, 401);
  assert.equal((await home.api('POST', '/api/auth/revoke-session', { token })).status, 200);
  assert.deepEqual(
    await list(),
    both.filter((one) => one !== token),
  );
  assert.equal((await away.api('GET', 'me')).status, 401);
});

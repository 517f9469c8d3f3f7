import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiKey, ApiKeyMade, ApiKeyScope, Device, Page } from '@hikyaku/contracts';
import { type ApiUnderTest, type Person, startApi } from './api-under-test.ts';
import { makeHousehold } from './make-household.ts';
import { type Operation, VALID_BODIES, walkOpenApi } from './walk-openapi.ts';

let api: ApiUnderTest;
let operations: Operation[];
before(async () => {
  api = await startApi();
  operations = await walkOpenApi(api.url);
});
after(() => api.close());

const UNKNOWN = '0192f0c0-0000-7000-8000-00000000000a';

const makeKey = (person: Person, scope: ApiKeyScope, expiresInDays: number | null = null) =>
  person.must<ApiKeyMade>('POST', 'api-keys', { name: `Home Assistant ${scope}`, scope, expiresInDays });

/** A program with nothing but what stands behind `Authorization`. */
async function program<T = { code?: string }>(authorization: string, method: string, path: string, body?: unknown) {
  const answer = await fetch(new URL(`/api/v1/${path}`, api.url), {
    method,
    headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    redirect: 'manual',
  });
  const text = await answer.text();
  return { status: answer.status, body: (text ? JSON.parse(text) : null) as T, headers: answer.headers };
}

test('a program reads what became of mails by a key of its own, and makes devices only by one that may change something', async () => {
  const { person, device, mail, mailbox } = await makeHousehold(api);
  const { id } = await mail({ state: 'sent', due_at: null });
  const looking = `Bearer ${(await makeKey(person, 'read')).secret}`;
  const changing = `bearer  ${(await makeKey(person, 'change')).secret}`;
  const read = await program<Page<{ id: string }>>(looking, 'GET', 'messages');
  assert.deepEqual([read.status, read.body.items.map((item) => item.id)], [200, [id]]);
  const camera = { name: 'Gate', mailboxId: mailbox.id, recipientsMode: 'device' };
  const refused = await program(looking, 'POST', 'devices', camera);
  assert.deepEqual([refused.status, refused.body.code], [403, 'api.forbidden']);
  assert.equal((await program(looking, 'PATCH', `devices/${device.id}`, { name: 'x' })).status, 403);
  const made = await program<{ device: Device }>(changing, 'POST', 'devices', camera);
  assert.deepEqual([made.status, made.body.device.name], [201, 'Gate']);
  const [entry] = await api.db.owner.query<{ actor: string }>(
    'SELECT actor FROM audit_entries WHERE tenant_id = $1 AND target = $2',
    [person.tenantId, made.body.device.id],
  );
  assert.match(entry!.actor, /^key:[0-9a-f-]{36}$/);
});

test('no key does what is a person’s: not his own settings, not other keys, not the end of the tenant, not the operator’s, not a connection that goes on in a browser', async () => {
  const person = await api.owner();
  await api.db.owner.query('UPDATE auth_users SET is_operator = true WHERE id = $1', [person.userId]);
  const { secret, apiKey } = await makeKey(person, 'change');
  const personal = operations.filter(
    ({ permission }) => permission === 'self' || permission === 'keys.change' || permission === 'tenant.delete',
  );
  assert.ok(personal.length >= 8, `${personal.length}`);
  for (const { method, path, operationId, hasBody } of personal) {
    const body = hasBody ? VALID_BODIES[operationId] : undefined;
    const { status } = await program(
      `Bearer ${secret}`,
      method,
      path.replace('/api/v1/', '').replace('{id}', apiKey.id),
      body,
    );
    assert.equal(status, 403, `${method} ${path}`);
  }
  for (const [path, status] of [
    ['operator/tenants', 404],
    ['mailboxes/connect/microsoft', 403],
  ] as const)
    assert.equal((await program(`Bearer ${secret}`, 'GET', path)).status, status, path);
  assert.equal((await person.must<Page<ApiKey>>('GET', 'api-keys')).items.length, 1);
});

test('only owners and administrators make keys, and a key may no more than its maker may now: it ends with his membership, and rests while the tenant is suspended', async () => {
  const person = await api.owner();
  const { secret } = await makeKey(person, 'change');
  const asked = async (method = 'GET', path = 'devices', body?: unknown) =>
    (await program(`Bearer ${secret}`, method, path, body)).status;
  assert.equal(await asked('PATCH', 'tenant', { hideSubjects: true }), 200);
  const role = (text: string) =>
    api.db.owner.query('UPDATE auth_members SET role = $2 WHERE user_id = $1', [person.userId, text]);
  await role('viewer');
  assert.deepEqual([await asked(), await asked('PATCH', 'tenant', { hideSubjects: false })], [200, 403]);
  for (const [method, path] of [
    ['GET', 'api-keys'],
    ['POST', 'api-keys'],
    ['DELETE', `api-keys/${UNKNOWN}`],
  ] as const) {
    const { status } = await person.api(method, path, method === 'POST' ? VALID_BODIES.makeApiKey : undefined);
    assert.equal(status, 403, `${method} ${path}`);
  }
  await role('owner');
  const suspend = (at: Date | null) =>
    api.db.owner.query('UPDATE tenants SET suspended_at = $2 WHERE id = $1', [person.tenantId, at]);
  await suspend(new Date());
  assert.equal(await asked(), 403);
  await suspend(null);
  assert.equal(await asked(), 200);
  // He belongs to another tenant by now: the key opens neither.
  const other = await api.owner();
  await api.db.owner.query('UPDATE auth_members SET organization_id = $2 WHERE user_id = $1', [
    person.userId,
    other.tenantId,
  ]);
  assert.equal(await asked(), 401);
});

test('a key that was removed, whose end has come, or that never was, is a stranger; a proxy’s password beside a cookie is nobody’s business', async () => {
  const person = await api.owner();
  const removed = await makeKey(person, 'read');
  const ended = await makeKey(person, 'read', 30);
  assert.equal((await program(`Bearer ${ended.secret}`, 'GET', 'devices')).status, 200);
  await api.db.owner.query('UPDATE api_keys SET expires_at = now() WHERE id = $1', [ended.apiKey.id]);
  await person.must('DELETE', `api-keys/${removed.apiKey.id}`);
  const almost = `${removed.secret.slice(0, -1)}${removed.secret.endsWith('A') ? 'B' : 'A'}`;
  for (const text of [
    removed.secret,
    ended.secret,
    almost,
    '',
    'null',
    'hky_',
    `hky_${'x'.repeat(5000)}`,
    "' OR 1=1 --",
  ]) {
    const { status, body, headers } = await program(`Bearer ${text}`, 'GET', 'devices');
    assert.deepEqual(
      [status, body.code, headers.get('www-authenticate')],
      [401, 'api.unauthenticated', 'Bearer'],
      text,
    );
    assert.ok(text.length < 9 || !JSON.stringify(body).includes(text));
  }
  const withCookie = (authorization: string) => person.request('/api/v1/devices', { headers: { authorization } });
  assert.equal((await withCookie('Basic dXNlcjpwYXNz')).status, 200);
  assert.equal((await withCookie(`Bearer ${removed.secret}`)).status, 401, 'whoever shows a key is asked for a key');
});

test('a list of keys tells when each was used and ends, and nothing to use it by; there are twenty at most', async () => {
  const person = await api.owner('maker@example.com');
  const { apiKey, secret } = await makeKey(person, 'read', 90);
  assert.match(secret, /^hky_[\w-]{43}$/);
  assert.deepEqual([apiKey.hint, apiKey.lastUsedAt, apiKey.madeBy], [secret.slice(0, 8), null, 'maker']);
  const days = (Date.parse(apiKey.expiresAt!) - Date.parse(apiKey.createdAt)) / 86_400_000;
  assert.equal(days, 90);
  await program(`Bearer ${secret}`, 'GET', 'devices');
  const [used] = (await person.must<Page<ApiKey>>('GET', 'api-keys')).items;
  assert.ok(Date.now() - Date.parse(used!.lastUsedAt!) < 60_000);
  const rows = await api.db.owner.query(
    'SELECT k::text AS row FROM api_keys k UNION ALL SELECT a::text FROM audit_entries a',
  );
  const kept = JSON.stringify([rows, used]);
  assert.ok(kept.includes('api_key.made') && !kept.includes(secret.slice(8)));
  for (let n = 1; n < 20; n++) await makeKey(person, 'read');
  const { status, body } = await person.api<{ code: string }>('POST', 'api-keys', VALID_BODIES.makeApiKey);
  assert.deepEqual([status, body.code], [409, 'limit.api_keys']);
  for (const body of [
    {},
    { name: '', scope: 'read', expiresInDays: null },
    { name: 'a', scope: 'all', expiresInDays: 0 },
  ])
    assert.equal((await person.api('POST', 'api-keys', body)).status, 400);
});

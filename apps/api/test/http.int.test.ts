import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { problem } from '@hikyaku/contracts';
import { type ApiUnderTest, type Person, startApi } from './api-under-test.ts';
import { walkOpenApi } from './walk-openapi.ts';

let api: ApiUnderTest;
let person: Person;
before(async () => {
  api = await startApi();
  person = await api.owner();
  // Of the operator's routes others see nothing at all.
  await person.must('POST', 'operator', { code: 'ABCD-EFGH-JKMN' });
});
after(() => api.close());

const JSON_TYPE = { 'content-type': 'application/json' };

test('malformed bodies are problems that name what is wrong, on every route that takes one', async () => {
  const bodies: [body: string, headers: Record<string, string>][] = [
    ['{', JSON_TYPE],
    ['[]', JSON_TYPE],
    ['"text"', JSON_TYPE],
    ['{"__proto__": {"a": 1}}', JSON_TYPE],
    ['{"unknownField": true}', JSON_TYPE],
    ['name=x', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['<a/>', { 'content-type': 'text/xml' }],
  ];
  const operations = (await walkOpenApi(api.url)).filter(({ hasBody }) => hasBody);
  assert.ok(operations.length >= 6);
  for (const { method, path } of operations) {
    const url = path.replace('{id}', '0192f0c0-0000-7000-8000-00000000000a');
    for (const [body, headers] of bodies) {
      const answer = await person.request(url, { method, body, headers });
      const text = await answer.text();
      assert.equal(answer.status, 400, `${method} ${path} ${body}: ${text}`);
      assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
      const parsed = problem.parse(JSON.parse(text));
      assert.equal(parsed.code, 'api.invalid');
      assert.ok(Object.keys(parsed.fields ?? {}).length > 0, `${method} ${path} ${body}`);
    }
  }
});

test('a body larger than anything we ask for is refused before it is read', async () => {
  const body = JSON.stringify({ name: 'x'.repeat(100_000) });
  const answer = await person.request('/api/v1/devices', { method: 'POST', body, headers: JSON_TYPE });
  assert.equal(answer.status, 413);
  const auth = await person.request('/api/auth/sign-in/email', { method: 'POST', body, headers: JSON_TYPE });
  assert.equal(auth.status, 413);
});

test('writing from another site is refused on every route, sign-in included, and from none it passes', async () => {
  const operations = (await walkOpenApi(api.url)).filter(({ isWrite }) => isWrite);
  const paths: [method: string, path: string][] = [
    ...operations.map(({ method, path }): [string, string] => [
      method,
      path.replace('{id}', '0192f0c0-0000-7000-8000-00000000000a'),
    ]),
    ['POST', '/api/auth/sign-in/email'],
    ['POST', '/api/auth/sign-up/email'],
    ['POST', '/api/auth/sign-out'],
  ];
  for (const [method, path] of paths) {
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'null' },
    ] as Record<string, string>[]) {
      const answer = await person.request(path, { method, headers });
      assert.equal(answer.status, 403, `${method} ${path}`);
      assert.equal(((await answer.json()) as { code: string }).code, 'api.cross_site');
    }
  }
  for (const headers of [{}, { origin: api.url }, { origin: api.url, 'sec-fetch-site': 'same-origin' }] as Record<
    string,
    string
  >[]) {
    const answer = await person.request('/api/v1/me', {
      method: 'PATCH',
      body: '{"locale":"ja"}',
      headers: { ...JSON_TYPE, ...headers },
    });
    assert.equal(answer.status, 200);
  }
});

test('every answer forbids to cache, frame, sniff or refer', async () => {
  for (const path of [
    '/api/v1/me',
    '/api/v1/nothing',
    '/api/auth/get-session',
    '/oauth/google/callback?state=x',
    '/healthz',
  ]) {
    const { headers } = await person.request(path);
    assert.equal(headers.get('cache-control'), 'no-store', path);
    assert.equal(headers.get('referrer-policy'), 'no-referrer', path);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/, path);
  }
});

test('the document describes every answer, and no schema in it is left over', async () => {
  const answer = await fetch(`${api.url}/api/v1/openapi.json`);
  const text = await answer.text();
  const document = JSON.parse(text) as {
    paths: Record<string, Record<string, { responses: Record<string, unknown>; security?: unknown[] }>>;
    components: { schemas: Record<string, unknown> };
  };
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, { responses, security }] of Object.entries(methods)) {
      const forPeople = security?.length === 0 ? [] : ['401', '403'];
      for (const status of ['400', ...forPeople, '429', '500', '503'])
        assert.ok(responses[status], `${method} ${path} ${status}`);
      assert.ok(Object.keys(responses).some((status) => /^[23]/.test(status)));
    }
  }
  for (const name of Object.keys(document.components.schemas))
    assert.ok(text.includes(`"#/components/schemas/${name}"`), name);
});

test('anybody may know whether this instance only pretends to send', async () => {
  const answer = await fetch(`${api.url}/api/v1/instance`);
  assert.deepEqual(await answer.json(), {
    environment: 'sandbox',
    sandboxUrl: 'http://127.0.0.1:3002',
    sendsMail: false,
    signInWith: [],
  });
});

test('health and readiness answer without a session', async () => {
  assert.equal(await (await fetch(`${api.url}/healthz`)).text(), 'ok\n');
  const ready = await fetch(`${api.url}/readyz`);
  assert.deepEqual([ready.status, await ready.json()], [200, { isReady: true, checks: { database: 'ok' } }]);
});

test('a part that does not answer is a temporary problem, and nothing of it is told', async () => {
  const alone = await startApi();
  const client = await alone.owner();
  await alone.db.system.close();
  const { status, body } = await client.api('GET', 'devices');
  assert.ok(status === 500 || status === 503);
  assert.deepEqual(Object.keys(body).sort(), ['code', 'status', 'title', 'type']);
  assert.equal((await fetch(`${alone.url}/readyz`)).status, 503);
  await alone.close();
});

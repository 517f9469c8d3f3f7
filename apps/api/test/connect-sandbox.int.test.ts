import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DashboardClient, freePorts, programOf, sandboxClient, type TestDatabase, useDatabase } from '@hikyaku/testing';
import { type SpawnedApp, spawnApp } from './spawn-app.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'hikyaku-connect-'));
const PASSWORD = 'correct horse battery staple';
/** What must never be printed. */
const secrets = new Set<string>([PASSWORD]);
let db: TestDatabase;
let sandbox: SpawnedApp;
let api: SpawnedApp;
let worker: SpawnedApp;
let person: DashboardClient;
let sandboxUrl: string;

before(async () => {
  db = await useDatabase();
  const ports = await freePorts();
  const env = {
    ...ports,
    DATABASE_URL: db.url,
    HIKYAKU_DATA_DIR: dataDir,
    // The browser talks to the api itself here; in front of it stands nothing.
    HIKYAKU_PUBLIC_URL: `http://localhost:${ports.HIKYAKU_API_PORT}`,
    HIKYAKU_SANDBOX: 'on',
    HIKYAKU_MASTER_KEY: randomBytes(32).toString('base64'),
    NODE_ENV: 'production',
  };
  sandboxUrl = `http://localhost:${ports.HIKYAKU_SANDBOX_PORT}`;
  [sandbox, api] = await Promise.all([
    spawnApp(programOf('packages/sandbox'), env),
    spawnApp(programOf('apps/api'), env),
  ]);
  // After the api, which makes the keys.
  worker = await spawnApp(programOf('apps/worker'), env);
  await sandboxClient(sandboxUrl).knobs({ consent: 'auto' });
  person = new DashboardClient(env.HIKYAKU_PUBLIC_URL);
  await person.signUp('camera-owner@example.com', PASSWORD);
  for (const value of person.cookies.values()) secrets.add(decodeURIComponent(value)).add(value);
});
after(async () => {
  await Promise.all([api?.stop(), worker?.stop(), sandbox?.stop()]);
  await db?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Follows the redirects up to the provider's answer; the address of our callback that it sends the browser to. */
async function answerOf(provider: 'microsoft' | 'google', address: string): Promise<URL> {
  const begun = await person.request(`/api/v1/mailboxes/connect/${provider}?login_hint=${encodeURIComponent(address)}`);
  let location = new URL(begun.headers.get('location')!);
  for (let hop = 0; hop < 5 && !location.pathname.startsWith('/oauth/'); hop++) {
    const next = await fetch(location, { redirect: 'manual' });
    location = new URL(next.headers.get('location')!, location);
  }
  for (const name of ['code', 'state']) {
    const value = location.searchParams.get(name);
    if (value) secrets.add(value);
  }
  return location;
}

const comeBack = async (query: URLSearchParams, provider: string) => {
  const answer = await person.request(`/oauth/${provider}/callback?${query}`);
  return new URL(answer.headers.get('location')!).search;
};

for (const provider of ['microsoft', 'google'] as const) {
  test(`a ${provider} mailbox is connected by the whole redirect, and connecting it again is the same mailbox`, async () => {
    const address = provider === 'microsoft' ? 'tanaka@outlook.com' : 'tanaka@gmail.com';
    const id = await person.connectMailbox(provider, address);
    const { items } = await person.must<{ items: Record<string, unknown>[] }>('GET', 'mailboxes');
    const mailbox = items.find((item) => item.id === id);
    assert.deepEqual(
      [mailbox?.provider, mailbox?.address, mailbox?.state, mailbox?.environment],
      [provider, address, 'active', 'sandbox'],
    );
    assert.equal(await person.connectMailbox(provider, address), id);
  });

  test(`a code of ${provider} works once, and only with the verifier of its own connection`, async () => {
    const first = (await answerOf(provider, `once-${provider}@example.org`)).searchParams;
    const second = (await answerOf(provider, `once-${provider}@example.org`)).searchParams;
    const crossed = new URLSearchParams({ state: first.get('state')!, code: second.get('code')! });
    assert.equal(await comeBack(crossed, provider), '?error=oauth.code_refused');
    const third = (await answerOf(provider, `once-${provider}@example.org`)).searchParams;
    assert.match(await comeBack(third, provider), /^\?connected=/);
    const fourth = (await answerOf(provider, `once-${provider}@example.org`)).searchParams;
    const replayed = new URLSearchParams({ state: fourth.get('state')!, code: third.get('code')! });
    assert.equal(await comeBack(replayed, provider), '?error=oauth.code_refused');
  });
}

test('an administrator comes back without a session, and a page says what was decided; nothing of the address is shown', async () => {
  const { url } = await person.must<{ url: string }>('GET', 'mailboxes/admin-consent');
  assert.equal(new URL(url).pathname, '/microsoft/organizations/v2.0/adminconsent');
  const { redirect_uri: back, state } = Object.fromEntries(new URL(url).searchParams);
  const see = async (answer: Record<string, string>, language: string) => {
    const response = await fetch(`${back}?${new URLSearchParams(answer)}`, {
      headers: { 'accept-language': language },
    });
    return `${response.status} ${await response.text()}`;
  };
  const approved = { admin_consent: 'True', tenant: '<b>guid', state: state! };
  assert.match(await see(approved, 'en'), /^200 [\s\S]*Hikyaku is approved/);
  assert.match(await see(approved, 'ja'), /承認しました/);
  assert.doesNotMatch(await see(approved, 'en'), /guid/);
  const refused = { error: 'access_denied', error_description: 'AADSTS65004: <b>no', state: state! };
  assert.match(await see(refused, 'en'), /was not approved/);
});

test('a test mail of a device arrives at its recipient in both languages, and its content is destroyed', async () => {
  const mailboxId = await person.connectMailbox('microsoft', 'tester@outlook.com');
  const { device } = await person.createDevice(mailboxId, {
    recipientsMode: 'replace',
    recipients: ['family@example.net'],
  });
  const { messageId } = await person.must<{ messageId: string }>('POST', `devices/${device.id}/test`);
  await person.waitForMessages((items) => items.some(({ id, state }) => id === messageId && state === 'sent'));
  const [mail] = await sandboxClient(sandboxUrl).mails('tester@outlook.com', 'sent');
  assert.deepEqual(mail?.to, ['family@example.net']);
  assert.match(mail?.subject ?? '', /テスト送信 \/ Test: Gate camera/);
  const detail = await person.must<{
    hasContent: boolean;
    events: { kind: string }[];
    parts: { attempts: { outcome: string }[] }[];
  }>('GET', `messages/${messageId}`);
  assert.equal(detail.hasContent, false);
  assert.equal(detail.parts[0]?.attempts[0]?.outcome, 'accepted');
  assert.equal(detail.events[0]?.kind, 'accepted');
});

test('the tokens that the sandbox issued are in the database sealed only', async () => {
  const rows = await db.owner.query<{ secret: Buffer; rest: string }>(
    `SELECT secret_sealed AS secret, (to_jsonb(m) - 'secret_sealed' - 'refresh_due_at')::text AS rest FROM mailboxes m`,
    [],
  );
  assert.ok(rows.length >= 2);
  for (const { secret, rest } of rows) {
    assert.doesNotMatch(secret.toString('latin1'), /refresh|access_token|client_info/i);
    assert.doesNotMatch(rest, /refresh|access_token/i);
  }
});

test('the api has printed no password, cookie, state or code, and stops cleanly', async () => {
  const created = await person.createDevice(
    (await person.must<{ items: { id: string }[] }>('GET', 'mailboxes')).items[0]!.id,
  );
  secrets.add(created.credential.password);
  assert.ok(secrets.size >= 10);
  assert.equal(await api.stop(), 0);
  const output = api.output();
  assert.match(output, /"event":"http.answered"/);
  for (const secret of secrets) assert.equal(output.includes(secret), false, secret.slice(0, 6));
});

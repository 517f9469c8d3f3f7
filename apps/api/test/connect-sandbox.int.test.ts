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
async function answerOf(
  provider: 'microsoft' | 'google',
  address: string,
  asked: Record<string, string> = {},
): Promise<URL> {
  const query = new URLSearchParams({ login_hint: address, ...asked });
  const begun = await person.request(`/api/v1/mailboxes/connect/${provider}?${query}`);
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

test('that large mails leave whole by SMTP is asked for by their owner, tried at once, told in words where it cannot be, and kept when the mailbox is connected again', async () => {
  const address = 'scans@outlook.com';
  const id = await person.connectMailbox('microsoft', address);
  const mayIt = async () => {
    type Listed = { id: string; state: string; maySendLarge: boolean | null };
    const { items } = await person.must<{ items: Listed[] }>('GET', 'mailboxes');
    return items.flatMap((item) => (item.id === id ? [item.state, item.maySendLarge] : []));
  };
  const ask = async (asked: Record<string, string>) =>
    comeBack((await answerOf('microsoft', address, { mailboxId: id, ...asked })).searchParams, 'microsoft');
  const knob = (smtpAuth: string) => sandboxClient(sandboxUrl).knobs({ accounts: { [address]: { smtpAuth } } });
  assert.deepEqual(await mayIt(), ['active', false]);
  await knob('off');
  assert.equal(await ask({ large: 'true' }), '?error=upstream.smtp_off');
  assert.deepEqual(await mayIt(), ['active', false], 'it stays as it was');
  await knob('on');
  assert.equal(await ask({ large: 'true' }), `?connected=${id}`);
  assert.deepEqual(await mayIt(), ['active', true]);
  // Connected again for another reason: no complaint of SMTP closes that way.
  await knob('off');
  assert.equal(await ask({}), `?connected=${id}`);
  assert.deepEqual(await mayIt(), ['active', true]);
});

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

/** Presses a button of the administrator's page that `url` leads to; the query that Microsoft sends the browser back with. */
async function decide(url: URL, address: string, decision: 'accept' | 'cancel'): Promise<URLSearchParams> {
  const form = new URLSearchParams({ ...Object.fromEntries(url.searchParams), address, decision });
  const answer = await fetch(`${url.origin}${url.pathname}/decide`, { method: 'POST', body: form, redirect: 'manual' });
  return new URL(answer.headers.get('location')!).searchParams;
}

test('a mailbox of an organization is connected without a sign-in: let in by the administrator, proved by the code in it, and it sends', async () => {
  const address = 'alerts@factory.example';
  const codeIn = async () => {
    const [mail] = await sandboxClient(sandboxUrl).mails(address, 'inbox');
    const code = /[A-Z0-9]{4}-[A-Z0-9]{4}/.exec(mail?.subject ?? '')?.[0];
    secrets.add(code!);
    return code!;
  };
  const ask = (path: string, body: object, by = person) =>
    by.request(`/api/v1/mailboxes/app-only${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const tooEarly = await ask('/proofs', { address });
  assert.equal(((await tooEarly.json()) as { code: string }).code, 'upstream.app_unapproved');

  const begin = async () =>
    new URL((await person.request('/api/v1/mailboxes/app-only/approve')).headers.get('location')!);
  const back = async (query: URLSearchParams, by = person) => {
    const { pathname, search } = new URL(
      (await by.request(`/oauth/microsoft/callback?${query}`)).headers.get('location')!,
    );
    return `${pathname}${search}`;
  };
  const cancelled = await decide(await begin(), address, 'cancel');
  assert.equal(await back(cancelled), '/mailboxes/app-only?error=oauth.denied');
  const approved = await decide(await begin(), address, 'accept');
  const stranger = new DashboardClient(person.baseUrl);
  await stranger.signUp('stranger@example.com', PASSWORD);
  assert.equal(await back(approved, stranger), '/mailboxes?error=oauth.state_invalid', 'a state of another session');
  assert.equal(await back(approved), '/mailboxes/app-only?approved=true');
  assert.equal(await back(approved), '/mailboxes?error=oauth.state_invalid', 'a state works once');

  assert.equal((await ask('/proofs', { address })).status, 202);
  const code = await codeIn();
  // Whoever cannot read the mailbox gets nothing, in the same organization's name too.
  assert.equal((await ask('', { address, code: 'ABCD-EFGH' })).status, 400);
  assert.equal((await ask('', { address, code }, stranger)).status, 400);
  assert.equal((await ask('', { address: 'boss@factory.example', code })).status, 400);
  const connected = await ask('', { address, code: ` ${code.toLowerCase()} ` });
  assert.equal(connected.status, 201);
  const { id } = (await connected.json()) as { id: string };
  assert.equal((await ask('', { address, code })).status, 400, 'a code works once');

  const { device } = await person.createDevice(id, { recipientsMode: 'replace', recipients: ['guard@example.net'] });
  const { messageId } = await person.must<{ messageId: string }>('POST', `devices/${device.id}/test`);
  await person.waitForMessages((items) => items.some((item) => item.id === messageId && item.state === 'sent'));
  const [sent] = await sandboxClient(sandboxUrl).mails(address, 'sent');
  assert.deepEqual([sent?.from, sent?.to], [address, ['guard@example.net']]);

  // Connecting it again is the same mailbox.
  assert.equal((await ask('/proofs', { address })).status, 202);
  const again = await ask('', { address, code: await codeIn() });
  assert.deepEqual(await again.json(), { id });

  // The administrator takes it back: the mail is held, told in words, and leaves once he has mended it.
  await sandboxClient(sandboxUrl).knobs({ accounts: { [address]: { isOutOfScope: true } } });
  const held = await person.must<{ messageId: string }>('POST', `devices/${device.id}/test`);
  await person.waitForMessages((items) => items.some((item) => item.id === held.messageId && item.state === 'held'));
  type Listed = { id: string; state: string; stateCode: string; mend: string; isAppOnly: boolean };
  const { items } = await person.must<{ items: Listed[] }>('GET', 'mailboxes');
  assert.partialDeepStrictEqual(
    items.find((item) => item.id === id),
    { state: 'needs_reconnect', stateCode: 'upstream.app_out_of_scope', mend: 'try_again', isAppOnly: true },
  );
  await sandboxClient(sandboxUrl).knobs({ accounts: { [address]: { isOutOfScope: false } } });
  await person.must('POST', `mailboxes/${id}/resume`);
  await person.waitForMessages((items) => items.some((item) => item.id === held.messageId && item.state === 'sent'));
});

test('nobody’s inbox is filled with codes: five an hour, from whoever asks', async () => {
  const address = 'quiet@factory.example';
  const statuses: number[] = [];
  for (let count = 0; count < 6; count++) {
    const answer = await person.request('/api/v1/mailboxes/app-only/proofs', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ address: count % 2 ? address : address.toUpperCase() }),
    });
    statuses.push(answer.status);
  }
  assert.deepEqual(statuses, [202, 202, 202, 202, 202, 429]);
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

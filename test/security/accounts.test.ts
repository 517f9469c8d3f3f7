import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DashboardClient, type MailSink, openMailSink, type RunningHikyaku, startHikyaku } from '@hikyaku/testing';

const PASSWORD = 'correct horse battery staple';
const STRANGERS = 'the password of a stranger';
let sink: MailSink;
let hikyaku: RunningHikyaku;
before(async () => {
  sink = await openMailSink();
  hikyaku = await startHikyaku({ env: { HIKYAKU_SYSTEM_SMTP_URL: sink.url } });
});
after(async () => {
  await hikyaku?.stop();
  sink?.close();
});

const visitor = () => new DashboardClient(hikyaku.webUrl);
const tokenOf = (link: URL) => new URLSearchParams(link.hash.slice(1)).get('token')!;

test('a stranger who signs up with an address first does not get the account of its owner, and links do nothing when opened', async () => {
  const [stranger, victim] = [visitor(), visitor()];
  const signUp = (person: DashboardClient, password: string) =>
    person.must('POST', '/api/auth/sign-up/email', { email: 'victim@example.com', password, name: 'V' });
  await signUp(stranger, STRANGERS);
  const link = await sink.linkTo('victim@example.com');
  await signUp(victim, PASSWORD);
  // As a mail scanner or a foreign page opens it: nothing of the token reaches a server.
  const page = await victim.request(link.pathname);
  assert.deepEqual([page.status, victim.cookies.has('hikyaku.session_token')], [200, false]);
  // The stranger's mail, opened by the victim, with the victim's password.
  await victim.must('POST', '/api/auth/confirm-sign-up', { token: tokenOf(link), password: PASSWORD });
  assert.equal((await victim.must<{ user: { email: string } }>('GET', 'me')).user.email, 'victim@example.com');
  assert.equal(await visitor().signIn('victim@example.com', STRANGERS), 401);
  assert.equal((await stranger.api('GET', 'me')).status, 401);
});

test('nothing that a stranger sends to the pages before the door is in a log or on the console', async () => {
  const mark = 'CH0SEN-BY-A-STRANGER';
  const stranger = visitor();
  const bad = `https://evil.example/${mark}\u001b[31m`;
  const json = (body: object) => ({
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': mark, 'x-hikyaku-client-address': mark },
    body: JSON.stringify(body),
  });
  for (const path of [
    `/api/auth/reset-password/${mark}?callbackURL=${encodeURIComponent(bad)}`,
    `/api/auth/verify-email?token=${mark}&callbackURL=${encodeURIComponent(bad)}`,
    `/api/auth/${mark}`,
    `/api/auth/get-session?disableCookieCache=${mark}`,
    `/oauth/google/callback?error=${mark}&error_description=${mark}&state=${mark}`,
    `/oauth/${mark}/callback?state=x`,
    `/api/v1/messages?cursor=${mark}`,
    `/${mark}`,
  ])
    await stranger.request(path);
  for (const [path, body] of [
    ['sign-in/email', { email: `${mark}@example.com`, password: mark, callbackURL: bad }],
    ['sign-in/email', { email: mark, password: mark }],
    ['sign-up/email', { email: `${mark}@example.com`, password: `${mark}-password`, name: `${mark}\u0000\n` }],
    ['sign-up/email', { email: `${mark}@example.com`, password: mark, name: mark, callbackURL: bad }],
    ['confirm-sign-up', { token: mark, password: mark }],
    ['request-password-reset', { email: `${mark}@example.com`, redirectTo: bad }],
    ['reset-password', { token: mark, newPassword: mark }],
    ['change-password', { currentPassword: mark, newPassword: mark }],
    ['organization/set-active', { organizationId: mark, organizationSlug: mark }],
  ] as const) {
    await stranger.request(`/api/auth/${path}`, json(body));
    await stranger.request(`/api/auth/${path}?${mark}=${mark}`, json({ ...body, [mark]: mark }));
  }
  await stranger.request('/api/auth/sign-in/email', { ...json({}), body: `{"${mark}` });
  stranger.cookies.set('hikyaku.session_token', mark);
  await stranger.request('/api/v1/me');

  await hikyaku.stop({ keepData: true });
  const folder = join(hikyaku.dataDir, 'logs');
  const logs = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
  assert.ok(
    logs.some(([name, text]) => name === 'api.log' && text.includes('http.answered')),
    'the api did log',
  );
  for (const [name, text] of [...logs, ['console', hikyaku.output()] as const]) {
    const line = text.split('\n').find((each) => each.toLowerCase().includes(mark.toLowerCase()));
    assert.equal(line, undefined, name);
  }
});

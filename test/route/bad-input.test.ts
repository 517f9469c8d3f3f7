import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  DashboardClient,
  deviceMailSession,
  playSession,
  type RunningHikyaku,
  sandboxClient,
  startHikyaku,
} from '@hikyaku/testing';

const fixtures = join(import.meta.dirname, '../../packages/testing/fixtures/device-mails');
const session = deviceMailSession(fixtures, '04');

let hikyaku: RunningHikyaku;
let person: DashboardClient;
let mailboxId: string;

before(async () => {
  hikyaku = await startHikyaku();
  await sandboxClient(hikyaku.sandboxUrl).knobs({ consent: 'auto' });
  person = new DashboardClient(hikyaku.webUrl);
  await person.signUp('owner@example.test');
  mailboxId = await person.connectMailbox('microsoft', 'taro@outlook.test');
});
after(() => hikyaku?.stop());

test('an unknown user name and a wrong password get the same 535, and no mail is accepted', async () => {
  const { credential } = await person.createDevice(mailboxId);
  const wrong = [
    { username: credential.username, password: 'wrongwrongwrong2' },
    { username: 'zzzzzzzz9', password: credential.password },
  ];
  const refusals: (string | undefined)[] = [];
  for (const attempt of wrong) {
    const outcome = await playSession(session, hikyaku.smtp, attempt);
    refusals.push(outcome.replies.find((reply) => reply.startsWith('535')));
    assert.match(outcome.finalReply, /^5/, 'nothing was accepted');
  }
  assert.ok(refusals[0]);
  assert.equal(refusals[0], refusals[1]);
  assert.deepEqual(await person.messages(), []);
});

test('a mail over the device’s limit is read to its end and refused with 552', async () => {
  const { credential } = await person.createDevice(mailboxId, { maxSizeBytes: 10_000 });
  const large = {
    ...session,
    content: Buffer.concat([session.content, Buffer.alloc(15_000, 'x\r\n')]),
    endOfData: '\r\n.\r\n',
  };
  const outcome = await playSession(large, hikyaku.smtp, credential);
  assert.match(outcome.finalReply, /^552 5\.3\.4/);
});

test('a malformed body is a problem that names its fields', async () => {
  const answer = await person.api<{ code: string; fields: Record<string, string>; status: number }>('POST', 'devices', {
    name: '',
    mailboxId: 'no-id',
    extra: 1,
  });
  assert.equal(answer.status, 400);
  assert.match(answer.headers.get('content-type') ?? '', /application\/problem\+json/);
  assert.equal(answer.body.code, 'api.invalid');
  assert.ok('mailboxId' in answer.body.fields);
});

test('a forged OAuth state ends at the dashboard with a code and connects nothing', async () => {
  const answer = await person.request('/oauth/microsoft/callback?code=abc&state=forged');
  assert.equal(answer.status, 302);
  assert.match(answer.headers.get('location')!, /\/mailboxes\?error=oauth\.state_invalid/);
  assert.equal((await person.must<{ items: unknown[] }>('GET', 'mailboxes')).items.length, 1);
});

test('a replayed callback connects nothing', async () => {
  const start = await person.request('/api/v1/mailboxes/connect/google?login_hint=replay%40gmail.test');
  const consent = await fetch(start.headers.get('location')!, { redirect: 'manual' });
  const callback = new URL(consent.headers.get('location')!);
  const first = await person.request(callback.pathname + callback.search);
  assert.match(first.headers.get('location')!, /connected=/);
  const second = await person.request(callback.pathname + callback.search);
  assert.match(second.headers.get('location')!, /error=oauth\.state_invalid/);
});

test('another browser cannot finish somebody’s connection', async () => {
  const start = await person.request('/api/v1/mailboxes/connect/google?login_hint=victim%40gmail.test');
  const consent = await fetch(start.headers.get('location')!, { redirect: 'manual' });
  const callback = new URL(consent.headers.get('location')!);
  const stranger = new DashboardClient(hikyaku.webUrl);
  await stranger.signUp('stranger@example.test');
  const answer = await stranger.request(callback.pathname + callback.search);
  assert.match(answer.headers.get('location')!, /error=oauth\.state_invalid/);
  assert.equal((await stranger.must<{ items: unknown[] }>('GET', 'mailboxes')).items.length, 0);
});

test('without a session the API answers 401', async () => {
  const answer = await new DashboardClient(hikyaku.webUrl).api<{ code: string }>('GET', 'devices');
  assert.equal(answer.status, 401);
  assert.equal(answer.body.code, 'api.unauthenticated');
});

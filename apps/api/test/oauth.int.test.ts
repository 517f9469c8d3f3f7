import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeDevice, makeMailbox, makeMessage } from '@hikyaku/testing';
import { type ApiUnderTest, fakeConnector, type Person, startApi } from './api-under-test.ts';

let api: ApiUnderTest;
const google = fakeConnector('google');
before(async () => {
  api = await startApi({ connectors: { google, microsoft: fakeConnector('microsoft') } });
});
after(() => api.close());

type Provider = 'google' | 'microsoft';

/** Begins a connection; the state that the provider would send back. */
async function begin(person: Person, provider: Provider = 'google', query = ''): Promise<string> {
  const answer = await person.request(`/api/v1/mailboxes/connect/${provider}${query}`);
  assert.equal(answer.status, 302);
  const state = new URL(answer.headers.get('location')!).searchParams.get('state');
  assert.ok(state && state.length >= 32);
  return state;
}

/** Comes back from the provider; where the browser lands, without our origin. */
async function comeBack(person: Person, query: Record<string, string>, provider: Provider = 'google'): Promise<string> {
  const answer = await person.request(`/oauth/${provider}/callback?${new URLSearchParams(query)}`);
  assert.equal(answer.status, 302);
  const location = answer.headers.get('location') ?? '';
  assert.ok(location.startsWith(`${api.url}/mailboxes?`), location);
  return location.slice(api.url.length);
}

const connectedId = (location: string) => new URL(location, api.url).searchParams.get('connected') ?? location;
const mailboxesOf = async (person: Person) =>
  (await person.must<{ items: { id: string; address: string; state: string }[] }>('GET', 'mailboxes')).items;

test('connecting ends on the dashboard with a mailbox whose secret is sealed, and an audit row', async () => {
  const person = await api.owner();
  const landed = await comeBack(person, { state: await begin(person), code: 'ok:first@gmail.example' });
  const id = connectedId(landed);
  assert.deepEqual(
    (await mailboxesOf(person)).map(({ address, state }) => [address, state]),
    [['first@gmail.example', 'active']],
  );
  const [row] = await api.db.owner.query<{ secret: Buffer }>(
    'SELECT secret_sealed AS secret FROM mailboxes WHERE id = $1',
    [id],
  );
  assert.equal(row!.secret.includes('secret of'), false);
  const audit = await api.db.owner.query<{ action: string; actor: string }>(
    'SELECT action, actor FROM audit_entries WHERE target = $1',
    [id],
  );
  assert.deepEqual(audit, [{ action: 'mailbox.connected', actor: `user:${person.userId}` }]);
});

test('where no mail leaves whole by SMTP, as in a national cloud, that is offered to nobody and asked of no provider', async () => {
  const person = await api.owner();
  const answer = await person.request('/api/v1/mailboxes/connect/microsoft?large=true');
  const asked = new URL(answer.headers.get('location')!).searchParams;
  assert.equal(asked.get('large'), null);
  await comeBack(person, { state: asked.get('state')!, code: 'ok:firm@gov.example' }, 'microsoft');
  const { items } = await person.must<{ items: { maySendLarge: boolean | null }[] }>('GET', 'mailboxes');
  assert.deepEqual(
    items.map(({ maySendLarge }) => maySendLarge),
    [null],
  );
});

test('a state works once, whatever came of it', async () => {
  const person = await api.owner();
  const state = await begin(person);
  assert.equal(await comeBack(person, { state, code: 'bad' }), '/mailboxes?error=oauth.code_refused');
  assert.equal(
    await comeBack(person, { state, code: 'ok:late@gmail.example' }),
    '/mailboxes?error=oauth.state_invalid',
  );
});

test('of two browsers’ tabs that bring the same state at once one is served', async () => {
  const person = await api.owner();
  const state = await begin(person);
  const landed = await Promise.all(
    [1, 2, 3].map((tab) => comeBack(person, { state, code: `ok:tab@gmail.example#${tab}` })),
  );
  assert.equal(landed.filter((location) => location.includes('connected=')).length, 1);
  assert.equal((await mailboxesOf(person)).length, 1);
});

test('a forged, missing or overlong state is refused, and the code is not redeemed', async () => {
  const person = await api.owner();
  for (const query of [{ state: 'forged' }, {}, { state: 'x'.repeat(5000) }] as Record<string, string>[]) {
    const landed = await comeBack(person, { ...query, code: 'ok:forged@gmail.example' });
    assert.equal(landed, '/mailboxes?error=oauth.state_invalid');
  }
  assert.deepEqual(await mailboxesOf(person), []);
});

test('a state of another person, or of the same person’s other browser, is refused and stays usable where it was made', async () => {
  const person = await api.owner('two-browsers@example.com');
  const stranger = await api.owner();
  const otherBrowser = api.person();
  assert.equal(await otherBrowser.signIn('two-browsers@example.com'), 200);
  const state = await begin(person);
  const query = { state, code: 'ok:bound@gmail.example' };
  assert.equal(await comeBack(stranger, query), '/mailboxes?error=oauth.state_invalid');
  assert.equal(await comeBack(otherBrowser, query), '/mailboxes?error=oauth.state_invalid');
  assert.match(await comeBack(person, query), /connected=/);
});

test('without a session the browser lands on the dashboard with a clear code', async () => {
  const person = await api.owner();
  const state = await begin(person);
  const landed = await comeBack(api.person(), { state, code: 'ok:nobody@gmail.example' });
  assert.equal(landed, '/mailboxes?error=api.unauthenticated');
});

test('a state of one provider does not serve the other', async () => {
  const person = await api.owner();
  const state = await begin(person, 'google');
  const landed = await comeBack(person, { state, code: 'ok:mixed@gmail.example' }, 'microsoft');
  assert.equal(landed, '/mailboxes?error=oauth.state_invalid');
});

test('a state older than ten minutes is refused', async () => {
  const person = await api.owner();
  const state = await begin(person);
  await api.db.owner.query(
    `UPDATE oauth_states SET expires_at = expires_at - interval '10 minutes' WHERE user_id = $1`,
    [person.userId],
  );
  assert.equal(await comeBack(person, { state, code: 'ok:old@gmail.example' }), '/mailboxes?error=oauth.state_invalid');
});

test('a code that was used before is refused', async () => {
  const person = await api.owner();
  const code = 'ok:once@gmail.example';
  assert.match(await comeBack(person, { state: await begin(person), code }), /connected=/);
  assert.equal(await comeBack(person, { state: await begin(person), code }), '/mailboxes?error=oauth.code_refused');
});

test('a refusal at the provider is told as what it is, and its words go nowhere', async () => {
  const person = await api.owner();
  const denied = await comeBack(person, {
    state: await begin(person),
    error: 'access_denied',
    error_description: '<script>alert(1)</script>',
  });
  assert.equal(denied, '/mailboxes?error=oauth.denied');
  const forged = await comeBack(person, { state: 'forged', error: 'access_denied' });
  assert.equal(forged, '/mailboxes?error=oauth.state_invalid');
});

test('nothing in the query chooses where the browser lands', async () => {
  const person = await api.owner();
  const state = await begin(person, 'google', '?login_hint=a%40b.example&returnTo=https://evil.example');
  const landed = await comeBack(person, {
    state,
    code: 'ok:landing@gmail.example',
    returnTo: 'https://evil.example',
    redirect_uri: 'https://evil.example',
  });
  assert.match(landed, /^\/mailboxes\?connected=[0-9a-f-]{36}$/);
});

test('the same account again is the same mailbox with the new secret; what was held for it goes on its way', async () => {
  const person = await api.owner();
  const id = connectedId(await comeBack(person, { state: await begin(person), code: 'ok:again@gmail.example#1' }));
  const { device } = await makeDevice(api.db.owner, api.digester, { tenant_id: person.tenantId, mailbox_id: id });
  await api.db.owner.query(
    `UPDATE mailboxes SET state = 'needs_reconnect', state_code = 'upstream.auth_lost' WHERE id = $1`,
    [id],
  );
  const held = await makeMessage(
    api.db.owner,
    { device, mailbox: { id, account_key: 'google:again@gmail.example' } },
    { state: 'held', due_at: null, key_sealed: Buffer.from('k'), spool_object: 'o', spool_offset: 0, spool_length: 1 },
  );
  const [before] = await api.db.owner.query<{ secret: Buffer }>(
    'SELECT secret_sealed AS secret FROM mailboxes WHERE id = $1',
    [id],
  );
  const state = await begin(person, 'google', `?mailboxId=${id}`);
  assert.equal(connectedId(await comeBack(person, { state, code: 'ok:again@gmail.example#2' })), id);
  assert.equal((await mailboxesOf(person))[0]!.state, 'active');
  const [after] = await api.db.owner.query<{ secret: Buffer }>(
    'SELECT secret_sealed AS secret FROM mailboxes WHERE id = $1',
    [id],
  );
  assert.notDeepEqual(after!.secret, before!.secret);
  const message = await person.must<{ state: string }>('GET', `messages/${held.id}`);
  assert.equal(message.state, 'queued');
  assert.ok(api.woken.includes('google:again@gmail.example'));
});

test('reconnecting with another account is refused and changes nothing', async () => {
  const person = await api.owner();
  const id = connectedId(await comeBack(person, { state: await begin(person), code: 'ok:mine@gmail.example' }));
  const state = await begin(person, 'google', `?mailboxId=${id}`);
  const landed = await comeBack(person, { state, code: 'ok:other@gmail.example' });
  assert.equal(landed, '/mailboxes?error=oauth.wrong_account');
  assert.deepEqual(
    (await mailboxesOf(person)).map(({ address }) => address),
    ['mine@gmail.example'],
  );
});

test('disconnecting ends the grant only when no other tenant uses the account; connecting again brings the mailbox back', async () => {
  const [a, b] = [await api.owner(), await api.owner()];
  const idOfA = connectedId(await comeBack(a, { state: await begin(a), code: 'ok:shared@gmail.example#a' }));
  const idOfB = connectedId(await comeBack(b, { state: await begin(b), code: 'ok:shared@gmail.example#b' }));
  await a.must('DELETE', `mailboxes/${idOfA}`);
  assert.deepEqual(google.revoked, []);
  assert.deepEqual(await mailboxesOf(a), []);
  await b.must('DELETE', `mailboxes/${idOfB}`);
  assert.deepEqual(google.revoked, ['secret of shared@gmail.example#b']);
  const rows = await api.db.owner.query('SELECT 1 FROM mailboxes WHERE id = ANY($1) AND secret_sealed IS NOT NULL', [
    [idOfA, idOfB],
  ]);
  assert.equal(rows.length, 0);
  const again = connectedId(await comeBack(a, { state: await begin(a), code: 'ok:shared@gmail.example#c' }));
  assert.equal(again, idOfA);
});

test('states and codes leave no readable trace in the database', async () => {
  const person = await api.owner();
  const state = await begin(person);
  const rows = await api.db.owner.query<{ text: string }>('SELECT oauth_states::text AS text FROM oauth_states', []);
  assert.ok(rows.length > 0);
  for (const { text } of rows) assert.equal(text.includes(state), false);
});

test('a browser that is refused at the start lands on a page, a script gets a problem', async () => {
  const person = await api.owner();
  const unknown = '/api/v1/mailboxes/connect/google?mailboxId=0192f0c0-0000-7000-8000-00000000000a';
  const page = await person.request(unknown, { headers: { accept: 'text/html,*/*' } });
  assert.deepEqual(
    [page.status, page.headers.get('location')],
    [302, `${api.url}/mailboxes?error=oauth.state_invalid`],
  );
  assert.equal((await person.request(unknown)).status, 404);
  assert.equal((await person.request('/api/v1/mailboxes/connect/yahoo')).status, 404);
});

test('a mailbox that was closed for what is mended at its provider is tried again without signing in, and no other one is', async () => {
  const person = await api.owner();
  const closed = (state_code: string) =>
    makeMailbox(api.db.owner, {
      tenant_id: person.tenantId,
      state: 'needs_reconnect',
      state_code,
      secret_sealed: Buffer.from('sealed'),
    });
  const [full, lost] = [await closed('upstream.mailbox_full'), await closed('upstream.auth_lost')];
  const { device } = await makeDevice(api.db.owner, api.digester, { tenant_id: person.tenantId, mailbox_id: full.id });
  const mail = await makeMessage(
    api.db.owner,
    { device, mailbox: full },
    {
      state: 'held',
      due_at: null,
      state_code: 'upstream.mailbox_full',
      key_sealed: Buffer.from('k'),
      spool_object: 'o',
      spool_offset: 0,
      spool_length: 1,
    },
  );
  const shown = async () =>
    (await person.must<{ items: { id: string; state: string; mend: string | null }[] }>('GET', 'mailboxes')).items;
  const of = async (id: string) => (await shown()).find((mailbox) => mailbox.id === id)!;
  assert.deepEqual([(await of(full.id)).mend, (await of(lost.id)).mend], ['try_again', 'reconnect']);
  assert.equal((await person.api('POST', `/api/v1/mailboxes/${full.id}/resume`)).status, 204);
  const refused = await person.api('POST', `/api/v1/mailboxes/${lost.id}/resume`);
  assert.deepEqual([refused.status, (refused.body as { code: string }).code], [409, 'upstream.auth_lost']);
  assert.deepEqual([(await of(full.id)).state, (await of(full.id)).mend], ['active', null]);
  assert.equal((await of(lost.id)).state, 'needs_reconnect');
  const [row] = await api.db.owner.query<{ state: string }>('SELECT state FROM messages WHERE id = $1', [mail.id]);
  assert.equal(row!.state, 'queued', 'what was held leaves');
});

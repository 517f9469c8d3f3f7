import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SenderRecords } from '@hikyaku/contracts';
import { RelayError } from '@hikyaku/core';
import { makeMailbox } from '@hikyaku/testing';
import type { SmtpAccount } from '@hikyaku/upstreams';
import { type ApiUnderTest, startApi } from './api-under-test.ts';

let api: ApiUnderTest;
let off: ApiUnderTest;
const tested: SmtpAccount[] = [];
const looked: object[] = [];
before(async () => {
  api = await startApi({
    async checkSenderRecords(asked) {
      looked.push(asked);
      return RECORDS;
    },
    async testSmtp(account) {
      tested.push(account);
      if (account.password === 'wrong') throw new RelayError('smtp.login_refused', { internal: '535 secret words' });
    },
  });
  off = await startApi();
});
const RECORDS: SenderRecords = {
  domain: 'example.jp',
  serverAddresses: ['203.0.113.5'],
  spf: { state: 'missing', record: null, wanted: 'v=spf1 ip4:203.0.113.5 ~all' },
  dkim: { state: 'ok', selector: 'mail' },
  dmarc: { state: 'watching', record: 'v=DMARC1; p=none', name: '_dmarc.example.jp', wanted: null },
};
after(async () => {
  await api.close();
  await off.close();
});

const account = (changes: object = {}) => ({
  address: 'gate@example.jp',
  host: 'Mail.Example.jp',
  port: 587,
  security: 'starttls',
  username: 'gate@example.jp',
  password: 'abcd efgh ijkl mnop',
  ...changes,
});

const post = (body: object) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

test('an SMTP account that the server takes becomes a mailbox, its password sealed and the app password’s blanks gone', async () => {
  const person = await api.owner();
  const answer = await person.request('/api/v1/mailboxes/smtp', post(account()));
  assert.equal(answer.status, 201);
  const { id } = (await answer.json()) as { id: string };
  assert.equal(tested.at(-1)!.password, 'abcdefghijklmnop');
  const list = (await (await person.request('/api/v1/mailboxes')).json()) as { items: object[] };
  assert.partialDeepStrictEqual(list.items, [{ id, provider: 'smtp', address: 'gate@example.jp', state: 'active' }]);
  const [row] = await api.db.owner.query<{ key: string; secret: Buffer }>(
    'SELECT account_key AS key, secret_sealed AS secret FROM mailboxes WHERE id = $1',
    [id],
  );
  assert.equal(row!.key, 'smtp:mail.example.jp:gate@example.jp');
  assert.doesNotMatch(row!.secret.toString('latin1'), /abcd|gate@/);
});

test('the same account again is the same mailbox; another one is no reconnection', async () => {
  const person = await api.owner();
  const connect = async (body: object) => person.request('/api/v1/mailboxes/smtp', post(body));
  const { id } = (await (await connect(account())).json()) as { id: string };
  const again = await connect(account({ password: 'a new one', mailboxId: id }));
  assert.deepEqual(await again.json(), { id });
  const other = await connect(account({ username: 'door@example.jp', mailboxId: id }));
  assert.equal(((await other.json()) as { code: string }).code, 'oauth.wrong_account');
});

test('where a mailbox signs in is told to who may change it, but not its password', async () => {
  const person = await api.owner();
  const { id } = (await (await person.request('/api/v1/mailboxes/smtp', post(account()))).json()) as { id: string };
  const answer = await person.request(`/api/v1/mailboxes/${id}/smtp`);
  assert.deepEqual(await answer.json(), {
    address: 'gate@example.jp',
    host: 'mail.example.jp',
    port: 587,
    security: 'starttls',
    username: 'gate@example.jp',
  });
  assert.equal((await (await api.owner()).request(`/api/v1/mailboxes/${id}/smtp`)).status, 404);
  await person.request(`/api/v1/mailboxes/${id}`, { method: 'DELETE' });
  assert.equal((await person.request(`/api/v1/mailboxes/${id}/smtp`)).status, 404);
});

test('what the server refuses is told with its code, and nothing is kept', async () => {
  const person = await api.owner();
  const answer = await person.request('/api/v1/mailboxes/smtp', post(account({ password: 'wrong' })));
  const text = await answer.text();
  assert.equal(answer.status, 422);
  assert.match(text, /"code":"smtp.login_refused"/);
  assert.doesNotMatch(text, /wrong|secret words/);
  assert.match(await (await person.request('/api/v1/mailboxes')).text(), /"items":\[\]/);
});

test('where no mail may leave no SMTP account is connected', async () => {
  const person = await off.owner();
  const answer = await person.request('/api/v1/mailboxes/smtp', post(account()));
  assert.equal(((await answer.json()) as { code: string }).code, 'oauth.provider_off');
});

test('the DNS records of a mailbox with a server of its own are looked for; of other mailboxes there are none', async () => {
  const person = await api.owner();
  const { id } = (await (await person.request('/api/v1/mailboxes/smtp', post(account()))).json()) as { id: string };
  assert.deepEqual(await person.must('GET', `mailboxes/${id}/sender-records?selector=k2026`), RECORDS);
  assert.deepEqual(looked, [{ address: 'gate@example.jp', host: 'mail.example.jp', selector: 'k2026' }]);
  assert.equal((await person.api('GET', `mailboxes/${id}/sender-records?selector=a%20b`)).status, 400);
  const other = await makeMailbox(api.db.owner, { tenant_id: person.tenantId });
  assert.equal((await person.api('GET', `mailboxes/${other.id}/sender-records`)).status, 404);
  const stranger = await api.owner('stranger@example.org');
  assert.equal((await stranger.api('GET', `mailboxes/${id}/sender-records`)).status, 404);
  assert.equal(looked.length, 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ErrorCode, SendResult } from '@hikyaku/core';
import { RelayError } from '@hikyaku/core';
import { isAppOnly } from '../src/index.ts';
import { readAppOnlySecret } from '../src/microsoft/app-only/account.ts';
import { asAppOnly, readAppTokenError } from '../src/microsoft/app-only/answers.ts';
import {
  connectAppOnly,
  connectMailbox,
  decideAsAdministrator,
  openBench,
  prepareMail,
  send,
  useBench,
} from './contract-harness.ts';

const bench = useBench('microsoft', 'app-only');
const proofOf = (address: string) =>
  bench.connector.appOnly!.sendProof({ address, subject: 'Hikyaku: ABCD-EFGH', text: 'the code' });
const refusedWith = (code: ErrorCode) => (error: unknown) => error instanceof RelayError && error.code === code;
const codeOf = (result: SendResult) => ('code' in result ? result.code : result.outcome);

test('the administrator’s page asks for nothing that sends, and its “Cancel” is told', async () => {
  const url = new URL(bench.connector.appOnly!.approvalUrl({ redirectUri: 'http://localhost:3000/x', state: 's' }));
  assert.deepEqual(
    [url.pathname, url.searchParams.get('scope')],
    ['/microsoft/organizations/v2.0/adminconsent', 'https://graph.microsoft.com/User.Read'],
  );
  assert.equal((await decideAsAdministrator(bench, 'boss@first.example', 'cancel')).get('error'), 'access_denied');
  const back = await decideAsAdministrator(bench, 'boss@first.example', 'accept');
  assert.deepEqual([back.get('admin_consent'), back.get('code')], ['True', null]);
});

test('before an organization has let the relay in, nothing can be proved or sent; a domain of no organization is told apart', async () => {
  await assert.rejects(proofOf('alerts@strange.example'), refusedWith('upstream.app_unapproved'));
  await assert.rejects(proofOf('somebody@outlook.com'), refusedWith('oauth.wrong_kind'));
  await decideAsAdministrator(bench, 'boss@second.example', 'accept');
  await assert.rejects(
    proofOf('alerts@strange.example'),
    refusedWith('upstream.app_unapproved'),
    'another one’s leave',
  );
});

test('the proof leaves from the mailbox to itself alone, without a copy in Sent, and connects that mailbox', async () => {
  const address = 'alerts@third.example';
  await decideAsAdministrator(bench, 'boss@third.example', 'accept');
  const grant = await proofOf(address);
  const [mail, ...others] = await bench.sandbox.box(address, 'inbox');
  assert.deepEqual([mail?.from, mail?.to, others.length], [address, [address], 0]);
  assert.deepEqual(await bench.sandbox.box(address, 'sent'), []);
  assert.ok(isAppOnly(grant.accountKey));
  assert.match(grant.accountKey, /^microsoft:[0-9a-f-]{36}:app:alerts@third\.example$/);
  assert.deepEqual(Object.keys(readAppOnlySecret(grant.secret)!), ['directory']);
});

test('a mailbox that no role covers is held with the word for its administrator, before and after it is connected', async () => {
  const mailbox = await connectAppOnly(bench);
  const scope = (isOutOfScope: boolean) => bench.sandbox.knobs({ accounts: { [mailbox.address]: { isOutOfScope } } });
  await scope(true);
  await assert.rejects(proofOf(mailbox.address), refusedWith('upstream.app_out_of_scope'));
  const { result } = await send(bench, { mailbox, mail: prepareMail(mailbox) });
  assert.deepEqual([result.outcome, codeOf(result)], ['auth_lost', 'upstream.app_out_of_scope']);
  await scope(false);
  assert.equal(codeOf((await send(bench, { mailbox, mail: prepareMail(mailbox) })).result), 'accepted');
});

test('an organization that puts the relay out holds its mail, and its leave given anew lets it go on', async () => {
  const mailbox = await connectAppOnly(bench, 'alerts@fourth.example');
  const event = { provider: 'microsoft', account: 'fourth.example', event: 'consent_withdrawn' };
  await bench.sandbox.knobs({ happen: [event] });
  // A worker that begins anew: a token lives for an hour at Microsoft too.
  const later = openBench('microsoft', bench.sandbox, bench.sandbox.origin, 'app-only');
  const { result } = await send(later, { mailbox, mail: prepareMail(mailbox) });
  assert.deepEqual([result.outcome, codeOf(result)], ['auth_lost', 'upstream.app_unapproved']);
  const renewed = await later.transport.refresh!({ mailbox, signal: AbortSignal.timeout(10_000) });
  assert.partialDeepStrictEqual(renewed, { outcome: 'auth_lost', code: 'upstream.app_unapproved' });
  await decideAsAdministrator(bench, 'boss@fourth.example', 'accept');
  assert.equal(codeOf((await send(later, { mailbox, mail: prepareMail(mailbox) })).result), 'accepted');
  await later.upstreams.close();
});

test('the mailboxes of an organization ask for one token, and a refused one is renewed once', async () => {
  const fresh = openBench('microsoft', bench.sandbox, bench.sandbox.origin, 'app-only');
  const mailboxes = await Promise.all([1, 2, 3, 4, 5].map((n) => connectAppOnly(bench, `gate${n}@sixth.example`)));
  await bench.sandbox.fault({ call: 'app_token', delayMs: 200 });
  await bench.sandbox.fault({ call: 'app_token', times: null, status: 500 });
  const results = await Promise.all(mailboxes.map((mailbox) => send(fresh, { mailbox, mail: prepareMail(mailbox) })));
  assert.deepEqual(
    results.map(({ result }) => result.outcome),
    mailboxes.map(() => 'accepted'),
  );
  await bench.sandbox.knobs({ faults: [] });
  const [mailbox] = mailboxes as [(typeof mailboxes)[0]];
  await bench.sandbox.fault({ call: 'send', mailbox: mailbox.address, preset: 'InvalidAuthenticationToken' });
  assert.equal(codeOf((await send(fresh, { mailbox, mail: prepareMail(mailbox) })).result), 'accepted');
  await fresh.upstreams.close();
});

test('our own secret’s end is the operator’s alarm and closes no mailbox', async () => {
  const mailbox = await connectAppOnly(bench);
  const fresh = openBench('microsoft', bench.sandbox, bench.sandbox.origin, 'app-only');
  await bench.sandbox.knobs({ clientSecret: 'expired' });
  const { result } = await send(fresh, { mailbox, mail: prepareMail(mailbox) });
  await bench.sandbox.knobs({ clientSecret: 'valid' });
  assert.partialDeepStrictEqual(result, { outcome: 'deferred', code: 'upstream.client_secret', scope: 'account' });
  await fresh.upstreams.close();
});

test('the organization’s leave reaches no mailbox that was not proved: another one as sender is refused, an alias is not', async () => {
  const mailbox = await connectAppOnly(bench, 'alerts@fifth.example');
  await bench.sandbox.knobs({ accounts: { [mailbox.address]: { aliases: ['gate@fifth.example'] } } });
  const as = async (address: string, kind: 'alias' | 'shared') => {
    const mail = prepareMail({ ...mailbox, address });
    return codeOf((await send(bench, { mailbox, sender: { address, kind }, mail })).result);
  };
  assert.equal(await as('gate@fifth.example', 'alias'), 'accepted');
  assert.equal(await as('boss@fifth.example', 'shared'), 'upstream.sender_refused');
  assert.deepEqual(await bench.sandbox.box('boss@fifth.example', 'sent'), []);
});

test('a secret of another kind opens nothing', async () => {
  const mailbox = await connectAppOnly(bench);
  const person = await connectMailbox({ ...bench, access: 'person' });
  const { result } = await send(bench, {
    mailbox: { ...mailbox, secret: person.secret },
    mail: prepareMail(mailbox),
  });
  assert.deepEqual([result.outcome, codeOf(result)], ['auth_lost', 'upstream.app_unapproved']);
});

test('a refused token of the relay means what Entra says it does', () => {
  const meaning = (errorCode: string, number: number) => {
    const errorMessage = `AADSTS${number}: text Trace ID: 1`;
    return readAppTokenError({ errorCode, errorNo: number, errorMessage }).verdict.code;
  };
  const rows: [string, number, ErrorCode][] = [
    ['unauthorized_client', 700016, 'upstream.app_unapproved'],
    ['invalid_client', 7000229, 'upstream.app_unapproved'],
    ['invalid_grant', 65001, 'upstream.app_unapproved'],
    ['unauthorized_client', 7000112, 'upstream.admin_blocked'],
    ['invalid_grant', 53003, 'upstream.admin_blocked'],
    ['invalid_request', 90002, 'oauth.wrong_kind'],
    ['invalid_client', 7000215, 'upstream.client_secret'],
    ['invalid_client', 7000222, 'upstream.client_secret'],
    ['temporarily_unavailable', 90033, 'upstream.unavailable'],
  ];
  for (const [word, number, code] of rows) assert.equal(meaning(word, number), code, String(number));
  const refused = { outcome: 'auth_lost', code: 'upstream.scope_missing', status: 403 } as const;
  assert.equal(asAppOnly<SendResult>(refused).outcome, 'auth_lost');
  assert.deepEqual(asAppOnly<SendResult>({ outcome: 'accepted', status: 202 }), { outcome: 'accepted', status: 202 });
});

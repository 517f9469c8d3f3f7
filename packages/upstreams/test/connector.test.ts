import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { RelayError } from '@hikyaku/core';
import { Agent } from 'undici';
import { createGoogleConnector, createMicrosoftConnector, upstreamEndpoints } from '../src/index.ts';
import {
  type Bench,
  connectMailbox,
  type OAuthProvider,
  openBench,
  prepareMail,
  send,
  showAll,
} from './contract-harness.ts';
import { authorize, pkce, type SandboxProcess, startSandbox } from './sandbox-process.ts';

let sandbox: SandboxProcess;
const benches = new Map<OAuthProvider, Bench>();
before(async () => {
  sandbox = await startSandbox();
  for (const provider of ['microsoft', 'google'] as const) benches.set(provider, openBench(provider, sandbox));
});
after(async () => {
  for (const bench of benches.values()) await bench.upstreams.close();
  await sandbox.stop();
});

const redirectUri = (provider: OAuthProvider): string => `http://localhost:3000/oauth/${provider}/callback`;

/** The connector's side of a sign-in, up to the code. */
async function signIn(provider: OAuthProvider, address: string) {
  const { connector } = benches.get(provider)!;
  const { codeVerifier, codeChallenge } = pkce();
  const request = { state: 'st ate/+', codeChallenge, redirectUri: redirectUri(provider), loginHint: address };
  const answer = await authorize(sandbox, await connector.authorizationUrl(request), address);
  const code = answer.get('code')!;
  const redeem = (more: { code?: string; codeVerifier?: string } = {}) =>
    connector.redeem({ code, codeVerifier, redirectUri: redirectUri(provider), ...more });
  return { answer, code, redeem };
}

const refusedWith = (code: string) => (error: unknown) => {
  assert.ok(error instanceof RelayError);
  assert.equal(error.code, code);
  assert.doesNotMatch(showAll(error), /sandbox-(at|rt|code)\.|secret-of-the/);
  return true;
};

for (const provider of ['microsoft', 'google'] as const) {
  const domain = provider === 'google' ? 'gmail.com' : 'outlook.com';
  const say = (text: string): string => `${provider}: ${text}`;

  test(say('the authorization URL asks for a code with PKCE and carries the state'), async () => {
    const { connector } = benches.get(provider)!;
    const { codeChallenge } = pkce();
    const request = { state: 's1', codeChallenge, redirectUri: redirectUri(provider) };
    const { origin, searchParams } = new URL(await connector.authorizationUrl(request));
    assert.equal(origin, sandbox.origin);
    const names = ['response_type', 'code_challenge', 'code_challenge_method', 'state', 'redirect_uri'];
    assert.deepEqual(
      names.map((name) => searchParams.get(name)),
      ['code', codeChallenge, 'S256', 's1', redirectUri(provider)],
    );
    assert.match(searchParams.get('prompt') ?? '', /select_account/);
    assert.equal((await fetch(await connector.authorizationUrl(request))).status, 200);
  });

  test(say('a code becomes a grant with account, address, scopes and a secret that sends'), async () => {
    const bench = benches.get(provider)!;
    const { answer, redeem } = await signIn(provider, `a@${domain}`);
    assert.equal(answer.get('state'), 'st ate/+');
    const grant = await redeem();
    assert.match(grant.accountKey, provider === 'google' ? /^google:\d{20,21}$/ : /^microsoft:[\w-]{36}:[\w-]{36}$/);
    assert.equal(grant.address, `a@${domain}`);
    assert.ok(grant.scopes.some((scope) => /(mail|gmail)\.send$/i.test(scope)));
    const again = await (await signIn(provider, `A@${domain}`)).redeem();
    assert.equal(again.accountKey, grant.accountKey);
    const mailbox = { ...(await connectMailbox(bench)), secret: grant.secret, address: grant.address, id: 'redeemed' };
    assert.equal((await send(bench, { mailbox, mail: prepareMail(mailbox) })).result.outcome, 'accepted');
  });

  test(say('a replayed code, a forged one and another verifier are refused'), async () => {
    const { redeem } = await signIn(provider, `b@${domain}`);
    await assert.rejects(redeem({ code: 'sandbox-code.forged' }), refusedWith('oauth.code_refused'));
    await redeem();
    await assert.rejects(redeem(), refusedWith('oauth.code_refused'));
    const second = await signIn(provider, `b@${domain}`);
    await assert.rejects(second.redeem({ codeVerifier: pkce().codeVerifier }), refusedWith('oauth.code_refused'));
  });

  test(say('our own wrong secret and a failing provider are told apart from the owner’s mistakes'), async () => {
    const first = await signIn(provider, `c@${domain}`);
    await sandbox.knobs({ clientSecret: 'expired' });
    await assert.rejects(first.redeem(), refusedWith('upstream.client_secret'));
    await sandbox.knobs({ clientSecret: 'valid' });
    for (const fault of [{ status: 503, body: '<html>' }, { drop: true }]) {
      await sandbox.fault({ provider, call: 'token', ...fault });
      const { redeem } = await signIn(provider, `c@${domain}`);
      await assert.rejects(redeem(), refusedWith('upstream.unavailable'));
    }
  });
}

test('google: a box left unticked is upstream.scope_missing', async () => {
  const untickedScopes = ['https://www.googleapis.com/auth/gmail.send'];
  await sandbox.knobs({ accounts: { 'u@gmail.com': { untickedScopes } } });
  const { redeem } = await signIn('google', 'u@gmail.com');
  await assert.rejects(redeem(), refusedWith('upstream.scope_missing'));
});

test('google: an address that Google has not verified is no mailbox', async () => {
  await sandbox.knobs({ accounts: { 'v@gmail.com': { hidesEmail: true } } });
  const { redeem } = await signIn('google', 'v@gmail.com');
  await assert.rejects(redeem(), refusedWith('upstream.no_mailbox'));
});

test('google: revoking ends the grant, and a dead one counts as ended', async () => {
  const { connector } = benches.get('google')!;
  const { secret } = await (await signIn('google', 'r@gmail.com')).redeem();
  assert.equal(await connector.revoke(secret), true);
  const bench = benches.get('google')!;
  const mailbox = { ...(await connectMailbox(bench)), id: 'revoked', secret };
  const { result } = await send(bench, { mailbox, mail: prepareMail(mailbox) });
  assert.equal(result.outcome, 'auth_lost');
  assert.equal(await connector.revoke(secret), true);
  await sandbox.fault({ provider: 'google', call: 'revoke', status: 503 });
  const other = await (await signIn('google', 'r2@gmail.com')).redeem();
  await assert.rejects(connector.revoke(other.secret), refusedWith('upstream.unavailable'));
});

test('microsoft: there is nothing to revoke with', async () => {
  const { secret } = await (await signIn('microsoft', 'r@outlook.com')).redeem();
  assert.equal(await benches.get('microsoft')!.connector.revoke(secret), false);
});

test('microsoft: the address comes from mail, else the principal name, else the id_token', async () => {
  const addressOf = async (address: string, knobs: Record<string, unknown>): Promise<string> => {
    await sandbox.knobs({ accounts: { [address]: knobs } });
    return (await (await signIn('microsoft', address)).redeem()).address;
  };
  assert.equal(await addressOf('w@firm.example', { mail: 'office@firm.example' }), 'office@firm.example');
  assert.equal(await addressOf('p@outlook.com', { hidesEmail: true }), 'p@outlook.com');
  const guest = {
    provider: 'microsoft',
    call: 'me',
    status: 200,
    body: { mail: null, userPrincipalName: 'g_x#EXT#@y' },
  };
  await sandbox.fault(guest);
  assert.equal(await addressOf('g@firm.example', {}), 'g@firm.example');
  await sandbox.fault({ provider: 'microsoft', call: 'me', status: 403 });
  assert.equal(await addressOf('h@firm.example', {}), 'h@firm.example');
  await sandbox.fault({ provider: 'microsoft', call: 'me', status: 503 });
  await assert.rejects(addressOf('i@firm.example', {}), refusedWith('upstream.unavailable'));
});

test('microsoft: the account’s sign-in name is kept beside its address, for connecting it again', async () => {
  await sandbox.knobs({
    accounts: { 'j.doe@firm.example': { mail: 'office@firm.example' } },
  });
  const grant = await (await signIn('microsoft', 'j.doe@firm.example')).redeem();
  assert.deepEqual([grant.address, grant.signInName], ['office@firm.example', 'j.doe@firm.example']);
  assert.equal((await (await signIn('google', 's@gmail.com')).redeem()).signInName, null);
});

test('microsoft: a welcome mail to the mailbox itself shows what it may not do, and refuses the connection in words', async () => {
  const cases: [address: string, knobs: Record<string, unknown>, preset: string | undefined, code: string][] = [
    ['guest@firm.example', { hasMailbox: false }, undefined, 'upstream.no_mailbox'],
    ['me@gmail.com', { kind: 'personal', sendsAs: 'outlook_0a1b@outlook.com' }, undefined, 'upstream.sender_refused'],
    ['new@outlook.com', {}, 'ErrorMessageSubmissionBlocked', 'upstream.account_blocked'],
    ['full@outlook.com', {}, 'ErrorQuotaExceeded', 'upstream.mailbox_full'],
  ];
  for (const [address, knobs, preset, code] of cases) {
    await sandbox.knobs({ accounts: { [address]: knobs } });
    if (preset) await sandbox.fault({ provider: 'microsoft', call: 'send', mailbox: address, preset });
    const { redeem } = await signIn('microsoft', address);
    await assert.rejects(redeem(), refusedWith(code));
  }
  const fine = await signIn('microsoft', 'fine@outlook.com');
  await fine.redeem();
  const [welcome] = await sandbox.box('fine@outlook.com', 'inbox');
  assert.deepEqual(welcome?.to, ['fine@outlook.com']);
  assert.deepEqual(await sandbox.box('fine@outlook.com', 'sent'), [], 'no copy is left');
});

test('microsoft: a Graph that is busy or away while the mailbox is tried refuses nobody', async () => {
  for (const fault of [{ status: 503 }, { drop: true }, { status: 429 }, { preset: 'gatewayBadRequest' }]) {
    await sandbox.fault({ provider: 'microsoft', call: 'send', mailbox: 'busy@outlook.com', ...fault });
    await (await signIn('microsoft', 'busy@outlook.com')).redeem();
  }
});

test('microsoft: an administrator approves for the organization, comes back without a code, and its users may connect', async () => {
  const { connector } = benches.get('microsoft')!;
  const address = 'user@approved.example';
  await sandbox.knobs({ accounts: { [address]: { needsAdmin: true } } });
  const start = async () => {
    const { codeChallenge } = pkce();
    const request = { state: 's', codeChallenge, redirectUri: redirectUri('microsoft'), loginHint: address };
    return fetch(await connector.authorizationUrl(request), { redirect: 'manual' });
  };
  assert.match(await (await start()).text(), /AADSTS90094/);

  const link = new URL(connector.adminConsentUrl!({ redirectUri: redirectUri('microsoft'), state: 'admin-consent' }));
  assert.match(await (await fetch(link)).text(), /Mail\.Send|send/i);
  const decide = async (decision: string) => {
    const answer = await fetch(`${link.origin}${link.pathname}/decide`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({
        ...Object.fromEntries(link.searchParams),
        address: 'admin@approved.example',
        decision,
      }),
    });
    return new URL(answer.headers.get('location')!).searchParams;
  };
  const refused = await decide('cancel');
  assert.deepEqual([refused.get('error'), refused.get('state')], ['access_denied', 'admin-consent']);
  const approved = await decide('accept');
  assert.deepEqual(
    [approved.get('admin_consent'), approved.get('state'), approved.has('code')],
    ['True', 'admin-consent', false],
  );
  assert.doesNotMatch(await (await start()).text(), /AADSTS/);
  const common = link.href.replace('/organizations/', '/common/');
  assert.equal((await fetch(common)).status, 400);
});

test('live sign-in addresses are the real ones, and are made without asking anybody', async () => {
  const requests: unknown[] = [];
  const dispatcher = new Agent().compose(() => (request, _handler) => {
    requests.push(request.origin);
    throw new Error('a request was made');
  });
  const pool = { dispatcher, close: async () => {} };
  const { microsoft, google } = upstreamEndpoints({
    isSandbox: false,
    MICROSOFT_CLIENT_ID: 'm',
    MICROSOFT_CLIENT_SECRET: 'secret',
    GOOGLE_CLIENT_ID: 'g',
    GOOGLE_CLIENT_SECRET: 'secret',
  });
  const { codeChallenge } = pkce();
  const request = { state: 's', codeChallenge, redirectUri: 'https://relay.example/oauth/x/callback' };
  const urls = [
    await createMicrosoftConnector({ config: microsoft!, pool }).authorizationUrl(request),
    await createGoogleConnector({ config: google!, pool }).authorizationUrl(request),
    createMicrosoftConnector({ config: microsoft!, pool }).adminConsentUrl!(request),
  ].map((url) => new URL(url));
  assert.deepEqual(
    urls.map(({ origin, pathname }) => origin + pathname),
    [
      'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
      'https://accounts.google.com/o/oauth2/v2/auth',
      'https://login.microsoftonline.com/organizations/v2.0/adminconsent',
    ],
  );
  assert.ok(urls.slice(0, 2).every((url) => url.searchParams.get('code_challenge') === codeChallenge));
  assert.deepEqual(requests, []);
});

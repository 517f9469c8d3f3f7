import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { PERSONAL_TENANT } from '../src/accounts/account.ts';
import {
  askCode,
  authorizePath,
  connect,
  MICROSOFT_SCOPE,
  movableClock,
  pkce,
  redirectUri,
  type TokenAnswer,
  tokenForm,
  tokenPath,
  useSandbox,
} from './sandbox-harness.ts';

const claimsOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[1]!, 'base64url').toString());
const errorOf = async (response: Response) => {
  const body = (await response.json()) as TokenAnswer & { suberror?: string };
  return [response.status, body.error, body.error_codes?.[0], body.suberror];
};
const codeForm = (code: string, more: Record<string, string> = {}) =>
  tokenForm('microsoft', {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri('microsoft'),
    ...more,
  });
const refreshForm = (token: string | undefined, more: Record<string, string> = {}) =>
  tokenForm('microsoft', { grant_type: 'refresh_token', refresh_token: token ?? '', ...more });

test('a sign-in gives tokens whose scope is echoed as asked, less offline_access', async (t) => {
  const box = await useSandbox(t);
  const tokens = await connect(box, 'microsoft', 'owner@outlook.com');
  assert.equal(tokens.scope, 'openid profile email User.Read Mail.Send');
  assert.equal(tokens.expires_in, 3599);
  assert.equal(claimsOf(tokens.id_token).tid, PERSONAL_TENANT);
  assert.equal(claimsOf(tokens.id_token).email, 'owner@outlook.com');
  assert.equal('nonce' in claimsOf(tokens.id_token), false);
  const uri = 'openid offline_access https://graph.microsoft.com/Mail.Send';
  const code = await askCode(box, 'microsoft', 'owner@outlook.com', { scope: uri, client_info: '1' });
  const answer = (await (await box.postForm(tokenPath('microsoft'), codeForm(code))).json()) as TokenAnswer;
  assert.equal(answer.scope, 'openid https://graph.microsoft.com/Mail.Send');
});

test('the id_token verifies against the published keys', async (t) => {
  const box = await useSandbox(t);
  const { id_token } = await connect(box, 'microsoft', 'owner@outlook.com');
  const jwks = (await (await box.get('/microsoft/common/discovery/v2.0/keys')).json()) as {
    keys: Record<string, string>[];
  };
  const [head, body, signature] = id_token.split('.');
  const key = createPublicKey({ key: jwks.keys[0]!, format: 'jwk' });
  assert.ok(verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature!, 'base64url')));
});

test('a code works once, with its verifier, its redirect address and its tenant', async (t) => {
  const box = await useSandbox(t);
  const { verifier, challenge } = pkce();
  const s256 = { code_challenge: challenge, code_challenge_method: 'S256' };
  const redeem = async (form: Record<string, string>, path = tokenPath('microsoft')) =>
    errorOf(await box.postForm(path, form));
  const fresh = () => askCode(box, 'microsoft', 'a@b.example', s256);
  const invalid = (number: number) => [400, 'invalid_grant', number, undefined];

  assert.deepEqual(await redeem(codeForm(await fresh())), invalid(501481));
  assert.deepEqual(await redeem(codeForm(await fresh(), { code_verifier: pkce().verifier })), invalid(501481));
  const elsewhere = { code_verifier: verifier, redirect_uri: 'http://localhost:3000/oauth/google/callback' };
  assert.deepEqual(await redeem(codeForm(await fresh(), elsewhere)), invalid(50011));
  const other = '/microsoft/organizations/oauth2/v2.0/token';
  assert.deepEqual(await redeem(codeForm(await fresh(), { code_verifier: verifier }), other), invalid(700005));
  const code = await fresh();
  assert.equal((await redeem(codeForm(code, { code_verifier: verifier })))[0], 200);
  assert.deepEqual(await redeem(codeForm(code, { code_verifier: verifier })), invalid(54005));
  assert.deepEqual(await redeem(codeForm('sandbox-code.forged')), invalid(9002313));
});

test('a code dies after ten minutes', async (t) => {
  const clock = movableClock();
  const box = await useSandbox(t, { clock });
  const code = await askCode(box, 'microsoft', 'a@b.example');
  clock.forward(601_000);
  assert.deepEqual(await errorOf(await box.postForm(tokenPath('microsoft'), codeForm(code))), [
    400,
    'invalid_grant',
    70008,
    undefined,
  ]);
});

test('wrong, missing and expired client secrets are invalid_client with 401', async (t) => {
  const box = await useSandbox(t);
  const { refresh_token } = await connect(box, 'microsoft', 'a@b.example');
  const post = async (more: Record<string, string>) =>
    errorOf(await box.postForm(tokenPath('microsoft'), refreshForm(refresh_token, more)));
  assert.deepEqual(await post({ client_secret: 'wrong' }), [401, 'invalid_client', 7000215, undefined]);
  assert.deepEqual(await post({ client_secret: '' }), [401, 'invalid_client', 7000218, undefined]);
  assert.deepEqual(await post({ client_id: 'x' }), [400, 'unauthorized_client', 700016, undefined]);
  await box.postJson('/knobs', { clientSecret: 'expired' });
  assert.deepEqual(await post({}), [401, 'invalid_client', 7000222, undefined]);
});

test('a refresh rotates the refresh token, and the old one still works', async (t) => {
  const box = await useSandbox(t);
  const first = await connect(box, 'microsoft', 'a@b.example');
  const refresh = async (token: string | undefined) =>
    (await (await box.postForm(tokenPath('microsoft'), refreshForm(token))).json()) as TokenAnswer;
  const second = await refresh(first.refresh_token);
  assert.notEqual(second.refresh_token, first.refresh_token);
  assert.ok((await refresh(second.refresh_token)).access_token);
  assert.ok((await refresh(first.refresh_token)).access_token);
});

test('refresh tokens die of idleness, revocation and withdrawn consent, but not of a new password', async (t) => {
  const clock = movableClock();
  const box = await useSandbox(t, { clock });
  const refresh = async (token: string | undefined) =>
    errorOf(await box.postForm(tokenPath('microsoft'), refreshForm(token)));
  const happen = (account: string, event: string) =>
    box.postJson('/knobs', { happen: [{ provider: 'microsoft', account, event }] });
  const work = await connect(box, 'microsoft', 'a@b.example');
  await happen('a@b.example', 'password_changed');
  assert.equal((await refresh(work.refresh_token))[0], 200);
  await happen('a@b.example', 'access_revoked');
  assert.deepEqual(await refresh(work.refresh_token), [400, 'invalid_grant', 50173, 'bad_token']);
  const withdrawn = await connect(box, 'microsoft', 'c@b.example');
  await happen('c@b.example', 'consent_withdrawn');
  assert.deepEqual(await refresh(withdrawn.refresh_token), [400, 'invalid_grant', 65001, 'consent_required']);
  const personal = await connect(box, 'microsoft', 'p@outlook.com');
  await happen('p@outlook.com', 'access_revoked');
  assert.deepEqual(await refresh(personal.refresh_token), [400, 'invalid_grant', 70000, undefined]);
  const idle = await connect(box, 'microsoft', 'd@b.example');
  clock.forward(91 * 86_400_000);
  assert.deepEqual(await refresh(idle.refresh_token), [400, 'invalid_grant', 700082, undefined]);
});

test('the same refresh over and over is told to be a loop', async (t) => {
  const box = await useSandbox(t);
  const { refresh_token } = await connect(box, 'microsoft', 'a@b.example');
  let last: unknown[] = [];
  for (let i = 0; i < 16; i++)
    last = await errorOf(await box.postForm(tokenPath('microsoft'), refreshForm(refresh_token)));
  assert.equal(last[2], 50196);
});

test('an unknown client or redirect address gets a page, and nothing is sent to that address', async (t) => {
  const box = await useSandbox(t);
  for (const params of [
    { client_id: 'x' },
    { redirect_uri: 'https://evil.example/oauth/microsoft/callback' },
    { redirect_uri: `${redirectUri('microsoft')}?x=1` },
    { redirect_uri: 'http://localhost:3000/elsewhere' },
  ] as Record<string, string>[]) {
    const response = await box.get(authorizePath('microsoft', params));
    assert.equal(response.status, 400);
    assert.equal(response.headers.get('location'), null);
    assert.match(await response.text(), /AADSTS(700016|50011)/);
  }
});

test('a plain challenge, an unknown scope and another response type are refused', async (t) => {
  const box = await useSandbox(t);
  const answer = async (params: Record<string, string>) => {
    const location = (await box.get(authorizePath('microsoft', params))).headers.get('location');
    const { searchParams } = new URL(location!);
    return [searchParams.get('error'), searchParams.get('state')];
  };
  const plain = { code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' };
  assert.deepEqual(await answer(plain), ['invalid_request', 'state-1']);
  assert.deepEqual(await answer({ scope: 'Everything.All' }), ['invalid_scope', 'state-1']);
  assert.deepEqual(await answer({ response_type: 'token' }), ['unsupported_response_type', 'state-1']);
});

test('consent is asked on a page, and Cancel comes back as access_denied', async (t) => {
  const box = await useSandbox(t);
  const page = await box.get(authorizePath('microsoft', { login_hint: 'a@b.example' }));
  const text = await page.text();
  assert.match(text, /Allow Hikyaku\?/);
  assert.match(page.headers.get('content-security-policy') ?? '', /form-action 'self' http:\/\/localhost:3000$/);
  const form = Object.fromEntries(
    [...text.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map((match) => [match[1]!, match[2]!]),
  );
  assert.equal(form.scope, MICROSOFT_SCOPE);
  const decide = async (decision: string) => {
    const path = '/microsoft/common/oauth2/v2.0/authorize/consent';
    const response = await box.postForm(path, { ...form, decision }, { origin: box.origin });
    return new URL(response.headers.get('location')!).searchParams;
  };
  assert.equal((await decide('cancel')).get('error'), 'access_denied');
  assert.match((await decide('accept')).get('code') ?? '', /^sandbox-code\./);
});

test('work users cannot grant what needs an administrator', async (t) => {
  const box = await useSandbox(t);
  const wide = { login_hint: 'a@b.example', scope: 'openid Mail.ReadWrite' };
  assert.match(await (await box.get(authorizePath('microsoft', wide))).text(), /AADSTS90094/);
  await box.postJson('/knobs', { accounts: { 'a@b.example': { needsAdmin: true } } });
  assert.match(await (await box.get(authorizePath('microsoft', { login_hint: 'a@b.example' }))).text(), /AADSTS90094/);
});

test('a refusal of Entra’s comes back to the redirect address with its number', async (t) => {
  const box = await useSandbox(t);
  const fault = { provider: 'microsoft', call: 'authorize', mailbox: 'w@firm.example', preset: 'AADSTS900941' };
  await box.postJson('/knobs', { faults: [fault] });
  const answer = await box.get(authorizePath('microsoft', { login_hint: 'w@firm.example' }));
  const back = new URL(answer.headers.get('location')!).searchParams;
  assert.deepEqual([answer.status, back.get('error'), back.get('state')], [302, 'access_denied', 'state-1']);
  assert.match(back.get('error_description')!, /^AADSTS900941: /);
});

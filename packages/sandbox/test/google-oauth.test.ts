import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  askCode,
  authorizePath,
  connect,
  GOOGLE_SCOPE,
  movableClock,
  pkce,
  redirectUri,
  type TestSandbox,
  type TokenAnswer,
  tokenForm,
  tokenPath,
  useSandbox,
} from './sandbox-harness.ts';

const GMAIL_SEND = 'https://www.googleapis.com/auth/gmail.send';
const post = async (box: TestSandbox, form: Record<string, string>) => {
  const response = await box.postForm(tokenPath('google'), tokenForm('google', form));
  return { status: response.status, ...((await response.json()) as TokenAnswer & { error_description?: string }) };
};
const redeem = (box: TestSandbox, code: string, more: Record<string, string> = {}) =>
  post(box, { grant_type: 'authorization_code', code, redirect_uri: redirectUri('google'), ...more });
const refresh = (box: TestSandbox, token: string | undefined) =>
  post(box, { grant_type: 'refresh_token', refresh_token: token ?? '' });

test('a refresh token comes with offline access and consent only, and never rotates', async (t) => {
  const box = await useSandbox(t);
  const online = await redeem(box, await askCode(box, 'google', 'a@gmail.com', { access_type: 'online' }));
  assert.equal(online.refresh_token, undefined);
  const again = await redeem(box, await askCode(box, 'google', 'a@gmail.com', { prompt: '' }));
  assert.equal(again.refresh_token, undefined);
  const { refresh_token } = await redeem(box, await askCode(box, 'google', 'a@gmail.com'));
  assert.ok(refresh_token);
  const refreshed = await refresh(box, refresh_token);
  assert.equal(refreshed.status, 200);
  assert.equal('refresh_token' in refreshed, false);
});

test('codes are single-use and bound to verifier and redirect address', async (t) => {
  const box = await useSandbox(t);
  const { verifier, challenge } = pkce();
  const s256 = { code_challenge: challenge, code_challenge_method: 'S256' };
  const code = await askCode(box, 'google', 'a@gmail.com', s256);
  assert.equal((await redeem(box, code, { code_verifier: verifier })).status, 200);
  assert.equal((await redeem(box, code, { code_verifier: verifier })).error, 'invalid_grant');
  const unverified = await redeem(box, await askCode(box, 'google', 'a@gmail.com', s256));
  assert.equal(unverified.error, 'invalid_grant');
  const elsewhere = { code_verifier: verifier, redirect_uri: redirectUri('microsoft') };
  const moved = await redeem(box, await askCode(box, 'google', 'a@gmail.com', s256), elsewhere);
  assert.equal(moved.error, 'redirect_uri_mismatch');
});

test('an unticked permission is missing from the granted scope', async (t) => {
  const box = await useSandbox(t);
  await box.postJson('/knobs', { accounts: { 'a@gmail.com': { untickedScopes: [GMAIL_SEND] } } });
  const { scope } = await connect(box, 'google', 'a@gmail.com');
  assert.equal(scope, 'openid https://www.googleapis.com/auth/userinfo.email');
});

test('the box that a person unticks on the page counts', async (t) => {
  const box = await useSandbox(t);
  const text = await (await box.get(authorizePath('google', { login_hint: 'a@gmail.com' }))).text();
  assert.match(text, /type="checkbox" name="https:\/\/www.googleapis.com\/auth\/gmail.send" checked/);
  const form = Object.fromEntries(
    [...text.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map((match) => [match[1]!, match[2]!]),
  );
  const decide = async (more: Record<string, string>) => {
    const response = await box.postForm('/google/o/oauth2/v2/auth/consent', { ...form, decision: 'accept', ...more });
    const code = new URL(response.headers.get('location')!).searchParams.get('code')!;
    return (await redeem(box, code)).scope.includes(GMAIL_SEND);
  };
  assert.equal(await decide({}), false);
  assert.equal(await decide({ [GMAIL_SEND]: 'on' }), true);
});

test('a changed password and a revoked grant end the link at once', async (t) => {
  const box = await useSandbox(t);
  const first = await connect(box, 'google', 'a@gmail.com');
  await box.postJson('/knobs', { happen: [{ provider: 'google', account: 'a@gmail.com', event: 'password_changed' }] });
  const dead = await refresh(box, first.refresh_token);
  assert.deepEqual(
    [dead.status, dead.error, dead.error_description],
    [400, 'invalid_grant', 'Token has been expired or revoked.'],
  );
  const second = await connect(box, 'google', 'a@gmail.com');
  const third = await connect(box, 'google', 'a@gmail.com');
  const revoke = () => box.postForm(`/google/revoke?token=${second.refresh_token}`, {});
  assert.equal((await revoke()).status, 200);
  assert.equal((await revoke()).status, 400);
  assert.equal((await refresh(box, third.refresh_token)).error, 'invalid_grant');
  assert.equal((await box.get(`/google/tokeninfo?access_token=${third.access_token}`)).status, 400);
});

test('the oldest of more than a hundred refresh tokens of an account dies', async (t) => {
  const box = await useSandbox(t);
  const first = await connect(box, 'google', 'a@gmail.com');
  const second = await connect(box, 'google', 'a@gmail.com');
  for (let i = 0; i < 99; i++) await redeem(box, await askCode(box, 'google', 'a@gmail.com'));
  assert.equal((await refresh(box, first.refresh_token)).error, 'invalid_grant');
  assert.equal((await refresh(box, second.refresh_token)).status, 200);
});

test('links of a project in testing die after seven days, others after six months without use', async (t) => {
  const clock = movableClock();
  const box = await useSandbox(t, { clock });
  const { refresh_token } = await connect(box, 'google', 'a@gmail.com');
  clock.forward(8 * 86_400_000);
  assert.equal((await refresh(box, refresh_token)).status, 200);
  await box.postJson('/knobs', { googleProject: 'testing' });
  assert.equal((await refresh(box, refresh_token)).error, 'invalid_grant');
  await box.postJson('/knobs', { googleProject: 'production' });
  clock.forward(184 * 86_400_000);
  assert.equal((await refresh(box, refresh_token)).error, 'invalid_grant');
});

test('the client must be the relay, with its secret', async (t) => {
  const box = await useSandbox(t);
  const { refresh_token } = await connect(box, 'google', 'a@gmail.com');
  for (const more of [{ client_secret: 'wrong' }, { client_id: 'x' }] as Record<string, string>[]) {
    const answer = await post(box, { grant_type: 'refresh_token', refresh_token: refresh_token!, ...more });
    assert.deepEqual([answer.status, answer.error], [401, 'invalid_client']);
  }
});

test('the profile is not open to gmail.send', async (t) => {
  const box = await useSandbox(t);
  const { access_token } = await connect(box, 'google', 'a@gmail.com');
  const response = await fetch(`${box.origin}/google/gmail/v1/users/me/profile`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
  const { error } = (await response.json()) as { error: { errors: { reason: string }[] } };
  assert.equal(response.status, 403);
  assert.equal(error.errors[0]?.reason, 'insufficientPermissions');
});

test('prompt=none without a consent is told so at the redirect address', async (t) => {
  const box = await useSandbox(t);
  const response = await box.get(
    authorizePath('google', { login_hint: 'new@gmail.com', prompt: 'none', scope: GOOGLE_SCOPE }),
  );
  assert.equal(new URL(response.headers.get('location')!).searchParams.get('error'), 'interaction_required');
});

import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { googleIdentity, type IdentityConfig, microsoftIdentity } from '../src/identity/config.ts';
import { readIdToken, type SigningKey } from '../src/identity/id-token.ts';
import { openUpstreams, upstreamEndpoints } from '../src/index.ts';

const CLIENT = {
  MICROSOFT_CLIENT_ID: 'ours',
  MICROSOFT_CLIENT_SECRET: 's',
  GOOGLE_CLIENT_ID: 'ours',
  GOOGLE_CLIENT_SECRET: 's',
};
const PERSONAL = '9188040d-6c67-4c5b-b112-36a304b66dad';
const WORK = '11111111-2222-4333-8444-555555555555';
const LOGIN = 'https://login.microsoftonline.com';

const by = (authority?: string): IdentityConfig => {
  const { microsoft } = upstreamEndpoints({ isSandbox: false, ...CLIENT, MICROSOFT_AUTHORITY: authority });
  assert.ok(microsoft);
  return microsoftIdentity(microsoft);
};
const google = (): IdentityConfig => {
  const endpoints = upstreamEndpoints({ isSandbox: false, ...CLIENT });
  assert.ok(endpoints.google);
  return googleIdentity(endpoints.google);
};

test('each authority takes the directories that it is for, and no claim is a path to another issuer', () => {
  const anybody = `${LOGIN}/{tenantid}/v2.0`;
  assert.equal(by().discoveryUrl, `${LOGIN}/common/v2.0/.well-known/openid-configuration`);
  assert.deepEqual(by().issuersOf({ tid: WORK }, anybody), [`${LOGIN}/${WORK}/v2.0`]);
  assert.deepEqual(by().issuersOf({ tid: PERSONAL }, anybody), [`${LOGIN}/${PERSONAL}/v2.0`]);
  assert.deepEqual(by(`${LOGIN}/organizations`).issuersOf({ tid: PERSONAL }, anybody), []);
  // One organization's: what is discovered names it, whatever a token says.
  const own = `${LOGIN}/${WORK}/v2.0`;
  assert.deepEqual(by(`${LOGIN}/${WORK}`).issuersOf({ tid: PERSONAL }, own), [own]);
  for (const tid of [undefined, 1, '', '../x', `${WORK}/../x`, WORK.replaceAll('-', ''), `${WORK}\n`])
    assert.deepEqual(by().issuersOf({ tid }, anybody), [], String(tid));
  assert.equal(
    by('https://login.microsoftonline.us/common').discoveryUrl,
    'https://login.microsoftonline.us/common/v2.0/.well-known/openid-configuration',
  );
});

test('an account is named by what its holder cannot change; Google answers for its own addresses alone, Microsoft for none', () => {
  const atMicrosoft = by().identityOf({ tid: WORK, oid: 'o', sub: 's', email: 'A@Example.com', email_verified: true });
  assert.deepEqual(atMicrosoft, {
    ...{ subject: `${WORK}:o`, address: 'a@example.com', vouchesAddress: false, name: null },
  });
  const vouches = (claims: object) => google().identityOf({ sub: '1', ...claims })?.vouchesAddress;
  assert.equal(vouches({ email: 'a@gmail.com', email_verified: true }), true);
  assert.equal(vouches({ email: 'a@firm.example', email_verified: true, hd: 'firm.example' }), true);
  assert.equal(vouches({ email: 'a@firm.example', email_verified: true }), false, 'his once, whoever has it now');
  assert.equal(vouches({ email: 'a@gmail.com.evil.example', email_verified: true }), false);
  for (const email_verified of [false, undefined, 'true', 1])
    assert.equal(vouches({ email: 'a@gmail.com', email_verified }), false, String(email_verified));
  for (const nobody of [{}, { sub: '' }, { sub: 5 }]) assert.equal(google().identityOf(nobody), undefined);
  assert.equal(by().identityOf({ tid: WORK, sub: 's' }), undefined);
});

test('what a provider says of somebody is one line, and an address only where it is one', () => {
  const read = (email: unknown, name: unknown) => google().identityOf({ sub: '1', email, name });
  for (const email of ['no address', 'a@b@c', 'guest#EXT#@firm.example', 7, `${'x'.repeat(250)}@example.com`])
    assert.equal(read(email, 'x')?.address, null, String(email));
  assert.equal(read('a@example.com', 'Ha\r\nna\u0000ko')?.name, 'Ha na ko');
  assert.equal(read('a@example.com', '\n')?.name, null);
  assert.equal(read('a@example.com', 'x'.repeat(200))?.name?.length, 80);
});

test('a key of another issuer signs for that one alone', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const iss = `${LOGIN}/${WORK}/v2.0`;
  const claims = { iss, tid: WORK, oid: 'o', aud: 'ours', nonce: 'n', exp: 2_000 };
  const text = `${part({ alg: 'RS256', kid: 'k' })}.${part(claims)}`;
  const token = `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
  const read = (issuer: string | undefined) => {
    const key: SigningKey = { ...publicKey.export({ format: 'jwk' }), kid: 'k', ...(issuer ? { issuer } : {}) };
    const asked = { config: by(), issuer: `${LOGIN}/{tenantid}/v2.0`, nonce: 'n', nowMs: 1_000_000 };
    return readIdToken(token, { ...asked, keyOf: async () => key });
  };
  for (const issuer of [undefined, iss, `${LOGIN}/{tenantid}/v2.0`]) assert.equal((await read(issuer)).oid, 'o');
  await assert.rejects(read(`${LOGIN}/${PERSONAL}/v2.0`), /a key of another issuer/);
});

test('people sign in by what is set up, and of that by what the operator wants', async () => {
  const namesOf = async (more: object) => {
    const upstreams = openUpstreams({ isSandbox: false, ...more });
    await upstreams.close();
    return Object.keys(upstreams.identities);
  };
  assert.deepEqual(await namesOf({}), []);
  assert.deepEqual(await namesOf(CLIENT), ['microsoft', 'google']);
  assert.deepEqual(await namesOf({ ...CLIENT, GOOGLE_CLIENT_ID: undefined }), ['microsoft']);
  assert.deepEqual(await namesOf({ ...CLIENT, SIGN_IN_WITH: ['google'] }), ['google']);
  assert.deepEqual(await namesOf({ ...CLIENT, SIGN_IN_WITH: ['none'] }), []);
});

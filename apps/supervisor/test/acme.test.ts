import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { test } from 'node:test';
import { createSelfSigned } from '@hikyaku/vault';
import { accountKeyOf } from '../src/acme/account-key.ts';
import { acmeError } from '../src/acme/acme-problem.ts';
import { certificateId } from '../src/acme/renewal-info.ts';
import { renewAt, retryAfter, retryAfterStart } from '../src/acme/renewal-plan.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

test('a signed request is one that its public key verifies, and asking for a resource has no payload at all', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = accountKeyOf(privateKey);
  const text = key.sign({ nonce: 'n', url: 'https://a.test/order' }, { csr: 'x' });
  const jws = JSON.parse(text) as { protected: string; payload: string; signature: string };
  const signed = Buffer.from(`${jws.protected}.${jws.payload}`);
  const publicKey = { key: createPublicKey(privateKey), dsaEncoding: 'ieee-p1363' as const };
  assert.ok(verify('sha256', signed, publicKey, Buffer.from(jws.signature, 'base64url')));
  assert.deepEqual(JSON.parse(Buffer.from(jws.protected, 'base64url').toString()), {
    alg: 'ES256',
    nonce: 'n',
    url: 'https://a.test/order',
  });
  assert.equal(
    (JSON.parse(key.sign({ nonce: 'n', url: 'https://a.test/order' }, undefined)) as typeof jws).payload,
    '',
  );
});

test('renewal comes a third of the life before the end, spread over a thirtieth; a file that is none, or another host’s, is renewed at once', () => {
  const { cert, key } = createSelfSigned('ecdsa', ['a.test'], new Date('2026-01-02T00:00:00Z'));
  const [from, to] = [Date.parse('2026-01-01T00:00:00Z'), Date.parse('2036-01-02T00:00:00Z')];
  const share = (chance: number) => (renewAt(key + cert, 'a.test', chance) - from) / (to - from);
  assert.ok(Math.abs(share(0) - 2 / 3) < 1e-6);
  assert.ok(Math.abs(share(1) - (2 / 3 - 1 / 30)) < 1e-6);
  for (const [pem, host] of [
    [key + cert, 'b.test'],
    [null, 'a.test'],
    ['', 'a.test'],
    ['-----BEGIN', 'a.test'],
  ] as const)
    assert.equal(renewAt(pem, host, 0), 0);
});

test('a certificate is asked about by who signed it and its number: the example of RFC 9773', () => {
  const key = '69885b6b87464041e1b37b847ba0ae2cde01c8d4';
  const raw = Buffer.from(`30820000 0603551d23 0418 3016 8014 ${key} 0603551d0e`.replaceAll(' ', ''), 'hex');
  assert.equal(certificateId(raw, '87654321'), 'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE');
  assert.equal(certificateId(raw, '654321'), 'aYhba4dGQEHhs3uEe6CuLN4ByNQ.ZUMh');
  for (const other of ['3000', '0603551d23', '0603551d230500', `0603551d23041830168f14${key}`])
    assert.equal(certificateId(Buffer.from(other, 'hex'), '01'), null, other);
});

test('waits after failures double from a quarter of an hour to a day; an authority may ask for longer, up to a week', () => {
  assert.deepEqual(
    [1, 2, 3, 8, 40].map((failures) => retryAfter(failures, 0) / MINUTE),
    [15, 30, 60, 1440, 1440],
  );
  assert.ok(Math.abs(retryAfter(1, 1) / MINUTE - 16.5) < 1e-6);
  assert.equal(retryAfter(1, 0, 3 * DAY), 3 * DAY);
  assert.equal(retryAfter(1, 0, 90 * DAY), 7 * DAY);
  assert.equal(retryAfterStart(5), 5 + 15 * MINUTE);
});

test('an authority’s problem is told by what has to be changed; its own words are bounded and hold nothing that a terminal obeys', () => {
  const code = (name: string, status = 400) => acmeError({ type: `urn:ietf:params:acme:error:${name}` }, status).code;
  assert.deepEqual(
    [
      'dns',
      'connection',
      'unauthorized',
      'rateLimited',
      'caa',
      'rejectedIdentifier',
      'serverInternal',
      'noSuchWord',
    ].map((name) => code(name)),
    ['name_unknown', 'unreachable', 'other_server', 'limited', 'refused', 'refused', 'authority', 'refused'].map(
      (name) => `certificate.${name}`,
    ),
  );
  assert.equal(acmeError({}, 503).code, 'certificate.authority');
  const { internal } = acmeError({ detail: `\u001b[31m${'x'.repeat(10_000)}` }, 400);
  assert.match(internal!, /^status 400: \?\[31mx+$/);
  assert.ok(internal!.length < 600);
  assert.equal(acmeError({ type: 7, detail: { a: 1 } } as never, 400).code, 'certificate.refused');
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import { createSigningRequest } from '../src/index.ts';

/** What OpenSSL says of it. Its exit code is 0 whatever the signature is. */
function readRequest(request: Buffer): string {
  const { stdout, stderr } = spawnSync('openssl', ['req', '-inform', 'DER', '-verify', '-noout', '-text'], {
    input: request,
  });
  return `${stdout}${stderr}`;
}

for (const kind of ['ecdsa', 'rsa'] as const) {
  test(`a signing request with a new ${kind} key is one to OpenSSL: signature, name, alternative name`, () => {
    const { key, request } = createSigningRequest(kind, 'mail.example.jp');
    const said = readRequest(request);
    assert.match(said, /verify OK/);
    assert.match(said, /Subject: CN ?= ?mail\.example\.jp\n/);
    assert.match(said, /DNS:mail\.example\.jp\n/);
    assert.equal(createPrivateKey(key).asymmetricKeyType, kind === 'rsa' ? 'rsa' : 'ec');
    const changed = Buffer.from(request.toString('latin1').replaceAll('mail.example', 'mall.example'), 'latin1');
    assert.match(readRequest(changed), /verify failure/);
  });
}

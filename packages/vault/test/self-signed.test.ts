import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSelfSigned } from '../src/certificates/self-signed.ts';

for (const kind of ['ecdsa', 'rsa'] as const) {
  test(`a self-signed ${kind} certificate is one to OpenSSL: signature, names, dates, purpose`, () => {
    const now = new Date('2026-11-21T12:00:00Z');
    const pair = createSelfSigned(kind, ['mail.example.jp', '192.0.2.7', '2001:db8::7'], now);
    const certificate = new X509Certificate(pair.cert);
    assert.equal(certificate.verify(certificate.publicKey), true);
    assert.equal(certificate.checkPrivateKey(createPrivateKey(pair.key)), true);
    assert.equal(certificate.checkHost('mail.example.jp'), 'mail.example.jp');
    assert.equal(certificate.checkIP('192.0.2.7'), '192.0.2.7');
    assert.match(certificate.subjectAltName ?? '', /2001:DB8:0:0:0:0:0:7/);
    assert.equal(certificate.ca, false);
    assert.equal(Date.parse(certificate.validTo), Date.parse('2036-11-21T12:00:00Z'));
    const path = join(mkdtempSync(join(tmpdir(), 'hikyaku-cert-')), 'cert.pem');
    writeFileSync(path, pair.cert);
    const said = execFileSync('openssl', ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', path, path]);
    assert.match(said.toString(), /: OK/);
  });
}

test('two certificates never share a serial number', () => {
  const [one, two] = [createSelfSigned('ecdsa', ['a']), createSelfSigned('ecdsa', ['a'])];
  assert.notEqual(new X509Certificate(one.cert).serialNumber, new X509Certificate(two.cert).serialNumber);
});

import { sign } from 'node:crypto';
import { bits, integer, oid, sequence, setOf, tagged } from './der.ts';
import { alternativeNames, commonName, type KeyKind, keyPem, makeKeys, SIGNATURES } from './x509-parts.ts';

/** A new key of that kind (PEM), and what an authority wants to certify it for `host`: PKCS #10 (RFC 2986), DER. */
export function createSigningRequest(kind: KeyKind, host: string): { key: string; request: Buffer } {
  const { publicKey, privateKey } = makeKeys(kind);
  const extensionRequest = sequence(oid('1.2.840.113549.1.9.14'), setOf(sequence(alternativeNames([host]))));
  const info = sequence(
    integer(Buffer.of(0)),
    commonName(host),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0, extensionRequest),
  );
  const request = sequence(info, SIGNATURES[kind], bits(sign('sha256', info, privateKey)));
  return { key: keyPem(privateKey), request };
}

import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto';
import { bits, integer, octets, oid, sequence, tagged, time } from './der.ts';
import {
  alternativeNames,
  commonName,
  extension,
  type KeyKind,
  keyPem,
  makeKeys,
  SIGNATURES,
  toPem,
} from './x509-parts.ts';

/** Certificate and private key, both PEM. */
export interface CertificatePair {
  cert: string;
  key: string;
}

/** Devices that check nothing have no clock either; those that check need a certificate of the operator's anyway. */
const VALID_YEARS = 10;
const DAY_MS = 86_400_000;

/** A certificate for `names` (hosts or addresses), signed by itself: P-256, or RSA 2048 for old devices. */
export function createSelfSigned(kind: KeyKind, names: string[], now: Date = new Date()): CertificatePair {
  const { publicKey, privateKey } = makeKeys(kind);
  const toBeSigned = describe(kind, names, publicKey, now);
  const signature = sign('sha256', toBeSigned, privateKey);
  const certificate = sequence(toBeSigned, SIGNATURES[kind], bits(signature));
  return { cert: toPem('CERTIFICATE', certificate), key: keyPem(privateKey) };
}

/** TBSCertificate (RFC 5280, 4.1). Version 3, no authority: it can sign nothing but itself. */
function describe(kind: KeyKind, names: string[], publicKey: KeyObject, now: Date): Buffer {
  const subject = commonName(names[0] ?? 'hikyaku');
  const end = new Date(now);
  end.setUTCFullYear(now.getUTCFullYear() + VALID_YEARS);
  const keyInfo = publicKey.export({ type: 'spki', format: 'der' });
  return sequence(
    tagged(0, integer(Buffer.of(2))),
    integer(randomBytes(16)),
    SIGNATURES[kind],
    subject,
    // A day back: a device's clock may be slow.
    sequence(time(new Date(now.getTime() - DAY_MS)), time(end)),
    subject,
    keyInfo,
    tagged(3, sequence(...extensions(names, keyInfo))),
  );
}

function extensions(names: string[], keyInfo: Buffer): Buffer[] {
  return [
    extension('2.5.29.19', true, sequence()),
    // digitalSignature, and keyEncipherment for TLS 1.0's RSA key exchange.
    extension('2.5.29.15', true, bits(Buffer.of(0xa0), 5)),
    extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.14', false, octets(createHash('sha1').update(keyInfo).digest())),
    alternativeNames(names),
  ];
}

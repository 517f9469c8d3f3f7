import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';
import {
  bits,
  integer,
  nothing,
  octets,
  oid,
  retagged,
  sequence,
  setOf,
  tagged,
  time,
  trueValue,
  utf8,
} from './der.ts';

export type KeyKind = 'ecdsa' | 'rsa';

/** Certificate and private key, both PEM. */
export interface CertificatePair {
  cert: string;
  key: string;
}

/** Devices that check nothing have no clock either; those that check need a certificate of the operator's anyway. */
const VALID_YEARS = 10;
const DAY_MS = 86_400_000;

const ALGORITHM: Record<KeyKind, Buffer> = {
  // sha256WithRSAEncryption has NULL parameters, ecdsa-with-SHA256 has none (RFC 5758).
  rsa: sequence(oid('1.2.840.113549.1.1.11'), nothing()),
  ecdsa: sequence(oid('1.2.840.10045.4.3.2')),
};

/** A certificate for `names` (hosts or addresses), signed by itself: P-256, or RSA 2048 for old devices. */
export function createSelfSigned(kind: KeyKind, names: string[], now: Date = new Date()): CertificatePair {
  const { publicKey, privateKey } =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const toBeSigned = describe(kind, names, publicKey, now);
  const signature = sign('sha256', toBeSigned, privateKey);
  const certificate = sequence(toBeSigned, ALGORITHM[kind], bits(signature));
  return { cert: toPem(certificate), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** TBSCertificate (RFC 5280, 4.1). Version 3, no authority: it can sign nothing but itself. */
function describe(kind: KeyKind, names: string[], publicKey: KeyObject, now: Date): Buffer {
  const subject = sequence(setOf(sequence(oid('2.5.4.3'), utf8((names[0] ?? 'hikyaku').slice(0, 64)))));
  const end = new Date(now);
  end.setUTCFullYear(now.getUTCFullYear() + VALID_YEARS);
  const keyInfo = publicKey.export({ type: 'spki', format: 'der' });
  return sequence(
    tagged(0, integer(Buffer.of(2))),
    integer(randomBytes(16)),
    ALGORITHM[kind],
    subject,
    // A day back: a device's clock may be slow.
    sequence(time(new Date(now.getTime() - DAY_MS)), time(end)),
    subject,
    keyInfo,
    tagged(3, sequence(...extensions(names, keyInfo))),
  );
}

function extensions(names: string[], keyInfo: Buffer): Buffer[] {
  const extension = (id: string, isCritical: boolean, value: Buffer): Buffer =>
    sequence(oid(id), ...(isCritical ? [trueValue()] : []), octets(value));
  return [
    extension('2.5.29.19', true, sequence()),
    // digitalSignature, and keyEncipherment for TLS 1.0's RSA key exchange.
    extension('2.5.29.15', true, bits(Buffer.of(0xa0), 5)),
    extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.14', false, octets(createHash('sha1').update(keyInfo).digest())),
    extension('2.5.29.17', false, sequence(...names.map(alternativeName))),
  ];
}

function alternativeName(name: string): Buffer {
  return isIP(name) ? retagged(7, addressBytes(name)) : retagged(2, Buffer.from(name, 'ascii'));
}

function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = address.split('::');
  const groups = (text: string): string[] => text.split(':').filter(Boolean);
  const zeros = tail === undefined ? [] : Array<string>(8 - groups(head).length - groups(tail).length).fill('0');
  const all = [...groups(head), ...zeros, ...groups(tail ?? '')];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function toPem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

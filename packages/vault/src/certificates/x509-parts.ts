import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';
import { nothing, octets, oid, retagged, sequence, setOf, trueValue, utf8 } from './der.ts';

export type KeyKind = 'ecdsa' | 'rsa';

/** How a key of that kind signs, as X.509 names it. sha256WithRSAEncryption has NULL parameters, ecdsa-with-SHA256 has none (RFC 5758). */
export const SIGNATURES: Record<KeyKind, Buffer> = {
  rsa: sequence(oid('1.2.840.113549.1.1.11'), nothing()),
  ecdsa: sequence(oid('1.2.840.10045.4.3.2')),
};

/** P-256, or RSA 2048 for old devices. */
export const makeKeys = (kind: KeyKind): { publicKey: KeyObject; privateKey: KeyObject } =>
  kind === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve: 'P-256' });

export const keyPem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

/** A name of one part, CN (64 characters at most): old devices look at nothing else. */
export const commonName = (name: string): Buffer => sequence(setOf(sequence(oid('2.5.4.3'), utf8(name.slice(0, 64)))));

export const extension = (id: string, isCritical: boolean, value: Buffer): Buffer =>
  sequence(oid(id), ...(isCritical ? [trueValue()] : []), octets(value));

/** subjectAltName of hosts and addresses. */
export const alternativeNames = (names: string[]): Buffer =>
  extension('2.5.29.17', false, sequence(...names.map(alternativeName)));

export function toPem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
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

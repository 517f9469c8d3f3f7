import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { newId, RelayError } from '@hikyaku/core';
import type { KeyPurpose } from './master-key.ts';
import { openBytes, sealBytes } from './sealed-box.ts';

/** A key of the instance as the database keeps it. */
export interface KeyRow {
  /** Sorts by creation: the newest one that is not retired seals. */
  id: string;
  purpose: KeyPurpose;
  /** Purpose `content` only: the raw 32 bytes of X25519. */
  publicKey: Buffer | null;
  /** The secret half under a KEK of the purpose. */
  sealed: Buffer;
  /** Retired keys open and never seal. */
  retiredAt: Date | null;
}

const VERSION = 1;

/** A new key for `purpose`, sealed by the first of `keks`. */
export function createInstanceKey(purpose: KeyPurpose, keks: Buffer[]): KeyRow {
  const pair = purpose === 'content' ? generatePair() : undefined;
  const row = { id: newId(), purpose, publicKey: pair?.publicKey ?? null, retiredAt: null };
  return { ...row, sealed: sealSecret(row, pair?.secret ?? randomBytes(32), firstOf(keks, purpose)) };
}

/**
 * The row under the first of `keks`; the very same row when that one seals it already (so a caller can tell).
 * @throws RelayError `vault.key_wrong` when none of `keks` opens it.
 */
export function resealInstanceKey(row: KeyRow, keks: Buffer[]): KeyRow {
  const first = firstOf(keks, row.purpose);
  if (tryOpen(row, first)) return row;
  return { ...row, sealed: sealSecret(row, openSecret(row, keks), first) };
}

/**
 * The secret half.
 * @throws RelayError `vault.key_wrong` in words that name the key and the setting.
 */
export function openSecret(row: KeyRow, keks: Buffer[]): Buffer {
  firstOf(keks, row.purpose);
  for (const kek of keks) {
    const secret = tryOpen(row, kek);
    if (secret) return secret;
  }
  throw new RelayError('vault.key_wrong', {
    internal: `the ${row.purpose} key ${row.id} was sealed with another master key than those given, or is damaged`,
  });
}

/** Rows of one purpose, newest first. */
export function rowsOf(rows: KeyRow[], purpose: KeyPurpose): KeyRow[] {
  return rows.filter((row) => row.purpose === purpose).sort((a, b) => (a.id < b.id ? 1 : -1));
}

/** @throws RelayError `vault.key_missing`: there is no key of that purpose which may seal. */
export function newestActive(rows: KeyRow[], purpose: KeyPurpose): KeyRow {
  const row = rowsOf(rows, purpose).find((candidate) => candidate.retiredAt === null);
  if (!row) throw new RelayError('vault.key_missing', { internal: `there is no ${purpose} key in use` });
  return row;
}

/** X25519 from its raw 32 bytes. */
export function publicKeyOf(raw: Buffer): KeyObject {
  return createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'X25519', x: raw.toString('base64url') } });
}

/** X25519 from both raw halves. */
export function privateKeyOf(secret: Buffer, publicRaw: Buffer): KeyObject {
  const key = { kty: 'OKP', crv: 'X25519', x: publicRaw.toString('base64url'), d: secret.toString('base64url') };
  return createPrivateKey({ format: 'jwk', key });
}

function generatePair(): { publicKey: Buffer; secret: Buffer } {
  const { x, d } = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });
  return { publicKey: Buffer.from(x!, 'base64url'), secret: Buffer.from(d!, 'base64url') };
}

function firstOf(keks: Buffer[], purpose: KeyPurpose): Buffer {
  if (!keks[0]) throw new RelayError('vault.key_missing', { internal: `no master key to open ${purpose} keys with` });
  return keks[0];
}

function sealSecret(row: Omit<KeyRow, 'sealed'>, secret: Buffer, kek: Buffer): Buffer {
  return Buffer.concat([Buffer.of(VERSION), sealBytes(kek, secret, associatedOf(row))]);
}

function tryOpen(row: KeyRow, kek: Buffer): Buffer | undefined {
  return row.sealed[0] === VERSION ? openBytes(kek, row.sealed.subarray(1), associatedOf(row)) : undefined;
}

/** Binds the secret to its row: ids, purposes and public halves cannot be swapped in the database unnoticed. */
function associatedOf(row: Omit<KeyRow, 'sealed'>): Buffer {
  const label = Buffer.from(`hikyaku/instance-key/${VERSION}/${row.purpose}/${row.id}/`);
  return row.publicKey ? Buffer.concat([label, row.publicKey]) : label;
}

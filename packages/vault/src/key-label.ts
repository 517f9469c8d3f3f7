import { RelayError } from '@hikyaku/core';

const VERSION = 1;

/** Head of a self-describing sealed value: version, length of the key id, key id. */
export function labelOf(keyId: string): Buffer {
  const id = Buffer.from(keyId, 'utf8');
  return Buffer.concat([Buffer.of(VERSION, id.length), id]);
}

/**
 * Takes a sealed value apart.
 * @throws RelayError `vault.key_wrong` when it is not one of ours.
 */
export function splitLabel(bytes: Uint8Array, what: string): { keyId: string; body: Buffer } {
  // Prisma hands bytes out as a plain Uint8Array.
  const sealed = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes);
  const idLength = sealed[1] ?? 0;
  if (sealed[0] !== VERSION || sealed.length <= 2 + idLength) {
    throw new RelayError('vault.key_wrong', { internal: `the sealed ${what} is damaged` });
  }
  return { keyId: sealed.toString('utf8', 2, 2 + idLength), body: sealed.subarray(2 + idLength) };
}

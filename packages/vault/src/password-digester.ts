import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { normalizePassword, RelayError } from '@hikyaku/core';
import { type KeyRow, openSecret, rowsOf } from './instance-key.ts';

export interface PasswordDigester {
  /** HMAC-SHA-256 (32 bytes) of the normalized password. Issued passwords have 79 bits, so nothing slower is needed. */
  digest(password: string): Buffer;
  /** Constant in time for digests of equal length. */
  matches(password: string, digest: Buffer): boolean;
}

/**
 * Device passwords. The key is never rotated (its digests could not be made anew), so the oldest row counts.
 * @throws RelayError `vault.key_missing` when there is none, `vault.key_wrong` when the keys given do not fit it.
 */
export function openPasswordDigester(rows: KeyRow[], keks: Buffer[]): PasswordDigester {
  const row = rowsOf(rows, 'digest').at(-1);
  if (!row) throw new RelayError('vault.key_missing', { internal: 'there is no digest key' });
  const key = createSecretKey(openSecret(row, keks));
  const digest = (password: string): Buffer =>
    createHmac('sha256', key).update(normalizePassword(password), 'utf8').digest();
  return {
    digest,
    matches(password, expected) {
      const actual = digest(password);
      return actual.length === expected.length && timingSafeEqual(actual, expected);
    },
  };
}

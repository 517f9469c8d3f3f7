import { RelayError } from '@hikyaku/core';
import { type KeyRow, openSecret, rowsOf } from './instance-key.ts';
import { labelOf, splitLabel } from './key-label.ts';
import { openBytes, sealBytes } from './sealed-box.ts';

export interface TokenBox {
  /** Seals `text` so that it opens in the same `context` only (a mailbox id, a state's hash). */
  seal(context: string, text: string): Buffer;
  /** @throws RelayError `vault.key_missing` (its key is not among the rows), `vault.key_wrong` (another context, or damaged) */
  open(context: string, sealed: Buffer): string;
}

/**
 * Providers' credentials at rest. The newest key that is not retired seals, all open.
 * @throws RelayError `vault.key_missing` when there is none, `vault.key_wrong` when the master keys do not fit one of them.
 */
export function openTokenBox(rows: KeyRow[], keks: Buffer[]): TokenBox {
  const mine = rowsOf(rows, 'token');
  if (mine.length === 0) throw new RelayError('vault.key_missing', { internal: 'there is no token key' });
  const keys = new Map(mine.map((row) => [row.id, openSecret(row, keks)]));
  const active = mine.find((row) => row.retiredAt === null);
  return {
    seal(context, text) {
      if (!active) throw new RelayError('vault.key_missing', { internal: 'there is no token key in use' });
      const sealed = sealBytes(keys.get(active.id)!, Buffer.from(text, 'utf8'), associatedOf(context));
      return Buffer.concat([labelOf(active.id), sealed]);
    },
    open(context, sealed) {
      const { keyId, body } = splitLabel(sealed, 'token');
      const key = keys.get(keyId);
      if (!key) throw new RelayError('vault.key_missing', { internal: `there is no token key ${keyId}` });
      const plain = openBytes(key, body, associatedOf(context));
      if (!plain)
        throw new RelayError('vault.key_wrong', { internal: `the sealed token does not belong to ${context}` });
      return plain.toString('utf8');
    },
  };
}

const associatedOf = (context: string): Buffer => Buffer.from(`hikyaku/token/1/${context}`, 'utf8');

import { RelayError } from '@hikyaku/core';
import { openBytes, sealBytes } from './sealed-box.ts';

export interface FileBox {
  seal(plain: Buffer): Buffer;
  /** @throws RelayError `vault.key_wrong`: another key, or a single bit differs. */
  open(sealed: Buffer): Buffer;
}

const VERSION = 1;
const ASSOCIATED = Buffer.from('hikyaku/file/1');

/** Seals a whole small file, such as the edge's credential snapshot. `key`: 32 bytes. */
export function openFileBox(key: Buffer): FileBox {
  return {
    seal: (plain) => Buffer.concat([Buffer.of(VERSION), sealBytes(key, plain, ASSOCIATED)]),
    open(sealed) {
      const plain = sealed[0] === VERSION ? openBytes(key, sealed.subarray(1), ASSOCIATED) : undefined;
      if (!plain)
        throw new RelayError('vault.key_wrong', { internal: 'the file was sealed with another key, or is damaged' });
      return plain;
    },
  };
}

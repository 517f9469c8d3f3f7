import { hkdfSync } from 'node:crypto';
import { RelayError } from '@hikyaku/core';

/** `content`: of each mail; `token`: providers' credentials; `digest`: device passwords; `push`: who we are to browsers' push services. */
export type KeyPurpose = 'content' | 'token' | 'digest' | 'push';

const KEY_BYTES = 32;
const NO_SALT = Buffer.alloc(0);

/** The 32-byte key that seals the instance keys of one purpose. Whoever has it cannot get at the master key or another purpose's. */
export function deriveKek(masterKey: Buffer, purpose: KeyPurpose): Buffer {
  return derive(masterKey, `hikyaku/kek/${purpose}`);
}

/**
 * The list of MASTER_KEY (base64 of 32 bytes each): the first seals, all open.
 * @throws RelayError `vault.key_missing` for an empty list, `vault.key_wrong` naming the place of an item that is no key.
 */
export function parseMasterKeys(list: string[]): Buffer[] {
  return parseKeys(list, 'HIKYAKU_MASTER_KEY');
}

/** The list of EDGE_KEY, as {@link edgeKeysOf} wrote it: the KEKs of purpose `digest`. Errors as {@link parseMasterKeys}. */
export function parseEdgeKeys(list: string[]): Buffer[] {
  return parseKeys(list, 'HIKYAKU_EDGE_KEY');
}

/** What the edge is given instead of the master keys: base64 of each one's KEK for `digest`. */
export function edgeKeysOf(masterKeys: Buffer[]): string[] {
  return masterKeys.map((key) => deriveKek(key, 'digest').toString('base64'));
}

/** Key of the edge's snapshot file, from an item of EDGE_KEY: the first seals; after a rotation an older one may still open. */
export function deriveSnapshotKey(edgeKey: Buffer): Buffer {
  return derive(edgeKey, 'hikyaku/snapshot-file');
}

/** Masks what an edge's journal knows of its mails, from an item of EDGE_KEY: the first masks, all open. */
export function deriveJournalKey(edgeKey: Buffer): Buffer {
  return derive(edgeKey, 'hikyaku/journal');
}

function derive(key: Buffer, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, NO_SALT, info, KEY_BYTES));
}

function parseKeys(list: string[], setting: string): Buffer[] {
  if (list.length === 0) throw new RelayError('vault.key_missing', { internal: `${setting} is empty` });
  return list.map((text, index) => {
    // 32 bytes are 43 characters and one optional "="; Buffer.from alone would take any text.
    if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) {
      throw new RelayError('vault.key_wrong', {
        internal: `item ${index + 1} of ${setting} is not the base64 of ${KEY_BYTES} bytes`,
      });
    }
    return Buffer.from(text, 'base64');
  });
}

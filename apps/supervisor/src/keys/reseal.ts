import type { InstanceKeyRow, KeyStore } from '@hikyaku/db';
import { deriveKek, type KeyPurpose, parseMasterKeys, resealInstanceKey } from '@hikyaku/vault';

const keksOf = (masterKeys: string[], purpose: KeyPurpose): Buffer[] =>
  parseMasterKeys(masterKeys).map((key) => deriveKek(key, purpose));

/** The row under the first of the keys; the very same row when it is so already. @throws RelayError `vault.key_wrong` when none opens it */
export const sealedByFirst = (row: InstanceKeyRow, masterKeys: string[]): InstanceKeyRow =>
  resealInstanceKey(row, keksOf(masterKeys, row.purpose));

/**
 * Rows that the first of the keys does not open, though another of them does.
 * @throws RelayError `vault.key_wrong` when none of the keys opens a row
 */
export async function notYetSealedByFirst(store: Pick<KeyStore, 'list'>, masterKeys: string[]) {
  return (await store.list()).filter((row) => sealedByFirst(row, masterKeys) !== row);
}

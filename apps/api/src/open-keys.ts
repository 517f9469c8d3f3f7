import { RelayError } from '@hikyaku/core';
import { type Database, hasSealedData, keyStore } from '@hikyaku/db';
import {
  createInstanceKey,
  deriveKek,
  type KeyPurpose,
  openContentOpener,
  openContentSealer,
  openPasswordDigester,
  openTokenBox,
  parseMasterKeys,
} from '@hikyaku/vault';

const PURPOSES: KeyPurpose[] = ['content', 'token', 'digest'];

/**
 * The instance's keys. A first start makes them; later ones must be able to open them, each and all, before anything else happens.
 * @throws RelayError `vault.key_missing` (no master key, or data without keys), `vault.key_wrong` (another master key than the data's)
 */
export async function openKeys(database: Database, masterKeyTexts: string[] | undefined) {
  const masterKeys = parseMasterKeys(masterKeyTexts ?? []);
  const keks = (purpose: KeyPurpose) => masterKeys.map((key) => deriveKek(key, purpose));
  const store = keyStore(database);
  const known = await store.list();
  for (const purpose of PURPOSES) {
    if (known.some((row) => row.purpose === purpose)) continue;
    if (await hasSealedData(database)) {
      throw new RelayError('vault.key_missing', { internal: `the database holds sealed data but no ${purpose} key` });
    }
    await store.insertIfNone(createInstanceKey(purpose, keks(purpose)));
  }
  const rows = await store.list();
  // The worker's alone, opened here to tell a wrong master key at the first process that starts.
  openContentOpener(rows, keks('content'));
  return {
    contentSealer: openContentSealer(rows),
    tokenBox: openTokenBox(rows, keks('token')),
    digester: openPasswordDigester(rows, keks('digest')),
  };
}

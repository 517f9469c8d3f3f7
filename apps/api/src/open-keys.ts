import { type Database, hasSealedData, keyStore } from '@hikyaku/db';
import {
  ensureInstanceKeys,
  openContentOpener,
  openContentSealer,
  openPasswordDigester,
  openTokenBox,
  parseMasterKeys,
} from '@hikyaku/vault';

/**
 * The instance's keys. A first start makes them; later ones must be able to open them, each and all, before anything else happens.
 * @throws RelayError `vault.key_missing` (no master key, or data without keys), `vault.key_wrong` (another master key than the data's)
 */
export async function openKeys(database: Database, masterKeyTexts: string[] | undefined) {
  const source = { ...keyStore(database), hasSealedData: () => hasSealedData(database) };
  const masterKeys = parseMasterKeys(masterKeyTexts ?? []);
  const { rows, keksOf } = await ensureInstanceKeys(source, masterKeys, ['content', 'token', 'digest']);
  // The worker's alone, opened here to tell a wrong master key at the first process that starts.
  openContentOpener(rows, keksOf('content'));
  return {
    contentSealer: openContentSealer(rows),
    tokenBox: openTokenBox(rows, keksOf('token')),
    digester: openPasswordDigester(rows, keksOf('digest')),
  };
}

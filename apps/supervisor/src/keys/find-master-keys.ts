import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '@hikyaku/config';
import { parseMasterKeys } from '@hikyaku/vault';
import { Complaint } from '../complaint.ts';
import { masterKeyFile, readMasterKeyFile, writeMasterKeyFile } from './master-key-file.ts';

/**
 * The master keys as they are at each call: `npm run keys` may change the file while we run.
 * @throws as {@link findMasterKeys}, and RelayError `vault.key_wrong` for a text that is no key
 */
export async function followMasterKeys(settings: Settings): Promise<() => string[]> {
  const first = await findMasterKeys(settings);
  parseMasterKeys(first);
  return () => (settings.MASTER_KEY?.length ? first : (readMasterKeyFile(settings.DATA_DIR) ?? first));
}

/** True once a first start has made the embedded Postgres of this data folder. */
export const hasData = (dataDir: string): boolean => existsSync(join(dataDir, 'postgres', 'data', 'PG_VERSION'));

/**
 * The master keys as text: the setting, or DATA_DIR/master.key, which a first start makes (0600).
 * @throws Complaint when data exists but no key does: a new key would open none of it.
 */
export async function findMasterKeys(settings: Settings): Promise<string[]> {
  if (settings.MASTER_KEY?.length) return settings.MASTER_KEY;
  const kept = readMasterKeyFile(settings.DATA_DIR);
  const file = masterKeyFile(settings.DATA_DIR);
  if (kept?.length) return kept;
  if (!settings.isEmbedded) {
    throw new Complaint(
      'HIKYAKU_MASTER_KEY is required with a DATABASE_URL (base64 of 32 random bytes: openssl rand -base64 32)',
    );
  }
  if (kept) throw new Complaint(`${file} is empty: put the key back from your copy, or set HIKYAKU_MASTER_KEY`);
  if (hasData(settings.DATA_DIR)) {
    throw new Complaint(
      `the data in ${settings.DATA_DIR} is sealed by a master key that is missing: put ${file} back, or set HIKYAKU_MASTER_KEY`,
    );
  }
  const key = randomBytes(32).toString('base64');
  await writeMasterKeyFile(settings.DATA_DIR, [key]);
  return [key];
}

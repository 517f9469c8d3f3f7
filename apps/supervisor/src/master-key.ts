import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '@hikyaku/config';
import { Complaint } from './complaint.ts';

/**
 * The master keys as text: the setting, or DATA_DIR/master.key, which a first start makes (0600).
 * @throws Complaint when data exists but no key does: a new key would open none of it.
 */
export async function findMasterKeys(settings: Settings): Promise<string[]> {
  if (settings.MASTER_KEY?.length) return settings.MASTER_KEY;
  const file = join(settings.DATA_DIR, 'master.key');
  if (existsSync(file))
    return readFileSync(file, 'utf8')
      .split(/[\s,]+/)
      .filter(Boolean);
  if (!settings.isEmbedded) {
    throw new Complaint(
      'HIKYAKU_MASTER_KEY is required with a DATABASE_URL (base64 of 32 random bytes: openssl rand -base64 32)',
    );
  }
  if (existsSync(join(settings.DATA_DIR, 'postgres', 'PG_VERSION'))) {
    throw new Complaint(
      `the data in ${settings.DATA_DIR} is sealed by a master key that is missing: put ${file} back, or set HIKYAKU_MASTER_KEY`,
    );
  }
  const key = randomBytes(32).toString('base64');
  const handle = await open(file, 'wx', 0o600);
  await handle.writeFile(`${key}\n`);
  await handle.sync();
  await handle.close();
  return [key];
}
